"""Lots written many at once, for the imports of higher rooms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.services.history import record_histories
from jobs.importing.bulk import insert_rows
from purchases.models import Lot, Product
from purchases.rules import fold_name


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
    Lot.objects.bulk_update(
        [one.lot for one in changed], ["state", "state_reason", "state_since"], batch_size=500
    )
    record_histories(changes=told, verb="state", actor=actor)
