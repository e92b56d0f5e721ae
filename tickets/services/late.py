"""Telling people of deadlines that passed: the owner or the team at once, then the managers."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from notices.services import notify
from tickets.models import Ticket, TicketEvent
from tickets.rules.clock import DEADLINES, LAST_STEP, Clock, set_alarm, step_due
from tickets.services.deadlines import clock_of, terms_in_force
from tickets.services.events import event
from tickets.services.locking import lock_ticket
from tickets.services.owners import WORKERS

# How many tickets one run tells of; the next one takes the others.
CHUNK = 200


def tell_of_late_tickets() -> int:
    """Tell of every deadline whose step is due; returns of how many tickets. Safe twice and late.

    At its moment the history gets one row for the deadline and the owner a notice; without an
    owner who can sign in, the people of the team, or the managers. An hour of working time later
    the managers are told as well. Nobody is told of the same deadline twice.
    """
    now = timezone.now()
    due = Ticket.objects.unfinished().filter(alarm_at__lte=now).order_by("alarm_at", "pk")
    return sum(_tell(pk, now) for pk in list(due.values_list("pk", flat=True)[:CHUNK]))


@transaction.atomic
def _tell(pk: int, now: datetime) -> bool:
    """The steps of one ticket that are due, if they still are under its lock."""
    ticket = lock_ticket(pk)
    if ticket.state in Ticket.FINISHED or ticket.alarm_at is None or ticket.alarm_at > now:
        return False
    calendar = terms_in_force().calendar(ticket.team_id)
    clock = clock_of(ticket)
    for which in DEADLINES:
        while clock.is_open(which):
            step = step_due(clock, which, calendar)
            if step is None or step > now:
                break
            clock = _take_step(ticket, clock, which)
    clock = set_alarm(clock, state=ticket.state, calendar=calendar)
    Ticket.objects.filter(pk=pk).update(**asdict(clock))
    return True


def _take_step(ticket: Ticket, clock: Clock, which: str) -> Clock:
    """Write the history at the first step, and tell whoever the step is for."""
    due, told = clock.due(which), clock.told(which)
    if due is None:
        return clock
    if told == 0:
        event(
            TicketEvent.Kind.LATE,
            actor=None,
            ticket_id=ticket.pk,
            purchase_id=ticket.purchase_id,
            changes={
                "deadline": (None, which),
                "due_at": (None, due.isoformat()),
                "owner": (None, ticket.owner),
            },
        ).save(force_insert=True)
    notify(
        people=_managers(ticket) if told else _first(ticket),
        kind="deadline_late",
        key=f"late:{ticket.pk}:{which}",
        params={
            "ticket": ticket.pk,
            "subject": ticket.subject,
            "which": which,
            "due": due.isoformat(),
        },
        link=reverse("ticket_page", args=[ticket.pk]),
    )
    step: dict[str, Any] = {f"{which}_told": min(told + 1, LAST_STEP)}
    return replace(clock, **step)


def _first(ticket: Ticket) -> Iterable[User]:
    """The owner who can do something about it, else the team, else the managers."""
    able = User.objects.active().with_role(*WORKERS)
    owner = able.filter(pk=ticket.owner_id).first() if ticket.owner_id else None
    if owner is not None:
        return [owner]
    team = list(able.filter(team=ticket.team_id)) if ticket.team_id else []
    return team or _managers(ticket)


def _managers(ticket: Ticket) -> list[User]:
    """The team's managers, or all of them where it has none."""
    managers = User.objects.active().with_role(Role.MANAGER)
    own = list(managers.filter(team=ticket.team_id)) if ticket.team_id else []
    return own or list(managers)
