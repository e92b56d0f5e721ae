"""Who works on a ticket."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from tickets.models import Ticket, TicketEvent
from tickets.services.changing import fresh_ticket, write_change

Kind = TicketEvent.Kind
# Who may own a ticket.
WORKERS = (Role.AGENT, Role.MANAGER)


@transaction.atomic
def hand_off_ticket(
    *, ticket: Ticket, version: int, owner: User, note: str = "", actor: User
) -> Ticket:
    """Give a ticket to another owner; from one person to another counts as a hand-off.

    A ticket nobody owned is only claimed. Raises ValidationError: changed since the page was
    drawn, finished, the same owner, one who cannot work on tickets, or a hand-off without a note.
    """
    fresh = fresh_ticket(ticket, version)
    if fresh.owner_id == owner.pk:
        raise ValidationError({"owner": _("%(name)s owns this ticket already.") % {"name": owner}})
    if not owner.may(*WORKERS, write=True):
        raise ValidationError({"owner": _("%(name)s cannot work on tickets.") % {"name": owner}})
    handed = fresh.owner_id is not None
    if handed and not note.strip():
        raise ValidationError({"note": _("Say why it changes hands: the next one reads it first.")})
    before = fresh.owner
    return write_change(
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
