"""The states of a ticket: waiting, taken up again, resolved, closed, reopened."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Shop, User
from tickets.models import Reason, Ticket, TicketEvent
from tickets.services.changing import fresh_ticket, write_change
from tickets.services.locking import lock_ticket

Kind = TicketEvent.Kind
# Tickets that one run of the beat wakes or closes; the next run takes the rest.
CHUNK = 500


@transaction.atomic
def resolve_ticket(
    *, ticket: Ticket, version: int, reason: Reason | None, resolution: str, actor: User
) -> Ticket:
    """End a ticket with the reason it was about and what was done.

    Raises ValidationError: changed since the page was drawn, finished already, reason or
    resolution missing, or a promise on it is still open; nothing is written then.
    """
    fresh = fresh_ticket(ticket, version)
    if reason is None:
        raise ValidationError({"reason": _("Choose what the ticket was about.")})
    if not resolution.strip():
        raise ValidationError({"resolution": _("Say what was done for the customer.")})
    if fresh.open_promises:
        raise ValidationError(
            ngettext(
                "%(n)d promise on this ticket is open. End it first: kept, broken or released.",
                "%(n)d promises on this ticket are open. End them first: kept, broken or released.",
                fresh.open_promises,
            )
            % {"n": fresh.open_promises}
        )
    now = timezone.now()
    return write_change(
        fresh,
        kind=Kind.RESOLVED,
        values={
            "state": Ticket.State.RESOLVED,
            "reason": reason,
            "resolution": resolution.strip(),
            "resolved_at": now,
            "waiting_since": None,
            "waiting_until": None,
        },
        changes={"state": (fresh.state, Ticket.State.RESOLVED)},
        note=resolution.strip(),
        actor=actor,
    )


@transaction.atomic
def wait_for_customer(*, ticket: Ticket, version: int, note: str = "", actor: User) -> Ticket:
    """The customer has to do something first; their next contact opens it again.

    Raises ValidationError: changed since the page was drawn, finished, or waiting already.
    """
    fresh = fresh_ticket(ticket, version)
    _refuse_same(fresh, Ticket.State.WAITING_CUSTOMER)
    return write_change(
        fresh,
        kind=Kind.WAITING,
        values={
            "state": Ticket.State.WAITING_CUSTOMER,
            "waiting_since": None,
            "waiting_until": None,
        },
        changes={"state": (fresh.state, Ticket.State.WAITING_CUSTOMER)},
        note=note.strip(),
        actor=actor,
    )


@transaction.atomic
def wait_until(
    *, ticket: Ticket, version: int, until: datetime, note: str = "", actor: User
) -> Ticket:
    """Nothing can be done before ``until``; then it opens by itself (wake_tickets).

    How long the customer has waited goes on counting: it is we who put it off. Raises
    ValidationError: changed since the page was drawn, finished, or a moment that has passed.
    """
    fresh = fresh_ticket(ticket, version)
    if until <= timezone.now():
        raise ValidationError({"until": _("This moment has passed. Choose a later one.")})
    return write_change(
        fresh,
        kind=Kind.WAITING,
        values={"state": Ticket.State.WAITING_UNTIL, "waiting_until": until},
        changes={
            "state": (fresh.state, Ticket.State.WAITING_UNTIL),
            "waiting_until": (_iso(fresh.waiting_until), _iso(until)),
        },
        note=note.strip(),
        actor=actor,
    )


@transaction.atomic
def resume_ticket(*, ticket: Ticket, version: int, actor: User) -> Ticket:
    """Take up again what waits, or begin with what is new.

    From now on the customer waits for us. Raises ValidationError: changed since the page was
    drawn, finished, or open already.
    """
    fresh = fresh_ticket(ticket, version)
    _refuse_same(fresh, Ticket.State.OPEN)
    return _resume(fresh, actor=actor)


@transaction.atomic
def close_ticket(*, ticket: Ticket, version: int, actor: User) -> Ticket:
    """End it for good: a new contact of the customer opens another ticket.

    Raises ValidationError: changed since the page was drawn, or not resolved.
    """
    fresh = fresh_ticket(ticket, version, finished=True)
    _refuse_same(fresh, Ticket.State.CLOSED)
    return _close(fresh, actor=actor)


@transaction.atomic
def reopen_ticket(*, ticket: Ticket, version: int, note: str, actor: User) -> Ticket:
    """Take up again what was resolved or closed, and say why; it counts as a reopening.

    Raises ValidationError: changed since the page was drawn, not finished, no reason given, or
    its purchase has another unfinished ticket by now.
    """
    fresh = fresh_ticket(ticket, version, finished=True)
    if not note.strip():
        raise ValidationError({"note": _("Say why it begins again: the history tells it.")})
    other = _unfinished_beside(fresh)
    if other is not None:
        raise ValidationError(
            _("Ticket #%(n)d of this purchase is being worked on: go on there.") % {"n": other}
        )
    return write_change(
        fresh,
        kind=Kind.REOPENED,
        values={
            "state": Ticket.State.OPEN,
            "resolution": "",
            "resolved_at": None,
            "waiting_since": timezone.now(),
            "reopenings": fresh.reopenings + 1,
            "owner_id": fresh.owner_id or actor.pk,
        },
        changes={"state": (fresh.state, Ticket.State.OPEN)},
        note=note.strip(),
        actor=actor,
    )


def wake_tickets() -> int:
    """Open what waited until a moment that has come; returns how many. Safe twice, safe late."""
    waiting = Ticket.objects.filter(state=Ticket.State.WAITING_UNTIL)
    due = waiting.filter(waiting_until__lte=timezone.now()).order_by("waiting_until", "pk")
    return sum(_wake(pk) for pk in list(due.values_list("pk", flat=True)[:CHUNK]))


def close_tickets() -> int:
    """Close what has been resolved for as long as the shop says; returns how many.

    Safe twice, safe late. Until then a new contact of the customer opens it again.
    """
    days = Shop.objects.filter(pk=1).values_list("closes_after_days", flat=True).first()
    if days is None:
        return 0
    until = timezone.now() - timedelta(days=days)
    resolved = Ticket.objects.filter(state=Ticket.State.RESOLVED)
    due = resolved.filter(resolved_at__lte=until).order_by("resolved_at")
    keys = list(due.values_list("pk", flat=True)[:CHUNK])
    return sum(_close_when_due(pk, until=until) for pk in keys)


@transaction.atomic
def _wake(pk: int) -> bool:
    """One of them, if it still waits."""
    fresh = lock_ticket(pk)
    if fresh.state != Ticket.State.WAITING_UNTIL or fresh.waiting_until is None:
        return False
    if fresh.waiting_until > timezone.now():
        return False
    _resume(fresh, actor=None)
    return True


@transaction.atomic
def _close_when_due(pk: int, *, until: datetime) -> bool:
    """One of them, if it still is resolved, and not again since then."""
    fresh = lock_ticket(pk)
    if fresh.state != Ticket.State.RESOLVED or fresh.resolved_at is None:
        return False
    if fresh.resolved_at > until:
        return False
    _close(fresh, actor=None)
    return True


def _resume(fresh: Ticket, *, actor: User | None) -> Ticket:
    """Open it; actor None: its moment came."""
    return write_change(
        fresh,
        kind=Kind.RESUMED,
        values={
            "state": Ticket.State.OPEN,
            "waiting_until": None,
            "waiting_since": fresh.waiting_since or timezone.now(),
            "owner_id": fresh.owner_id or (actor.pk if actor else None),
        },
        changes={"state": (fresh.state, Ticket.State.OPEN)},
        note="",
        actor=actor,
    )


def _close(fresh: Ticket, *, actor: User | None) -> Ticket:
    """Close it; actor None: by itself. That it closes by itself is told to nobody."""
    return write_change(
        fresh,
        kind=Kind.CLOSED,
        values={"state": Ticket.State.CLOSED},
        changes={"state": (fresh.state, Ticket.State.CLOSED)},
        note="",
        actor=actor,
        tells=actor is not None,
    )


def _refuse_same(fresh: Ticket, state: Ticket.State) -> None:
    """Raises ValidationError when the ticket is in that state already."""
    if fresh.state == state:
        raise ValidationError(
            _("This ticket is in this state already: %(state)s.") % {"state": state.label}
        )


def _unfinished_beside(fresh: Ticket) -> int | None:
    """The key of another ticket of the purchase that somebody works on."""
    if fresh.purchase_id is None or fresh.external_ref is not None or fresh.split_from_id:
        return None
    others = Ticket.objects.unfinished().filter(
        purchase=fresh.purchase_id, external_ref__isnull=True, split_from__isnull=True
    )
    return others.exclude(pk=fresh.pk).values_list("pk", flat=True).first()


def _iso(moment: datetime | None) -> str | None:
    """A moment as history keeps it."""
    return moment.isoformat(timespec="seconds") if moment else None
