"""Goodwill: given on a ticket, approved by a second person above one's limit."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role, User
from helpdesk.lib.paging import Ordering, read_page
from tickets.forms.goodwill import GoodwillForm, LimitsForm, RefuseForm
from tickets.models import Goodwill
from tickets.services import (
    approve_goodwill,
    grant_goodwill,
    refuse_goodwill,
    set_goodwill_limits,
)
from tickets.services.goodwill import limit_of, limits_in_force
from tickets.views.after import after_saving, view_of
from tickets.views.errors import add_errors
from tickets.views.given import read_goodwill, show_goodwill
from tickets.views.showing import read_ticket

ORDERINGS = {"asked": Ordering(gettext_lazy("Asked"), ("asked_at",))}
HISTORY_ROWS = 20


@roles(Role.MANAGER, Role.ADMIN)
@require_safe
def goodwill_list(request: PersonRequest) -> HttpResponse:
    """What waits for approval, the oldest first; or all that was given, the newest first."""
    return _list(request)


@roles(Role.MANAGER, Role.ADMIN)
@require_POST
def goodwill_approve(request: PersonRequest, pk: int) -> HttpResponse:
    """Grant what another person asked for."""
    goodwill = read_goodwill(pk)
    try:
        approve_goodwill(goodwill=goodwill, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(
            request,
            _("Approved: %(amount)s. %(name)s is told.")
            % {"amount": goodwill.amount, "name": goodwill.asked_by},
        )
    return redirect("goodwill_list")


@roles(Role.MANAGER, Role.ADMIN)
@require_POST
def goodwill_refuse(request: PersonRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    goodwill = read_goodwill(pk)
    form = RefuseForm(request.POST)
    if form.is_valid():
        try:
            refuse_goodwill(goodwill=goodwill, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = _("Refused. %(name)s is told why.") % {"name": goodwill.asked_by}
            messages.success(request, told)
            return redirect("goodwill_list")
    if "page" in request.POST:
        return show_goodwill(request, goodwill, refused=form)
    return _list(request, refused=form, refusing=pk)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def goodwill_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Give something on a ticket; the page says how much one may give alone, and who approves."""
    ticket = read_ticket(pk)
    form = GoodwillForm(request.POST or None, currency=request.shop.currency)
    if request.method == "POST" and form.is_valid():
        try:
            given = grant_goodwill(
                ticket=ticket,
                draft=form.draft(),
                shop=request.shop,
                actor=request.user,
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _told(given))
            if given.ticket_id == ticket.pk:
                return after_saving(request, ticket)
            return redirect("ticket_page", given.ticket_id)
    told = {
        "form": form,
        "ticket": ticket,
        "limit": limit_of(request.user, limits_in_force()),
        "approvers": User.objects.approvers(other_than=request.user).order_by("name"),
        "back": view_of(request),
    }
    status = 422 if form.errors else 200
    return render(request, "tickets/goodwill_new.html", told, status=status)


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def goodwill_limits(request: PersonRequest) -> HttpResponse:
    """What each role may grant alone."""
    limits = limits_in_force()
    form = LimitsForm(request.POST or None, instance=limits)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            set_goodwill_limits(
                version=int(version) if version.isdecimal() else 0,
                values=form.told(),
                actor=request.user,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("goodwill_limits")
    told = {
        "form": form,
        "version": limits.version,
        "history": HistoryEntry.objects.about(limits)[:HISTORY_ROWS],
    }
    status = 422 if form.errors else 200
    return render(request, "tickets/goodwill_limits.html", told, status=status)


def _list(
    request: PersonRequest, *, refused: RefuseForm | None = None, refusing: int | None = None
) -> HttpResponse:
    """The list; with a refusal that was not taken, that form beside its row."""
    show_all = request.GET.get("show") == "all"
    rows = Goodwill.objects.for_list()
    rows = rows if show_all else rows.waiting()
    told = {
        "page": read_page(request, rows, ORDERINGS, "-asked" if show_all else "asked"),
        "show_all": show_all,
        "may_decide": request.user.may(Role.MANAGER, Role.ADMIN, write=True),
        "may_open": request.user.may(Role.AGENT, Role.MANAGER),
        "refused": refused,
        "refusing": refusing,
    }
    return render(request, "tickets/goodwill_list.html", told, status=422 if refused else 200)


def _told(given: Goodwill) -> str:
    """What happens with it."""
    if given.is_repeat:
        return _("This was given already; nothing was added.")
    if given.state == Goodwill.State.GRANTED:
        return _("Granted: %(amount)s.") % {"amount": given.amount}
    return _("It is above your limit: another person is asked to approve it.")
