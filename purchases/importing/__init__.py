"""Importing purchases.csv: one row is one line of a purchase."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from jobs.importing.kinds import ChunkResult, ImportContext, ImportKind, Record
from purchases.importing.columns import columns
from purchases.importing.customers import save_customers
from purchases.importing.goods import save_goods
from purchases.importing.lines import save_lines
from purchases.importing.orders import (
    Order,
    create_purchases,
    read_orders,
    update_purchases,
    waited_for,
)
from purchases.services.awaited import lots_of, note_awaited


def load_chunk(records: Sequence[Record], context: ImportContext) -> ChunkResult:
    """Write whole orders: goods and customers first, then the purchases, then their lines."""
    result = ChunkResult()
    orders = read_orders(records, context, result)
    goods = save_goods(orders, result)
    save_customers(orders, context, result)
    create_purchases(orders, context, result)
    save_lines(orders, goods, context, result)
    update_purchases(orders, context, result)
    note_awaited(lot_ids=lots_of(waited_for(orders)))
    for order in orders:
        count_rows(order, result)
    return result


def count_rows(order: Order, result: ChunkResult) -> None:
    """Say of each row of an order what it did; what the order did is put down to its first row."""
    for place, record in enumerate(order.records):
        first = place == 0
        if record.line in order.made or (first and order.is_new):
            result.created += 1
        elif record.line in order.mended or (first and order.touched):
            result.changed += 1
        else:
            result.unchanged += 1


PURCHASES = ImportKind(
    name="purchases",
    label=_("Purchases"),
    about=_(
        "One row for each line of a purchase. Customers, products and lots that are new are made; "
        "rows with the same order number are one purchase."
    ),
    columns=columns,
    load_chunk=load_chunk,
    together="order_number",
    counts={
        "purchases_created": ngettext_lazy("purchase made", "purchases made"),
        "purchases_changed": ngettext_lazy("purchase changed", "purchases changed"),
        "lines_created": ngettext_lazy("line made", "lines made"),
        "customers_created": ngettext_lazy("customer made", "customers made"),
        "products_created": ngettext_lazy("product made", "products made"),
        "lots_created": ngettext_lazy("lot made", "lots made"),
    },
)
