"""What the fit learns from, read from the live rows by grouping queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, IntegerField, QuerySet, Sum, Value

from purchases.models import Purchase
from thresholds.rules.cautions import Tallies
from thresholds.rules.maturity import (
    EVENTS_COUNTED_PER_PURCHASE,
    MaturityCurve,
    at_risk,
    curve_from_counts,
)
from thresholds.rules.threshold import SPARSE_PURCHASES
from tickets.models import Interaction

# Whole elapsed days from the second moment to the first, before it 0; exact to the microsecond.
ELAPSED_DAYS = {
    "postgresql": "GREATEST(0, FLOOR(date_part('epoch', {later} - {earlier}) / 86400))::int",
    # Django's own difference in microseconds: a whole number, where julianday would round.
    "sqlite": "MAX(0, django_timestamp_diff({later}, {earlier}) / 86400000000)",
}

# The window reads the index interaction_counting alone, in its own order: no sort. A purchase
# counts with its first few contacts, so the result does not grow with the shop.
EVENTS = """
SELECT {age}, count(*)
FROM (
    SELECT purchase_id, occurred_at,
           row_number() OVER (PARTITION BY purchase_id ORDER BY occurred_at, id) AS place
    FROM tickets_interaction
    WHERE standing = 'net' AND purchase_id IS NOT NULL AND occurred_at <= %s
) contact
JOIN purchases_purchase purchase ON purchase.id = contact.purchase_id
WHERE contact.place <= %s
  AND purchase.clock_at > %s AND purchase.clock_at <= %s AND purchase.ordered_at <= %s
  AND NOT (purchase.status = 'cancelled' AND NOT purchase.dispatched)
GROUP BY 1
"""


class ElapsedDays(Func):
    """Whole elapsed 24-hour days from the second moment to the first; before it: 0 (METHOD 1)."""

    output_field = IntegerField()
    arity = 2

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        """In the words of the engine."""
        later, earlier = (compiler.compile(part) for part in self.get_source_expressions())
        sql = ELAPSED_DAYS[connection.vendor].format(later=later[0], earlier=earlier[0])
        return sql, [*later[1], *earlier[1]]


@dataclass(frozen=True)
class Facts:
    """Judged purchases whose clock started in the history, and what is told beside them.

    ``counted``: (age in days, net, purchases), ages from W on merged into W. ``later``:
    interactions after the window. ``unattributed``: inbound ones without a purchase.
    """

    counted: tuple[tuple[int, int, int], ...]
    curve: MaturityCurve
    later: int
    unattributed: int

    @property
    def purchases(self) -> int:
        """How many purchases there are."""
        return sum(purchases for _age, _net, purchases in self.counted)

    def tallies(self, number: int) -> Tallies:
        """The shares the warnings are about; ``number`` is T for counting those at or over it."""
        window = self.curve.window_days
        mature = [(net, purchases) for age, net, purchases in self.counted if age >= window]
        net = sum(net * purchases for _age, net, purchases in self.counted)
        return Tallies(
            mature=sum(purchases for _net, purchases in mature),
            mature_over=sum(purchases for net, purchases in mature if net >= number),
            interactions=net + self.later + self.unattributed,
            unattributed=self.unattributed,
            late=self.later,
        )


def make_facts(
    *,
    counted: Iterable[tuple[int, int, int]],
    events: Counter[int],
    window_days: int,
    later: int,
    unattributed: int,
) -> Facts:
    """Merge the ages from the window on and draw the curve.

    ``events``: number of contacts at each age, at most the first 4 of a purchase.
    """
    merged: Counter[tuple[int, int]] = Counter()
    by_age: Counter[int] = Counter()
    for age, net, purchases in counted:
        merged[min(age, window_days), net] += purchases
        by_age[min(age, window_days)] += purchases
    curve = curve_from_counts(
        [events[age] for age in range(window_days)], at_risk(by_age, window_days)
    )
    rows = tuple((age, net, number) for (age, net), number in sorted(merged.items()))
    return Facts(counted=rows, curve=curve, later=later, unattributed=unattributed)


def read_facts(*, now: datetime, history_days: int, window_days: int) -> Facts:
    """Group the judged purchases of the history by age and net, as they stand now.

    Whatever the size of the shop only some thousand rows leave the database.
    """
    start = now - timedelta(days=history_days)
    grouped = list(
        _started(now, history_days)
        .annotate(age=ElapsedDays(Value(now, output_field=DateTimeField()), F("clock_at")))
        .values_list("age", "net_interactions")
        .annotate(purchases=Count("pk"), later=Sum("later_interactions"))
        .order_by()
    )
    return make_facts(
        counted=[(age, net, purchases) for age, net, purchases, _later in grouped],
        events=_events_by_age(start, now),
        window_days=window_days,
        later=sum(later for _age, _net, _purchases, later in grouped),
        unattributed=Interaction.objects.unattributed()
        .filter(
            direction=Interaction.Direction.INBOUND, occurred_at__gt=start, occurred_at__lte=now
        )
        .count(),
    )


def purchases_in_history(*, now: datetime, history_days: int) -> int:
    """How many judged purchases started their clock in that many days, counted to 200 at most."""
    return _started(now, history_days)[:SPARSE_PURCHASES].count()


def recently_mature(*, now: datetime, window_days: int) -> QuerySet[Purchase]:
    """Purchases that became mature in the last W days: what the second grade looks at."""
    return Purchase.objects.judged().filter(
        clock_at__gt=now - timedelta(days=2 * window_days),
        clock_at__lte=now - timedelta(days=window_days),
    )


def _started(now: datetime, history_days: int) -> QuerySet[Purchase]:
    return Purchase.objects.judged().filter(
        clock_at__gt=now - timedelta(days=history_days), clock_at__lte=now, ordered_at__lte=now
    )


def _events_by_age(start: datetime, now: datetime) -> Counter[int]:
    """Net interactions at each age, at most the first 4 of a purchase."""
    age = ELAPSED_DAYS[connection.vendor].format(
        later="contact.occurred_at", earlier="purchase.clock_at"
    )
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (start, now)]
    with connection.cursor() as cursor:
        cursor.execute(
            EVENTS.format(age=age),
            [moments[1], EVENTS_COUNTED_PER_PURCHASE, moments[0], moments[1], moments[1]],
        )
        return Counter({int(found): int(number) for found, number in cursor.fetchall()})
