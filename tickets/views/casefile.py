"""What the purchase page and the call form read of a purchase, in as few queries as can be."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from helpdesk.lib.prepared import Prepared
from purchases.models import CustomerEmail, CustomerPhone, Lot, Purchase, PurchaseLine
from tickets.models import Goodwill, Promise, Rating, Ticket

LOT_STATES = {
    Lot.State.MADE: ("", "circle-dashed"),
    Lot.State.IN_INSPECTION: ("warn", "hourglass"),
    Lot.State.RELEASED: ("good", "check"),
    Lot.State.ON_HOLD: ("alarm", "lock"),
    Lot.State.REJECTED: ("alarm", "octagon-x"),
}
TICKET_STATES = {
    Ticket.State.NEW: ("", "plus"),
    Ticket.State.OPEN: ("accent", "circle-dot"),
    Ticket.State.WAITING_CUSTOMER: ("plain", "hourglass"),
    Ticket.State.WAITING_UNTIL: ("plain", "hourglass"),
    Ticket.State.RESOLVED: ("good", "check"),
    Ticket.State.CLOSED: ("good", "check"),
}


@dataclass(frozen=True)
class PromiseRow:
    """A promise as pages show it."""

    pk: int
    ticket_id: int
    what: str
    due_at: datetime
    state: str
    made_at: datetime
    ended_at: datetime | None
    end_note: str
    owner: str

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to keep it."""
        return self.state == Promise.State.OPEN

    @property
    def is_late(self) -> bool:
        """Open, and its moment has passed."""
        return self.is_open and self.due_at <= timezone.now()


@dataclass
class TicketRow:
    """A ticket with its promises."""

    ticket: Ticket
    tone: str
    icon: str
    promises: list[PromiseRow] = field(default_factory=list)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do on it."""
        return self.ticket.state in Ticket.FINISHED


@dataclass(frozen=True)
class LineRow:
    """A line of a purchase with the state of its lot by word, icon and colour."""

    line: PurchaseLine
    lot: Lot | None
    tone: str
    icon: str


@dataclass(frozen=True)
class CaseFile:
    """A purchase with its lines, tickets and promises."""

    purchase: Any
    lines: list[LineRow]
    tickets: list[TicketRow]

    @property
    def ticket(self) -> TicketRow | None:
        """The unfinished ticket (before those split off from it), else the newest."""
        unfinished = [row for row in self.tickets if not row.is_finished]
        unfinished.sort(key=lambda row: row.ticket.split_from_id is not None)
        return next(iter(unfinished or self.tickets), None)

    @property
    def open_promises(self) -> list[PromiseRow]:
        """What we still owe, the soonest first."""
        found = [one for row in self.tickets for one in row.promises if one.is_open]
        return sorted(found, key=lambda one: one.due_at)

    @property
    def day(self) -> int:
        """The age of the purchase in whole elapsed days; 0 before it starts."""
        age: int = (timezone.now() - self.purchase.clock_at).days
        return max(age, 0)

    @property
    def not_counted(self) -> int:
        """Contacts that are neither counted nor merged nor late: ours, or of another kind."""
        one = self.purchase
        counted = one.net_interactions + one.merged_interactions + one.later_interactions
        left: int = one.gross_interactions - counted
        return left


def purchases_for_card() -> QuerySet[Any]:
    """Purchases with the customer, how to reach them, the last rating and ``goodwill``, what
    was given about them altogether (None: nothing), in one query.
    """
    ratings = Rating.objects.filter(purchase=OuterRef("pk")).order_by("-answered_at", "-pk")
    phones = CustomerPhone.objects.filter(customer=OuterRef("customer_id")).order_by("pk")
    emails = CustomerEmail.objects.filter(customer=OuterRef("customer_id")).order_by("pk")
    given = (
        Goodwill.objects.standing()
        .filter(ticket__purchase=OuterRef("pk"))
        .order_by()
        .values("ticket__purchase")
        .annotate(total=Sum("cost"))
        .values("total")
    )
    return Purchase.objects.select_related("customer").annotate(
        phone=Subquery(phones.values("number")[:1]),
        email=Subquery(emails.values("address")[:1]),
        rated_at=Subquery(ratings.values("answered_at")[:1]),
        rated_words=Subquery(ratings.values("comment")[:1]),
        rated=F("last_score"),
        goodwill=Subquery(given),
    )


# Asked for every purchase page and every caller: their statements are put together once.
card_of = Prepared(lambda purchase: purchases_for_card().filter(pk=purchase))
_lines_of = Prepared(
    lambda purchase: (
        PurchaseLine.objects.filter(purchase=purchase)
        .select_related("product", "lot")
        .order_by("pk")
    )
)
_tickets_of = Prepared(lambda purchase: Ticket.objects.filter(purchase=purchase).with_promises())


def read_case(purchase: Purchase) -> CaseFile:
    """The purchase's lines, tickets and promises: two queries."""
    return CaseFile(purchase, read_lines(purchase), read_tickets(purchase))


def read_lines(purchase: Purchase) -> list[LineRow]:
    """The lines in the order they were written."""
    return [
        LineRow(line, line.lot, *(LOT_STATES[Lot.State(line.lot.state)] if line.lot else ("", "")))
        for line in _lines_of(purchase.pk)
    ]


def read_tickets(purchase: Purchase) -> list[TicketRow]:
    """All tickets of a purchase, newest first, each with its promises."""
    found: dict[int, TicketRow] = {}
    rows: list[Any] = _tickets_of(purchase.pk)
    for row in rows:
        there = found.setdefault(row.pk, TicketRow(row, *TICKET_STATES[Ticket.State(row.state)]))
        if row.promise_id is not None:
            there.promises.append(promise_row(row))
    return list(found.values())


def promise_row(row: Any) -> PromiseRow:
    """The promise that ``with_promises`` annotated on a ticket."""
    return PromiseRow(
        pk=row.promise_id,
        ticket_id=row.pk,
        what=row.promise_what,
        due_at=row.promise_due_at,
        state=row.promise_state,
        made_at=row.promise_made_at,
        ended_at=row.promise_ended_at,
        end_note=row.promise_end_note,
        owner=row.promise_owner,
    )
