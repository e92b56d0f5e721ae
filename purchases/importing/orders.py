"""The purchases of a chunk of rows: found, made, and changed where the file says something new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.services.history import record_histories
from jobs.importing.bulk import insert_values
from jobs.importing.kinds import ChunkResult, ImportContext, Record
from purchases.models import Customer, Purchase
from purchases.rules import fold_order_number, has_left_the_house, read_clock
from purchases.services.clocks import apply_clock
from purchases.services.marks import mark_for_evaluation, put_marks
from purchases.services.versions import Changes

BUYER_COLUMNS = ("pk", "ref", "name", "merged_into_id")
BuyerRow = tuple[int, str | None, str, int | None]
PURCHASE_COLUMNS = (
    *("order_number", "order_folded", "customer_id", "ordered_at", "delivered_at", "status"),
    *("dispatched", "created_at", "version"),
    *("clock_kind", "clock_at", "clock_day", "window_ends_at"),
    *("gross_interactions", "net_interactions", "merged_interactions", "later_interactions"),
    *("first_week_net", "flag_state", "handoffs"),
)
CHANGEABLE = ("delivered_at", "status", "dispatched")
WRITTEN = (*CHANGEABLE, "clock_kind", "clock_at", "clock_day", "window_ends_at")
# Rows in one statement of an update: Django writes a CASE for each, and they are tried in turn.
UPDATE_SIZE = 200


@dataclass(eq=False, slots=True)
class Buyer:
    """A customer, as far as an import needs one; without a key until it is stored."""

    ref: str | None
    name: str
    key: int = 0
    is_new: bool = False


@dataclass(eq=False)
class Order:
    """The rows of one order number, what stands in the database, and what the rows did."""

    number: str
    records: list[Record]
    # The purchase as it stands; None for a new one, which only gets a key.
    purchase: Purchase | None = None
    key: int = 0
    buyer: Buyer = field(default_factory=lambda: Buyer(None, ""))
    # Something about the purchase or its customer was new.
    touched: bool = False
    changes: Changes = field(default_factory=dict)
    # Lines of the file that made or changed a line of the purchase.
    made: set[int] = field(default_factory=set)
    mended: set[int] = field(default_factory=set)

    @property
    def is_new(self) -> bool:
        """Whether this import makes the purchase."""
        return self.purchase is None

    @property
    def first(self) -> Record:
        """The row that says who bought and when."""
        return self.records[0]

    def delivered_at(self) -> datetime | None:
        """The last delivery that the rows tell of."""
        told = [r.values["delivered_at"] for r in self.records if r.values["delivered_at"]]
        return max(told, default=None)

    def status(self) -> str | None:
        """The status that the rows tell, the last one where they differ."""
        told = [r.values["status"] for r in self.records if r.values["status"]]
        return told[-1] if told else None


def read_orders(
    records: Sequence[Record], context: ImportContext, result: ChunkResult
) -> list[Order]:
    """The usable rows by order, in the order of the file, with the purchases that are there."""
    by_number: dict[str, Order] = {}
    for record in records:
        if contradiction(record, context, result):
            continue
        number = record.values["order_number"]
        if number in by_number:
            by_number[number].records.append(record)
        else:
            by_number[number] = Order(number, [record])
    _find_purchases(by_number)
    return list(by_number.values())


def _find_purchases(by_number: Mapping[str, Order]) -> None:
    """Give the orders that are there their purchases and customers."""
    found = list(Purchase.objects.filter(order_number__in=list(by_number)))
    # Not by a join: with thousands of keys a planner may take that for a reason to read it all.
    buyers = living_buyers({purchase.customer_id for purchase in found}, {})
    for purchase in found:
        order = by_number[purchase.order_number]
        order.purchase, order.key = purchase, purchase.pk
        order.buyer = buyers[purchase.customer_id]


def living_buyers(keys: set[int], rows: dict[int, BuyerRow]) -> dict[int, Buyer]:
    """The customers with these keys, or those into whom they were merged; `rows` were read before."""
    rows = dict(rows)
    missing = keys - rows.keys()
    missing |= {row[3] for row in rows.values() if row[3]} - rows.keys()
    while missing:
        more = Customer.objects.filter(pk__in=missing).values_list(*BUYER_COLUMNS)
        rows |= {row[0]: row for row in more}
        missing = {row[3] for row in rows.values() if row[3]} - rows.keys()
    made: dict[int, Buyer] = {}
    living = {}
    for asked in keys:
        key, ref, name, into = rows[asked]
        while into:
            key, ref, name, into = rows[into]
        living[asked] = made.setdefault(key, Buyer(ref, name, key))
    return living


def contradiction(record: Record, context: ImportContext, result: ChunkResult) -> bool:
    """Reject a row that contradicts itself."""
    values = record.values
    if values["delivered_at"] and values["delivered_at"] < values["ordered_at"]:
        result.reject(context, record, "delivered_at", _("It is delivered before it is ordered."))
        return True
    if values["lot_number"] and not values["sku"]:
        reason = _("A lot is of a product: fill in the SKU, or leave the lot out.")
        result.reject(context, record, "lot_number", reason)
        return True
    return False


def create_purchases(orders: Sequence[Order], context: ImportContext, result: ChunkResult) -> None:
    """Make the purchases that are new, marked for evaluation."""
    new = [order for order in orders if order.is_new]
    rows = [_new_row(order, context) for order in new]
    for order, key in zip(new, insert_values(Purchase, PURCHASE_COLUMNS, rows), strict=True):
        order.key = key
    put_marks([order.key for order in new])
    result.counts["purchases_created"] += len(new)


def status_when_made(order: Order) -> str:
    """What a new purchase's status is: what its rows say, else what its dates do."""
    return order.status() or ("delivered" if order.delivered_at() else "ordered")


def waited_for(orders: Sequence[Order]) -> list[int]:
    """The purchases after which it may differ what customers wait for."""
    ordered = Purchase.Status.ORDERED
    return [
        order.key
        for order in orders
        if (order.purchase is None and status_when_made(order) == ordered)
        or "status" in order.changes
        or (order.purchase and order.purchase.status == ordered and "lines" in order.changes)
    ]


def _new_row(order: Order, context: ImportContext) -> tuple[object, ...]:
    """The values of PURCHASE_COLUMNS of a new purchase."""
    ordered_at = order.first.values["ordered_at"]
    delivered_at, status = order.delivered_at(), status_when_made(order)
    clock = read_clock(
        ordered_at=ordered_at,
        delivered_at=delivered_at,
        transit_days=context.shop.transit_days,
        window_days=context.shop.window_days,
        zone=context.zone,
    )
    return (
        *(order.number, fold_order_number(order.number), order.buyer.key),
        *(ordered_at, delivered_at, status),
        has_left_the_house(status=status, delivered_at=delivered_at),
        *(context.now, 1, clock.kind, clock.at, clock.day, clock.window_ends_at),
        *(0, 0, 0, 0, 0, "", 0),
    )


def update_purchases(orders: Sequence[Order], context: ImportContext, result: ChunkResult) -> None:
    """Change the purchases of which the file tells something new; tells the history."""
    changed = []
    for order in orders:
        if order.purchase is None:
            continue
        news = changeable(order, order.purchase)
        if news:
            order.touched = True
            order.changes.update(news)
        if not order.changes:
            continue
        for name, (_old, new) in news.items():
            setattr(order.purchase, name, new)
        apply_clock(order.purchase, context.shop)
        changed.append((order.purchase, order.changes))
    write(changed)
    record_histories(changes=changed, verb="imported", actor=context.actor)
    result.counts["purchases_changed"] += len(changed)


def changeable(order: Order, purchase: Purchase) -> Changes:
    """What the rows say otherwise; what they leave empty stays. Gone goods stay gone."""
    delivered_at = order.delivered_at() or purchase.delivered_at
    status = order.status()
    if status is None:
        under_way = purchase.status in {Purchase.Status.ORDERED, Purchase.Status.DISPATCHED}
        arrived = delivered_at is not None and under_way
        status = Purchase.Status.DELIVERED if arrived else purchase.status
    left = has_left_the_house(status=status, delivered_at=delivered_at)
    told = (delivered_at, status, purchase.dispatched or left)
    return {
        name: (getattr(purchase, name), new)
        for name, new in zip(CHANGEABLE, told, strict=True)
        if getattr(purchase, name) != new
    }


def write(changed: Sequence[tuple[Purchase, Changes]]) -> None:
    """Write changed purchases, with a greater version and mark."""
    rows = [purchase for purchase, _changes in changed]
    Purchase.objects.bulk_update(rows, WRITTEN, batch_size=UPDATE_SIZE)
    Purchase.objects.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1)
    mark_for_evaluation(purchase_ids=[row.pk for row in rows])
