"""A lot with its inspections, and what a purchase page shows of its lots."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, Max, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from purchases.models import Lot, PurchaseLine
from quality.forms.inspections import DecisionForm
from quality.models import Inspection, KnownBad, Nonconformance, Plan, Result
from quality.rules.repeats import repeated
from quality.services import decide_lot

# Purchases and history rows shown on a lot's page; more are counted, not listed.
SHOWN = 25


@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def lot_page(request: PersonRequest, pk: int) -> HttpResponse:
    """State, maker, the inspections by round, and where the lot went."""
    return draw_lot(request, pk)


def draw_lot(
    request: PersonRequest, pk: int, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    """The lot's page, with a decision as it was typed."""
    lot = get_object_or_404(Lot.objects.select_related("product", "maker"), pk=pk)
    results = Result.objects.select_related("characteristic").order_by("characteristic__position")
    inspections = (
        lot.inspections.visible_to(request.user)
        .select_related("inspector", "maker", "plan", "corrects")
        .prefetch_related(Prefetch("results", results))
        .order_by("-round", "opened_at", "pk")
    )
    rounds = [(number, list(rows)) for number, rows in groupby(inspections, lambda i: i.round)]
    sold = PurchaseLine.objects.filter(lot=lot).select_related("product", "purchase")
    context = {
        "lot": lot,
        "rounds": rounds,
        "replaced": {i.corrects_id for _number, rows in rounds for i in rows if i.signed_at},
        "plan": Plan.objects.in_force_for(lot.product),
        "lines": sold.order_by("-purchase_id", "pk")[:SHOWN],
        "history": HistoryEntry.objects.about(lot)[:SHOWN],
        "form": form or DecisionForm(),
        "decides": request.user.may(Role.MANAGER, write=True),
        "stages": Inspection.Stage,
        "wrong": list(Nonconformance.objects.filter(lot=lot).order_by("-pk")),
        "loud": loudest(lot),
        "parts": lot.parts.select_related("decided_by").order_by("decided_at", "pk"),
        "known_bad": known_bad_of(request, lot),
        "pair": lot.inspections.pair_open().select_related("inspector", "asked").first(),
    }
    return render(request, "quality/lot_page.html", context, status=status)


def known_bad_of(request: PersonRequest, lot: Lot) -> KnownBad | None:
    """What managers know of a known-bad unit; None for all others, and for everybody else."""
    if not request.user.may(Role.MANAGER):
        return None
    return KnownBad.objects.filter(lot=lot).select_related("put_by").first()


def loudest(lot: Lot) -> str:
    """How often the fault that came back most came back; empty when none did. One query."""
    there = Nonconformance.objects.filter(lot=lot, fault_folded=OuterRef("fault_folded"))
    repeats = Nonconformance.objects.filter(
        Exists(there), lot__product=lot.product_id, lot__known_bad__isnull=True
    )
    counted = repeats.values("fault_folded").annotate(times=Count("pk"), said=Max("fault"))
    most = counted.order_by("-times", "fault_folded").first()
    return repeated(most["times"], most["said"]) if most else ""


@roles(Role.MANAGER)
@require_POST
def lot_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Hold, release or reject a lot, with a reason."""
    lot = get_object_or_404(Lot, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return draw_lot(request, pk, form=form, status=422)
    try:
        decided = decide_lot(lot=lot, actor=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None if hasattr(error, "error_dict") else "reason", error)
        return draw_lot(request, pk, form=form, status=422)
    said = {"lot": decided.number, "state": decided.get_state_display()}
    if form.cleaned_data["quantity"] and decided.remaining:
        left = said | {"left": decided.remaining}
        messages.success(request, _("Kept. %(left)s of lot %(lot)s are not decided yet.") % left)
    else:
        messages.success(request, _("Lot %(lot)s: %(state)s.") % said)
    return redirect("lot_page", pk=pk)


@roles(Role.AGENT, Role.MANAGER)
@require_GET
def lot_fragment(request: PersonRequest, purchase_pk: int) -> HttpResponse:
    """The lots of a purchase with their QC state, for its page."""
    lines = (
        PurchaseLine.objects.filter(purchase=purchase_pk, lot__isnull=False)
        .select_related("product", "lot")
        .order_by("pk")
    )
    context: dict[str, Any] = {
        "lines": lines,
        "links": request.user.may(Role.MANAGER, Role.INSPECTOR),
    }
    template = "quality/_lots_of_purchase.html" if request.htmx else "quality/lots_of_purchase.html"
    came_from = {name: request.GET.get(name, "") for name in ("flag", "interaction")}
    flag, heard = (text if text.isdecimal() else "" for text in came_from.values())
    context |= {"purchase_pk": purchase_pk, "flag": flag, "heard": heard}
    return render(request, template, context)
