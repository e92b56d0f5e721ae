"""How every change of a ticket is written: under lock, from the page as drawn, with history."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import Ticket, TicketEvent
from tickets.services.deadlines import change_columns
from tickets.services.events import Changes, event
from tickets.services.following import tell_involved
from tickets.services.locking import lock_ticket

# The code of the refusal of a change made from an old page.
STALE = "stale"


def fresh_ticket(ticket: Ticket, version: int, *, finished: bool = False) -> Ticket:
    """The ticket under lock, still as the page showed it, and unfinished (or ``finished``).

    Raises ValidationError.
    """
    fresh = lock_ticket(ticket.pk)
    if fresh.merged_into_id is not None:
        raise ValidationError(
            _("This ticket was merged into #%(n)d: go on there, or undo the merge.")
            % {"n": fresh.merged_into_id}
        )
    if fresh.version != version:
        raise stale(fresh)
    if fresh.state in Ticket.FINISHED and not finished:
        raise ValidationError(_("This ticket is finished already. Reopen it first."))
    if fresh.state not in Ticket.FINISHED and finished:
        raise ValidationError(_("This ticket is not finished: there is nothing to reopen."))
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
        code=STALE,
    )


def write_change(
    ticket: Ticket,
    *,
    kind: TicketEvent.Kind,
    values: dict[str, object],
    changes: Changes,
    note: str,
    actor: User | None,
    also: Collection[int | None] = (),
    tells: bool = True,
) -> Ticket:
    """Write the values to the locked row, with its deadlines and its history, and tell its people
    (and ``also``).
    """
    values = {**values, **change_columns(ticket, values)}
    Ticket.objects.filter(pk=ticket.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.version += 1
    told = event(
        kind,
        actor=actor,
        ticket_id=ticket.pk,
        purchase_id=ticket.purchase_id,
        changes=changes,
        note=note,
    )
    told.save(force_insert=True)
    if tells:
        tell_involved(ticket, told, actor=actor, also=also)
    return ticket
