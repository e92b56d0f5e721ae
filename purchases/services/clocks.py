"""The clock of a purchase: set with every save, and for all of them when the shop's settings change."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Min, Q, Value
from django.db.models.functions import Coalesce, TruncDate

from accounts.models import Shop
from purchases.models import ClockBasis, Purchase
from purchases.rules import read_clock
from purchases.services.marks import next_mark

CHUNK = 5_000
Progress = Callable[[int, int], None]


def apply_clock(purchase: Purchase, shop: Shop) -> None:
    """Set the clock fields of an unsaved or changed purchase from its dates (METHOD 1)."""
    reading = read_clock(
        ordered_at=purchase.ordered_at,
        delivered_at=purchase.delivered_at,
        transit_days=shop.transit_days,
        window_days=shop.window_days,
        zone=shop.zone,
    )
    purchase.clock_kind = reading.kind
    purchase.clock_at = reading.at
    purchase.clock_day = reading.day
    purchase.window_ends_at = reading.window_ends_at


def basis_of(shop: Shop) -> dict[str, object]:
    """The shop's settings that every clock depends on."""
    return {
        "transit_days": shop.transit_days,
        "window_days": shop.window_days,
        "time_zone": shop.time_zone,
    }


def clocks_are_stale(*, shop: Shop) -> bool:
    """Whether the shop's settings changed since the clocks were last reset."""
    basis = ClockBasis.objects.filter(pk=1).first()
    if basis is None:
        return Purchase.objects.exists()
    return any(getattr(basis, field) != value for field, value in basis_of(shop).items())


def reset_clocks(*, shop: Shop, progress: Progress = lambda done, total: None) -> int:
    """Derive all clocks again from the shop's settings, in chunks; returns how many moved.

    What moved is marked for evaluation. Killed half-way it can be run again: the settings the
    clocks stand on are written only at the end. `progress` gets keys done and the last key.
    """
    ends = Purchase.objects.aggregate(first=Min("pk"), last=Max("pk"))
    moved = 0
    if ends["first"] is not None:
        for start in range(ends["first"], ends["last"] + 1, CHUNK):
            moved += _reset_chunk(shop, start, start + CHUNK)
            progress(min(start + CHUNK, ends["last"]), ends["last"])
    ClockBasis.objects.update_or_create(pk=1, defaults=basis_of(shop))
    return moved


@transaction.atomic
def _reset_chunk(shop: Shop, start: int, end: int) -> int:
    """Reset the clocks of the purchases with start <= key < end that stand elsewhere."""
    clock_at = _moment(
        Coalesce(F("delivered_at"), _moment(F("ordered_at") + days(shop.transit_days)))
    )
    window_ends_at = _moment(clock_at + days(shop.window_days))
    clock_day = TruncDate(clock_at, tzinfo=shop.zone)
    elsewhere = ~Q(clock_at=clock_at) | ~Q(window_ends_at=window_ends_at) | ~Q(clock_day=clock_day)
    rows = Purchase.objects.filter(elsewhere, pk__gte=start, pk__lt=end)
    return rows.update(
        clock_at=clock_at,
        window_ends_at=window_ends_at,
        clock_day=clock_day,
        evaluation_mark=next_mark(),
    )


def days(count: int) -> Value:
    """So many times 24 hours, for the database."""
    return Value(timedelta(days=count))


def _moment(expression: object) -> ExpressionWrapper:
    """Tell Django that it is a moment."""
    return ExpressionWrapper(expression, output_field=DateTimeField())
