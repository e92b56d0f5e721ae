"""The states of a ticket: how it ends."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from tickets.models import Reason, Ticket, TicketEvent
from tickets.services.changing import fresh_ticket, write_change

Kind = TicketEvent.Kind


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
