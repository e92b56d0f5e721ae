"""Load and data quality: what came in, what nobody could attach, and what was left uncoded."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from dashboards.stats.lens import Lens
from thresholds.models import ReceivedCount
from tickets.models import Interaction


@dataclass(frozen=True)
class Received:
    """Current interactions received in the period, by direction and channel.

    ``unattributed``: inbound ones without a purchase; ``without_reason``: inbound ones without a
    reason; ``in_future``: dated after now, in the whole shop.
    """

    inbound: int
    outbound: int
    by_channel: tuple[tuple[str, int], ...]
    unattributed: int
    without_reason: int
    in_future: int

    @property
    def unattributed_share(self) -> float | None:
        """Unattributed ÷ inbound interactions; above 0.1 the numbers mislead."""
        return self.unattributed / self.inbound if self.inbound else None

    @property
    def uncoded_share(self) -> float | None:
        """Without a reason ÷ inbound interactions."""
        return self.without_reason / self.inbound if self.inbound else None


def read_received(lens: Lens, *, start: datetime, end: datetime, now: datetime) -> Received:
    """Two queries: the maintained counters, and the few rows that wait for a purchase.

    ``start`` … ``end`` are the moments the period's days begin and end in the shop's zone.
    """
    rows = ReceivedCount.objects.filter(day__range=(lens.start, lens.end))
    if lens.channel:
        rows = rows.filter(channel=lens.channel)
    inbound: Counter[str] = Counter()
    outbound = without_reason = 0
    for channel, direction, received, uncoded in (
        rows.values_list("channel", "direction")
        .annotate(Sum("received"), Sum("without_reason"))
        .order_by()
    ):
        if direction == Interaction.Direction.INBOUND:
            inbound[channel] += received
            without_reason += uncoded
        else:
            outbound += received
    loose = Q(
        purchase__isnull=True,
        direction=Interaction.Direction.INBOUND,
        occurred_at__gte=start,
        occurred_at__lt=end,
    )
    if lens.channel:
        loose &= Q(channel=lens.channel)
    waiting = (
        Interaction.objects.current()
        .filter(Q(purchase__isnull=True) | Q(occurred_at__gt=now))
        .aggregate(
            unattributed=Count("pk", filter=loose),
            in_future=Count("pk", filter=Q(occurred_at__gt=now)),
        )
    )
    return Received(
        inbound=inbound.total(),
        outbound=outbound,
        by_channel=tuple(inbound.most_common()),
        unattributed=waiting["unattributed"],
        without_reason=without_reason,
        in_future=waiting["in_future"],
    )
