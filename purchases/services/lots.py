"""Lots written many at once, for the imports of higher rooms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from accounts.services.history import record_histories
from jobs.importing.bulk import insert_rows
from purchases.models import Lot, Product
from purchases.rules import fold_name

# Four values a row: fewer than SQLite takes in a statement.
CHUNK = 1000
WRITE_STATES = """
WITH news (lot, state, reason, since) AS (VALUES {rows})
UPDATE purchases_lot SET state = news.state, state_reason = news.reason, state_since = news.since
FROM news WHERE purchases_lot.id = news.lot
"""


@dataclass(frozen=True)
class LotNews:
    """A state that a lot comes to, why (on hold and rejected need it), and since when."""

    lot: Lot
    state: str
    reason: str
    since: datetime


@transaction.atomic
def make_products(*, skus: Collection[str]) -> dict[str, Product]:
    """Products for SKUs that nobody knows yet; the SKU stands for the name until it is filled in."""
    made = [Product(sku=sku, name=sku, name_folded=fold_name(sku)) for sku in sorted(skus)]
    insert_rows(made)
    return {product.sku: product for product in made}


@transaction.atomic
def make_lots(*, wanted: Mapping[tuple[int, str], User]) -> dict[tuple[int, str], Lot]:
    """Lots that are not there yet, by product and number, with their makers."""
    made = [
        Lot(product_id=product, number=number, maker=maker)
        for (product, number), maker in wanted.items()
    ]
    insert_rows(made)
    return {(lot.product_id, lot.number): lot for lot in made}


@transaction.atomic
def name_makers(*, makers: Mapping[Lot, User], actor: User | None) -> None:
    """Say who made lots whose maker was unknown. The database refuses an inspector of the lot."""
    for lot, maker in makers.items():
        lot.maker = maker
    Lot.objects.bulk_update(makers, ["maker"])
    Lot.objects.filter(pk__in=[lot.pk for lot in makers]).update(version=F("version") + 1)
    told = [(lot, {"maker": (None, maker)}) for lot, maker in makers.items()]
    record_histories(changes=told, verb="changed", actor=actor)


@transaction.atomic
def set_lot_states(*, news: Collection[LotNews], actor: User | None) -> None:
    """Move lots to states that were found elsewhere, and tell the history."""
    changed = [one for one in news if one.lot.state != one.state]
    told = [(one.lot, {"state": (one.lot.state, one.state)}) for one in changed]
    for one in changed:
        one.lot.state, one.lot.state_reason = one.state, one.reason[:300]
        one.lot.state_since = one.since
    for start in range(0, len(changed), CHUNK):
        _write_states([one.lot for one in changed[start : start + CHUNK]])
    record_histories(changes=told, verb="state", actor=actor)


def _write_states(lots: Sequence[Lot]) -> None:
    """One statement for many lots; `bulk_update` takes ten times as long."""
    moment = "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
    row = f"(CAST(%s AS bigint), %s, %s, {moment})"
    values: list[int | str | datetime | None] = []
    for lot in lots:
        since = connection.ops.adapt_datetimefield_value(lot.state_since)
        values += [lot.pk, lot.state, lot.state_reason, since]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_STATES.format(rows=", ".join([row] * len(lots))), values)
