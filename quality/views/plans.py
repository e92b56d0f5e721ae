"""Plans: what is checked on a product."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.paging import Ordering, read_page
from quality.forms.plans import LineFormSet, PlanForm, rows_of
from quality.models import Plan
from quality.rules.steps import steps_of
from quality.services import activate_plan, revise_plan, save_plan
from quality.services.plan_drafts import FACTS
from quality.services.plans import names_of_approvers
from quality.views.sampling import lot_size_asked, sampling_rows, switches_of

ORDERINGS = {
    "product": Ordering(gettext_lazy("Product"), fields=("subject", "revision")),
    "made": Ordering(gettext_lazy("Made"), fields=("made_at",)),
}


@roles(Role.INSPECTOR, Role.MANAGER, Role.ADMIN)
@require_GET
def plan_list(request: PersonRequest) -> HttpResponse:
    """The plans in force and in the making; `?state=retired` shows the old ones."""
    state = request.GET.get("state", "")
    chosen = state if state in Plan.State.values else ""
    plans = Plan.objects.for_list()
    plans = plans.filter(state=chosen) if chosen else plans.exclude(state=Plan.State.RETIRED)
    context = {
        "page": read_page(request, plans, ORDERINGS, default="product"),
        "state": chosen,
        "states": Plan.State.choices,
        "edits": request.user.may(Role.MANAGER, write=True),
    }
    return render(request, "quality/plan_list.html", context)


@roles(Role.INSPECTOR, Role.MANAGER, Role.ADMIN)
@require_GET
def plan_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One revision, read-only, with its other revisions."""
    plan = get_object_or_404(
        Plan.objects.select_related("product", "made_by", "approved_by"), pk=pk
    )
    context = {
        "plan": plan,
        "steps": steps_of(plan.characteristics.select_related("gauge"), {}),
        "lot_size": lot_size_asked(request),
        "sampling": sampling_rows(plan, lot_size_asked(request)),
        "switches": switches_of(plan),
        "revisions": Plan.objects.beside(plan).order_by("-revision"),
        "history": HistoryEntry.objects.about(plan)[:20],
        "edits": request.user.may(Role.MANAGER, write=True),
        "approves": request.user.may(Role.MANAGER, Role.ADMIN, write=True)
        and plan.made_by_id != request.user.pk,
        "approvers": names_of_approvers(plan) if plan.state == Plan.State.DRAFT else "",
    }
    return render(request, "quality/plan_page.html", context)


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def plan_new(request: PersonRequest) -> HttpResponse:
    """A first plan for a product, as a draft; `?product=` chooses it."""
    if request.method == "POST":
        return save_typed(request, None)
    form = PlanForm(initial={"product": request.GET.get("product")})
    return edit_page(request, None, form, LineFormSet(prefix="line"))


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def plan_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a draft; what is active or retired is only shown."""
    plan = get_object_or_404(Plan.objects.select_related("product"), pk=pk)
    if plan.state != Plan.State.DRAFT:
        messages.error(request, _("This plan does not change any more. Make a new revision."))
        return redirect("plan_page", pk=pk)
    if request.method == "POST":
        return save_typed(request, plan)
    form = PlanForm(plan=plan, initial={name: getattr(plan, name) for name in (*FACTS, "version")})
    return edit_page(request, plan, form, LineFormSet(prefix="line", initial=rows_of(plan)))


def save_typed(request: PersonRequest, plan: Plan | None) -> HttpResponse:
    """Save the draft as typed; the same page with what is wrong when refused."""
    form = PlanForm(request.POST, plan=plan)
    lines = LineFormSet(request.POST, prefix="line", initial=rows_of(plan))
    if not (form.is_valid() & lines.is_valid()):
        return edit_page(request, plan, form, lines, status=422)
    try:
        saved = save_plan(
            actor=request.user,
            product=plan.product if plan else form.cleaned_data["product"],
            category=plan.category if plan else form.cleaned_data["category"],
            draft=form.draft(lines.drafts),  # type: ignore[attr-defined]
            plan=plan,
            version=form.cleaned_data["version"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return edit_page(request, plan, form, lines, status=422)
    messages.success(
        request, _("The draft is saved. Somebody else approves it; then lots are inspected by it.")
    )
    return redirect("plan_page", pk=saved.pk)


def edit_page(
    request: PersonRequest, plan: Plan | None, form: PlanForm, lines: Any, status: int = 200
) -> HttpResponse:
    """The form with its rows."""
    context = {"plan": plan, "form": form, "lines": lines}
    return render(request, "quality/plan_edit.html", context, status=status)


@roles(Role.MANAGER, Role.ADMIN)
@require_POST
def plan_activate(request: PersonRequest, pk: int) -> HttpResponse:
    """Approve somebody else's draft and put it in force."""
    plan = get_object_or_404(Plan, pk=pk)
    try:
        activate_plan(plan=plan, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The plan is active and frozen; the former one is retired."))
    return redirect("plan_page", pk=pk)


@roles(Role.MANAGER)
@require_POST
def plan_revise(request: PersonRequest, pk: int) -> HttpResponse:
    """A new revision to change, with the same lines."""
    plan = get_object_or_404(Plan, pk=pk)
    return redirect("plan_edit", pk=revise_plan(plan=plan, actor=request.user).pk)
