"""The clock of a purchase: set with every save, and for all of them when the shop's settings change."""

from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Min, Q, Value
from django.db.models.functions import Coalesce, TruncDate

from accounts.models import Shop
from accounts.services import settle_counting
from purchases.models import Purchase
from purchases.rules import read_clock
from purchases.services.marks import locked, put_marks

CHUNK = 1_000


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


def reset_clocks(*, shop: Shop) -> int:
    """Derive all clocks again from the shop's settings, in chunks; returns how many purchases it touched.

    What moved, and what has interactions at all (the merging of contacts may have changed), is
    marked for evaluation. Killed half-way it can be run again: the shop says until the end that
    its counting changed.
    """
    changed_at = shop.counting_changed_at
    ends = Purchase.objects.aggregate(first=Min("pk"), last=Max("pk"))
    touched = 0
    if ends["first"] is not None:
        for start in range(ends["first"], ends["last"] + 1, CHUNK):
            touched += _reset_chunk(shop, start, start + CHUNK)
    if changed_at is not None:
        settle_counting(changed_at=changed_at)
    return touched


def reset_clocks_when_due() -> int:
    """Reset the clocks if the shop's counting settings changed and nobody has done it yet.

    Asked every minute, so also before there is a shop.
    """
    shop = Shop.objects.filter(pk=1).first()
    return reset_clocks(shop=shop) if shop and shop.counting_changed_at else 0


@transaction.atomic
def _reset_chunk(shop: Shop, start: int, end: int) -> int:
    """Reset the clocks of the purchases with start <= key < end."""
    clock_at = _moment(
        Coalesce(F("delivered_at"), _moment(F("ordered_at") + days(shop.transit_days)))
    )
    window_ends_at = _moment(clock_at + days(shop.window_days))
    clock_day = TruncDate(clock_at, tzinfo=shop.zone)
    to_judge = Q(gross_interactions__gt=0)
    to_judge |= ~Q(clock_at=clock_at) | ~Q(window_ends_at=window_ends_at) | ~Q(clock_day=clock_day)
    rows = Purchase.objects.filter(to_judge, pk__gte=start, pk__lt=end)
    held = locked(list(rows.values_list("pk", flat=True)))
    Purchase.objects.filter(pk__in=held).update(
        clock_at=clock_at, window_ends_at=window_ends_at, clock_day=clock_day
    )
    return put_marks(held)


def days(count: int) -> Value:
    """So many times 24 hours, for the database."""
    return Value(timedelta(days=count))


def _moment(expression: object) -> ExpressionWrapper:
    """Tell Django that it is a moment."""
    return ExpressionWrapper(expression, output_field=DateTimeField())
