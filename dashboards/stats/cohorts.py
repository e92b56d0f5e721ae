"""Interactions per purchase: the distribution, the mean, who is still maturing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import DateField, F, IntegerField, Sum, Value

from dashboards.stats.lens import Lens
from thresholds.models import CohortCount
from thresholds.rules.intervals import Interval, mean_interval
from thresholds.rules.luck import dispersion_of

NINE_IN_TEN = 0.9

# Day or none, channel, net, purchases, net together, net² together, net of the first week, later
# ones, purchases without a delivery date.
Row = tuple[date | None, str, int, int, int, int, int, int, int]


@dataclass(frozen=True)
class DayTotal:
    """The purchases of one cohort day: how many, Σ net, Σ net², net of the first week, later ones."""

    day: date
    purchases: int
    net: int = 0
    net_squared: int = 0
    first_week_net: int = 0
    later: int = 0
    without_delivery: int = 0


@dataclass(frozen=True)
class Cohorts:
    """Purchases of the period. ``mature``: number of mature purchases by net interactions.

    ``days`` are those of the period, ``earlier`` those of the period before it.
    """

    lens: Lens
    mature: Mapping[int, int]
    days: tuple[DayTotal, ...]
    earlier: tuple[DayTotal, ...] = ()

    @property
    def purchases(self) -> int:
        """Mature purchases."""
        return sum(self.mature.values())

    @property
    def interactions(self) -> int:
        """Net interactions of the mature purchases."""
        return sum(net * number for net, number in self.mature.items())

    @property
    def mean(self) -> float | None:
        """Interactions per mature purchase; None without one."""
        return self.interactions / self.purchases if self.purchases else None

    @property
    def mean_bounds(self) -> Interval | None:
        """The 95 % interval of the mean."""
        squares = sum(net * net * number for net, number in self.mature.items())
        return mean_interval(self.purchases, self.interactions, squares)

    @property
    def incidence(self) -> float | None:
        """Share of mature purchases with at least one interaction."""
        return self.over(1) / self.purchases if self.purchases else None

    @property
    def nine_in_ten(self) -> int | None:
        """The smallest b with at least nine in ten mature purchases at or below it."""
        reached = 0
        for net in sorted(self.mature):
            reached += self.mature[net]
            if reached >= NINE_IN_TEN * self.purchases:
                return net
        return None

    @property
    def dispersion(self) -> float:
        """Sample variance ÷ mean of the mature purchases' counts, at least 1."""
        return dispersion_of(self.mature)

    @property
    def everything(self) -> int:
        """All purchases of the period whose clock has started."""
        return sum(each.purchases for each in self.days)

    @property
    def maturing(self) -> int:
        """Purchases of the period that are not mature yet."""
        return self.everything - self.purchases

    @property
    def mean_now(self) -> float | None:
        """Net so far ÷ Σ F(age), over all purchases old enough to be weighed (METHOD 1, "now")."""
        weighed = [each for each in self.days if self.lens.is_learned_from(each.day)]
        exposure = sum(self.lens.exposure(each.day) * each.purchases for each in weighed)
        return sum(each.net for each in weighed) / exposure if exposure else None

    @property
    def later(self) -> int:
        """Interactions after the window, of all purchases of the period."""
        return sum(each.later for each in self.days)

    @property
    def later_share(self) -> float | None:
        """Interactions after the window ÷ all of these purchases; above 0.2 W is too short."""
        together = self.later + sum(each.net for each in self.days)
        return self.later / together if together else None

    @property
    def without_delivery(self) -> int:
        """Purchases of the period whose clock runs from the order date."""
        return sum(each.without_delivery for each in self.days)

    @property
    def purchases_before(self) -> int:
        """Mature purchases of the period before."""
        until = self.lens.mature_until
        return sum(each.purchases for each in self.earlier if each.day <= until)

    def over(self, number: int) -> int:
        """Mature purchases with that many net interactions or more."""
        return sum(found for net, found in self.mature.items() if net >= number)


def read_cohorts(lens: Lens) -> Cohorts:
    """One query: mature purchases by net, and the totals of every day of this period and the last.

    With a channel only net interactions through it count; purchases are all purchases. Their first
    week is kept for all channels together only.
    """
    rows = CohortCount.objects.filter(scope=lens.scope, channel__in={"", lens.channel})
    nothing = Value(0, IntegerField())
    by_net = (
        rows.filter(day__range=(lens.start, lens.last_mature))
        .annotate(at=Value(None, DateField()), through=F("channel"), place=F("net"))
        .values_list("at", "through", "place")
        .annotate(
            number=Sum("purchases"),
            together=nothing,
            squares=nothing,
            week=nothing,
            late=nothing,
            undelivered=nothing,
        )
        .order_by()
    )
    by_day = (
        rows.filter(day__range=(lens.before().start, lens.end))
        .annotate(at=F("day"), through=F("channel"), place=nothing)
        .values_list("at", "through", "place")
        .annotate(
            number=Sum("purchases"),
            together=Sum(F("net") * F("purchases")),
            squares=Sum(F("net") * F("net") * F("purchases")),
            week=Sum("first_week_net"),
            late=Sum("later"),
            undelivered=Sum("without_delivery"),
        )
        .order_by()
    )
    return _cohorts(lens, by_net.union(by_day, all=True))


def _cohorts(lens: Lens, rows: Iterable[Row]) -> Cohorts:
    """Sort the rows of the two questions apart."""
    by_net: dict[str, Counter[int]] = defaultdict(Counter)
    totals: dict[date, dict[str, DayTotal]] = defaultdict(dict)
    for day, channel, net, number, *sums in rows:
        if day is None:
            by_net[channel][net] += number
        else:
            totals[day][channel] = DayTotal(day, number, *sums)
    days = [_through(lens.channel, totals[day]) for day in sorted(totals)]
    return Cohorts(
        lens=lens,
        mature=_mature(lens.channel, by_net),
        days=tuple(each for each in days if each.day >= lens.start),
        earlier=tuple(each for each in days if each.day < lens.start),
    )


def _mature(channel: str, by_net: Mapping[str, Counter[int]]) -> dict[int, int]:
    """Purchases by net through the channel: what has no row of its own there had no contact."""
    every = by_net[""]
    if not channel:
        return dict(sorted(every.items()))
    found = Counter({net: number for net, number in by_net[channel].items() if net})
    found[0] = every.total() - found.total()
    return {net: number for net, number in sorted(found.items()) if number}


def _through(channel: str, by_channel: Mapping[str, DayTotal]) -> DayTotal:
    """A day's purchases with their interactions through the channel."""
    every = by_channel[""]
    if not channel:
        return every
    day = every.day
    own = by_channel.get(channel, DayTotal(day, 0))
    return DayTotal(
        day=day,
        purchases=every.purchases,
        net=own.net,
        net_squared=own.net_squared,
        first_week_net=every.first_week_net,
        later=own.later,
        without_delivery=every.without_delivery,
    )
