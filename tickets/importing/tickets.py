"""The tickets that rows name by ``ticket_ref``: history, so they come in closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jobs.importing.kinds import Record
from purchases.models import Purchase
from tickets.importing.reasons import NOT_GIVEN, imported_leaf
from tickets.models import Reason, Ticket

SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Mention:
    """A row that names a ticket, with what the row already found."""

    record: Record
    purchase: Purchase | None
    reason: Reason | None


def tickets_for(mentions: Sequence[Mention]) -> dict[str, Ticket]:
    """The ticket of each reference, made where it is missing, from its first row."""
    first: dict[str, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.record.values["ticket_ref"], mention)
    known = {str(t.external_ref): t for t in Ticket.objects.filter(external_ref__in=list(first))}
    missing = {ref: mention for ref, mention in first.items() if ref not in known}
    new = [_closed(ref, mention) for ref, mention in missing.items()]
    Ticket.objects.bulk_create(new)
    return known | {str(ticket.external_ref): ticket for ticket in new}


def _closed(ref: str, mention: Mention) -> Ticket:
    """A closed ticket; a closed one needs a reason and a resolution."""
    values = mention.record.values
    subject = (values["summary"] or ref).strip().splitlines()[0]
    return Ticket(
        external_ref=ref,
        subject=subject[:SUBJECT_LENGTH],
        purchase=mention.purchase,
        customer_id=mention.purchase.customer_id if mention.purchase else None,
        state=Ticket.State.CLOSED,
        reason=mention.reason or imported_leaf(NOT_GIVEN),
        resolution=_("Imported with its history."),
        opened_at=values["occurred_at"],
        resolved_at=values["occurred_at"],
        channel=values["channel"],
    )
