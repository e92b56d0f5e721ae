"""One order of locks for every write on a ticket: first its purchase, then the ticket."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from purchases.models import Purchase
from tickets.models import Ticket


def lock_purchases(keys: list[int]) -> list[int]:
    """Lock the purchases in the order of their keys; returns those that exist."""
    rows = Purchase.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket as it is now, locked after its purchase, so that logging and this take turns.

    Raises ValidationError when it is gone, or moved to another purchase at this very moment.
    """
    purchase_id = Ticket.objects.filter(pk=ticket_id).values_list("purchase_id", flat=True).first()
    if purchase_id is not None:
        lock_purchases([purchase_id])
    ticket = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id).first()
    if ticket is None or ticket.purchase_id != purchase_id:
        raise ValidationError(_("This ticket has just been moved. Open it again."))
    return ticket
