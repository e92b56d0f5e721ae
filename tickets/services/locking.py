"""One order of locks for every write on a ticket: first its purchase, then the ticket."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk.lib.prepared import Prepared
from purchases.models import Purchase
from tickets.models import Ticket

_one_purchase: Prepared[Any] = Prepared(
    lambda key: (
        Purchase.objects.filter(pk=key).select_for_update(no_key=True).values_list("pk", flat=True)
    )
)
_one_ticket = Prepared(lambda key: Ticket.objects.select_for_update(no_key=True).filter(pk=key))
_links_of: Prepared[Any] = Prepared(
    lambda key: Ticket.objects.filter(pk=key).values_list("purchase_id", "merged_into_id")
)


def lock_purchases(keys: list[int]) -> list[int]:
    """Lock the purchases in the order of their keys; returns those that exist."""
    if len(keys) == 1:
        return _one_purchase(keys[0])
    rows = Purchase.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def lock_ticket(ticket_id: int, *, follow: bool = False) -> Ticket:
    """The ticket as it is now, locked after its purchase, so that logging and this take turns.

    With ``follow``, of a merged ticket the one that took it over. Raises ValidationError when it
    is gone, or moved to another purchase at this very moment.
    """
    links = _links(ticket_id)
    while follow and links[1] is not None:
        ticket_id = links[1]
        links = _links(ticket_id)
    purchase_id = links[0]
    if purchase_id is not None:
        lock_purchases([purchase_id])
    ticket = _one_ticket.first(ticket_id)
    if ticket is None or ticket.purchase_id != purchase_id:
        raise just_moved()
    return ticket


def lock_tickets(keys: Collection[int], *, purchases: Collection[int] = ()) -> dict[int, Ticket]:
    """Several tickets as they are now, after their purchases and ``purchases``, all by key.

    Raises ValidationError when one is gone or moves at this very moment.
    """
    found = dict(Ticket.objects.filter(pk__in=keys).values_list("pk", "purchase_id"))
    lock_purchases(sorted({key for key in found.values() if key is not None}.union(purchases)))
    rows = Ticket.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    tickets = {ticket.pk: ticket for ticket in rows}
    if {key: ticket.purchase_id for key, ticket in tickets.items()} != found or not (
        set(keys) <= tickets.keys()
    ):
        raise just_moved()
    return tickets


def just_moved() -> ValidationError:
    """The refusal of a change that met another one."""
    return ValidationError(_("This ticket has just been moved. Open it again."))


def _links(ticket_id: int) -> tuple[int | None, int | None]:
    """Its purchase, and the ticket it was merged into."""
    return _links_of.first(ticket_id) or (None, None)
