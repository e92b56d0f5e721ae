"""Working on a ticket: resolving it, handing it to somebody else."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from tickets.models import Reason, Ticket, TicketEvent
from tickets.services.events import Changes, event
from tickets.services.locking import lock_ticket

Kind = TicketEvent.Kind
# Who may own a ticket.
WORKERS = (Role.AGENT, Role.MANAGER)


@transaction.atomic
def resolve_ticket(
    *, ticket: Ticket, version: int, reason: Reason | None, resolution: str, actor: User
) -> Ticket:
    """End a ticket with the reason it was about and what was done.

    Raises ValidationError: changed since the page was drawn, finished already, reason or
    resolution missing, or a promise on it is still open; nothing is written then.
    """
    fresh = _fresh(ticket, version)
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
    return _write(
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
def hand_off_ticket(
    *, ticket: Ticket, version: int, owner: User, note: str = "", actor: User
) -> Ticket:
    """Give a ticket to another owner; from one person to another counts as a hand-off.

    A ticket nobody owned is only claimed. Raises ValidationError: changed since the page was
    drawn, finished, the same owner, one who cannot work on tickets, or a hand-off without a note.
    """
    fresh = _fresh(ticket, version)
    if fresh.owner_id == owner.pk:
        raise ValidationError({"owner": _("%(name)s owns this ticket already.") % {"name": owner}})
    if not owner.may(*WORKERS, write=True):
        raise ValidationError({"owner": _("%(name)s cannot work on tickets.") % {"name": owner}})
    handed = fresh.owner_id is not None
    if handed and not note.strip():
        raise ValidationError({"note": _("Say why it changes hands: the next one reads it first.")})
    before = fresh.owner
    return _write(
        fresh,
        kind=Kind.HANDED_OFF if handed else Kind.CHANGED,
        values={
            "owner": owner,
            "handoffs": fresh.handoffs + int(handed),
            "state": Ticket.State.OPEN if fresh.state == Ticket.State.NEW else fresh.state,
        },
        changes={"owner": (before, owner)},
        note=note.strip(),
        actor=actor,
    )


def _fresh(ticket: Ticket, version: int) -> Ticket:
    """The unfinished ticket under lock, still as the page showed it. Raises ValidationError."""
    fresh = lock_ticket(ticket.pk)
    if fresh.version != version:
        raise stale(fresh)
    if fresh.state in Ticket.FINISHED:
        raise ValidationError(_("This ticket is finished already."))
    return fresh


def stale(ticket: Ticket) -> ValidationError:
    """The refusal of a change made from an old page: says what came between."""
    last = ticket.events.select_related("actor").order_by("-at", "-pk").first()
    return ValidationError(
        _(
            "Meanwhile %(who)s changed this ticket (%(what)s). Nothing of yours was saved: look at the ticket and do it again."
        )
        % {
            "who": last.actor if last and last.actor else _("somebody"),
            "what": last.get_kind_display() if last else "?",
        },
        code="stale",
    )


def _write(
    ticket: Ticket,
    *,
    kind: TicketEvent.Kind,
    values: dict[str, object],
    changes: Changes,
    note: str,
    actor: User,
) -> Ticket:
    """Write the values to the locked row, with its history."""
    Ticket.objects.filter(pk=ticket.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.version += 1
    event(
        kind,
        actor=actor,
        ticket_id=ticket.pk,
        purchase_id=ticket.purchase_id,
        changes=changes,
        note=note,
    ).save(force_insert=True)
    return ticket
