"""Since when a customer waits for goods of a lot: the bench looks at those first."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Min, Q

from purchases.models import Lot, Purchase, PurchaseLine

# Keys in one statement: well below every engine's limit of parameters.
CHUNK = 1_000


def lots_of(purchase_ids: Collection[int]) -> set[int]:
    """The lots on the lines of these purchases."""
    ids, found = sorted(purchase_ids), set[int]()
    for start in range(0, len(ids), CHUNK):
        lines = PurchaseLine.objects.filter(
            purchase__in=ids[start : start + CHUNK], lot__isnull=False
        )
        found.update(key for key in lines.values_list("lot", flat=True) if key)
    return found


@transaction.atomic
def note_awaited(*, lot_ids: Collection[int]) -> None:
    """Write since when these lots are waited for: the oldest order that has not left, else NULL.

    Call it in the transaction that changes an order's state or lines. The lots' rows are locked in
    the order of their keys, and read after that: two orders of one lot do not overwrite each other.
    """
    ids = sorted(lot_ids)
    for start in range(0, len(ids), CHUNK):
        _note(ids[start : start + CHUNK])


def _note(ids: list[int]) -> None:
    """The same for one statement's worth of lots."""
    lots = Lot.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    before = dict(lots.values_list("pk", "awaited_since"))
    waiting = Q(lines__purchase__status=Purchase.Status.ORDERED)
    since = dict(
        Lot.objects.filter(waiting, pk__in=ids)
        .annotate(since=Min("lines__purchase__ordered_at"))
        .values_list("pk", "since")
    )
    for lot, old in before.items():
        if since.get(lot) != old:
            Lot.objects.filter(pk=lot).update(awaited_since=since.get(lot))
