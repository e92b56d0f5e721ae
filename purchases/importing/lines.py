"""The lines of a chunk of purchases: order, product, lot, and the n-th such row of the file."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from jobs.importing.bulk import insert_values
from jobs.importing.kinds import ChunkResult, ImportContext, Record
from purchases.importing.goods import Goods
from purchases.importing.orders import UPDATE_SIZE, Order
from purchases.models import PurchaseLine

KEY_FIELDS = ("purchase_id", "product_id", "lot_id", "occurrence")
LINE_FIELDS = ("quantity", "unit_price", "currency")
Key = tuple[int, int, int | None, int]


def save_lines(
    orders: Sequence[Order], goods: Goods, context: ImportContext, result: ChunkResult
) -> None:
    """Make the lines that are new, and change those of which the file says otherwise."""
    lines = _present_lines(orders)
    new: list[tuple[object, ...]] = []
    changed: list[PurchaseLine] = []
    for order in orders:
        for key, record in _keyed(order, goods):
            line = lines.get(key)
            values = record.values
            if line is None:
                currency = _currency(record, context)
                new.append((*key, values["quantity"], values["unit_price"], currency))
                order.made.add(record.line)
                if not order.is_new:
                    order.changes["lines"] = (None, values["sku"])
            elif _change(line, record, context):
                changed.append(line)
                order.mended.add(record.line)
                order.changes["lines"] = (values["sku"], values["sku"])
    insert_values(PurchaseLine, (*KEY_FIELDS, *LINE_FIELDS), new)
    PurchaseLine.objects.bulk_update(changed, LINE_FIELDS, batch_size=UPDATE_SIZE)
    result.counts["lines_created"] += len(new)


def _present_lines(orders: Sequence[Order]) -> dict[Key, PurchaseLine]:
    """The lines that the known ones of these purchases have."""
    known = [order.key for order in orders if not order.is_new]
    if not known:
        return {}
    return {
        (line.purchase_id, line.product_id, line.lot_id, line.occurrence): line
        for line in PurchaseLine.objects.filter(purchase__in=known)
    }


def _keyed(order: Order, goods: Goods) -> list[tuple[Key, Record]]:
    """The rows of an order that are lines, with what tells them apart."""
    seen: Counter[tuple[int, int | None]] = Counter()
    keyed = []
    for record in order.records:
        product = goods.product(record)
        if product is None:
            continue
        same = (product.pk, goods.lot(record, product))
        seen[same] += 1
        keyed.append(((order.key, *same, seen[same]), record))
    return keyed


def _change(line: PurchaseLine, record: Record, context: ImportContext) -> bool:
    """Take over what the row says; what it leaves empty stays. Tells whether anything differs."""
    told: dict[str, Decimal | str | None] = {
        "quantity": record.values["quantity"],
        "unit_price": record.values["unit_price"],
        "currency": _currency(record, context),
    }
    news = {
        name: value
        for name, value in told.items()
        if value not in {None, ""} and value != getattr(line, name)
    }
    for name, value in news.items():
        setattr(line, name, value)
    return bool(news)


def _currency(record: Record, context: ImportContext) -> str:
    """The currency of a row's price; none without a price."""
    if record.values["currency"]:
        return str(record.values["currency"])
    return context.shop.currency if record.values["unit_price"] is not None else ""
