"""Deadlines: what a ticket's page says about them, and the settings they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role, Shop
from accounts.models.history import HistoryEntryQuerySet
from helpdesk.lib.worktime import between
from tickets.forms.deadlines import TargetsForm
from tickets.models import Target, Ticket
from tickets.rules.clock import DEADLINES, STANDING
from tickets.services.deadlines import clock_of, edit_deadlines, terms_in_force

HISTORY_ROWS = 20
LABELS = {
    "response": gettext_lazy("First answer"),
    "resolve": gettext_lazy("Resolved"),
}


@dataclass(frozen=True)
class Standing:
    """One deadline of a ticket as its page tells it.

    ``target`` is the working time there was, ``began`` since when it ran; ``late_by`` working
    time past the deadline, until it was met or until now; ``stood``: the clock did not run all
    the while; ``left``: what is left of the target while it waits on the customer.
    """

    label: str | Promise
    due_at: datetime | None
    target: timedelta | None
    began: datetime
    met_at: datetime | None
    late_by: timedelta | None
    stood: bool
    left: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether it passed without being met in time."""
        return self.late_by is not None


def standings(ticket: Ticket, *, now: datetime, mark: str) -> Sequence[Standing]:
    """The deadlines of this ticket that there are, and those that were met."""
    terms = terms_in_force(mark)
    calendar, goal = terms.calendar(ticket.team_id), terms.goal(ticket.priority)
    clock, found = clock_of(ticket), []
    for which in DEADLINES:
        target = goal.response if which == "response" else goal.resolve
        met = ticket.first_responded_at if which == "response" else ticket.resolved_at
        due = clock.due(which)
        stands = ticket.state == Ticket.State.WAITING_CUSTOMER and clock.clock_at is not None
        if target is None and due is None:
            continue
        if due is None and met is None and not stands:
            continue
        end = met or now
        found.append(
            Standing(
                label=LABELS[which],
                due_at=due,
                target=target,
                began=ticket.opened_at,
                met_at=met,
                late_by=between(calendar, due, end) if due is not None and due < end else None,
                stood=clock.clock_used > 0 or ticket.state in STANDING,
                left=target - clock.used if target is not None and stands else None,
            )
        )
    return found


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def target_list(request: PersonRequest) -> HttpResponse:
    """How soon tickets are answered and resolved, by priority, and when a resolved one closes."""
    targets = {target.priority: target for target in Target.objects.all()}
    shop = get_object_or_404(Shop, pk=1)
    form = TargetsForm(request.POST or None, targets=targets, shop=shop)
    if request.method == "POST" and form.is_valid():
        try:
            targets_changed, changed = edit_deadlines(
                goals=form.goals(),
                versions=form.versions(),
                shop=shop,
                shop_version=form.cleaned_data["shop_version"],
                closes_after_days=form.cleaned_data["closes_after_days"],
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _saved(targets=targets_changed, changed=changed))
            return redirect("target_list")
    told = {
        "form": form,
        "history": _history(shop)[:HISTORY_ROWS],
        "now": timezone.now(),
    }
    return render(request, "tickets/target_list.html", told)


def _history(shop: Shop) -> HistoryEntryQuerySet:
    """Who changed what this page sets, the newest first."""
    closing = HistoryEntry.objects.about(shop).filter(changes__has_key="closes_after_days")
    return HistoryEntry.objects.about_all(Target) | closing


def _saved(*, targets: bool, changed: bool) -> str:
    """What saving leads to."""
    if targets:
        return _("Saved. The deadlines of unfinished tickets follow within a few minutes.")
    return _("Saved.") if changed else _("Nothing was changed.")
