"""Load and data quality: what came in, what nobody could attach, and what was left uncoded."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, QuerySet, Sum, Value

from dashboards.stats.lens import Lens
from thresholds.models import ReceivedCount, StaleDay
from thresholds.rules.intervals import Interval, share_interval
from tickets.models import Interaction

RECEIVED, UNATTRIBUTED, FUTURE, STALE = "received", "unattributed", "future", "stale"


@dataclass(frozen=True)
class Received:
    """Current interactions of the period's days, whatever purchase they are about.

    ``by_channel``: inbound ones; ``unattributed``: inbound ones without a purchase;
    ``without_reason``: inbound ones without a reason; ``in_future``: dated after now, whole shop;
    ``stale_days``: days whose counters wait to be made again.
    """

    outbound: int
    by_channel: tuple[tuple[str, int], ...]
    unattributed: int
    without_reason: int
    in_future: int
    stale_days: int

    @property
    def inbound(self) -> int:
        """All that came in."""
        return sum(number for _channel, number in self.by_channel)

    @property
    def unattributed_share(self) -> float | None:
        """Unattributed ÷ inbound interactions; above 0.1 the numbers mislead."""
        return self.unattributed / self.inbound if self.inbound else None

    @property
    def uncoded_share(self) -> float | None:
        """Without a reason ÷ inbound interactions."""
        return self.without_reason / self.inbound if self.inbound else None

    @property
    def uncoded_bounds(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.without_reason, self.inbound)


def read_received(lens: Lens, *, start: datetime, end: datetime, now: datetime) -> Received:
    """One query: the maintained counters, and the few rows that wait for something.

    ``start`` … ``end`` are the moments the period's days begin and end in the shop's zone.
    """
    counted = ReceivedCount.objects.filter(day__range=(lens.start, lens.end))
    waiting = Interaction.objects.unattributed().filter(
        direction=Interaction.Direction.INBOUND, occurred_at__gte=start, occurred_at__lt=end
    )
    if lens.channel:
        counted, waiting = (
            counted.filter(channel=lens.channel),
            waiting.filter(channel=lens.channel),
        )
    received = (
        counted.annotate(
            topic=Value(RECEIVED, CharField()), through=F("channel"), way=F("direction")
        )
        .values_list("topic", "through", "way")
        .annotate(number=Sum("received"), uncoded=Sum("without_reason"))
        .order_by()
    )
    future = Interaction.objects.current().filter(occurred_at__gt=now)
    rows = received.union(
        _number_of(waiting, UNATTRIBUTED),
        _number_of(future, FUTURE),
        _number_of(StaleDay.objects.all(), STALE),
        all=True,
    )
    return _received(list(rows))


def _number_of(rows: QuerySet, topic: str) -> QuerySet:
    """How many rows there are, in the shape of the received ones; no row when there are none."""
    nothing = Value("", CharField())
    counted: QuerySet[Any, Any] = (
        rows.annotate(topic=Value(topic, CharField()), through=nothing, way=nothing)
        .values_list("topic", "through", "way")
        .annotate(number=Count("pk"), uncoded=Value(0, IntegerField()))
        .order_by()
    )
    return counted


def _received(rows: list[tuple[str, str, str, int, int]]) -> Received:
    inbound: Counter[str] = Counter()
    found: Counter[str] = Counter()
    outbound = without_reason = 0
    for topic, channel, direction, number, uncoded in rows:
        if topic != RECEIVED:
            found[topic] += number
        elif direction == Interaction.Direction.INBOUND:
            inbound[channel] += number
            without_reason += uncoded
        else:
            outbound += number
    return Received(
        outbound=outbound,
        by_channel=tuple(sorted(inbound.items(), key=lambda each: (-each[1], each[0]))),
        unattributed=found[UNATTRIBUTED],
        without_reason=without_reason,
        in_future=found[FUTURE],
        stale_days=found[STALE],
    )
