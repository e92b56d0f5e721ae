"""History of tickets and of an interaction's links: rows that are only ever added."""

from collections.abc import Mapping

from accounts.models import User
from tickets.models import TicketEvent

Changes = Mapping[str, tuple[object, object]]


def event(
    kind: TicketEvent.Kind,
    *,
    actor: User | None,
    ticket_id: int | None = None,
    interaction_id: int | None = None,
    purchase_id: int | None = None,
    changes: Changes | None = None,
    note: str = "",
) -> TicketEvent:
    """A row to add in the transaction of the change itself; values are kept as text."""
    told = {
        field: [None if side is None else str(side) for side in sides]
        for field, sides in (changes or {}).items()
    }
    return TicketEvent(
        kind=kind,
        actor=actor,
        ticket_id=ticket_id,
        interaction_id=interaction_id,
        purchase_id=purchase_id,
        changes=told,
        note=note,
    )
