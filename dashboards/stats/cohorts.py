"""Interactions per purchase: the distribution, the normal number, the trend and the weekly chart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, F, IntegerField, Sum, Value

from dashboards.stats.lens import Lens
from thresholds.models import CohortCount
from thresholds.rules.laney import Chart, NotYet, weekly_chart

FIRST_WEEK_DAYS = 7

# Day or none, channel, net, purchases, net together, net of the first week, later ones.
Row = tuple[date | None, str, int, int, int, int, int]


@dataclass(frozen=True)
class DayTotal:
    """The purchases of one cohort day: how many, their net interactions, those of the first week."""

    day: date
    purchases: int
    net: int
    first_week_net: int
    later: int


@dataclass(frozen=True)
class Cohorts:
    """Purchases of the period. ``mature``: number of mature purchases by net interactions."""

    lens: Lens
    mature: Mapping[int, int]
    days: tuple[DayTotal, ...]

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
    def incidence(self) -> float | None:
        """Share of mature purchases with at least one interaction."""
        if not self.purchases:
            return None
        return 1 - self.mature.get(0, 0) / self.purchases

    @property
    def nine_in_ten(self) -> int | None:
        """The smallest b with at least nine in ten mature purchases at or below it."""
        reached = 0
        for net in sorted(self.mature):
            reached += self.mature[net]
            if reached >= 0.9 * self.purchases:
                return net
        return None

    @property
    def maturing(self) -> int:
        """Purchases of the period that are not mature yet."""
        until = self.lens.mature_until
        return sum(each.purchases for each in self.days if each.day > until)

    @property
    def mean_now(self) -> float | None:
        """Net so far ÷ Σ F(age), over all purchases old enough to be weighed (METHOD 1, "now")."""
        weighed = [each for each in self.days if self.lens.is_learned_from(each.day)]
        exposure = sum(self.lens.exposure(each.day) * each.purchases for each in weighed)
        return sum(each.net for each in weighed) / exposure if exposure else None

    @property
    def later_share(self) -> float | None:
        """Interactions after the window ÷ all of these purchases; above 0.2 W is too short."""
        later = sum(each.later for each in self.days)
        together = later + sum(each.net for each in self.days)
        return later / together if together else None

    def over(self, number: int) -> int:
        """Mature purchases with that many net interactions or more."""
        return sum(found for net, found in self.mature.items() if net >= number)


@dataclass(frozen=True)
class Month:
    """One month of cohort days: mature purchases and their net interactions."""

    start: date
    purchases: int
    interactions: int

    @property
    def mean(self) -> float | None:
        """Interactions per purchase of that month."""
        return self.interactions / self.purchases if self.purchases else None


@dataclass(frozen=True)
class Weeks:
    """The weekly Laney chart: ``chart`` has a point for each Monday of ``starts``."""

    starts: tuple[date, ...]
    purchases: tuple[int, ...]
    net: tuple[int, ...]
    chart: Chart | NotYet


def read_cohorts(lens: Lens) -> Cohorts:
    """One query: mature purchases by net, and every day's totals.

    With a channel only net interactions through it count; purchases are all purchases. Their first
    week is kept for all channels together only.
    """
    rows = CohortCount.objects.filter(
        scope=lens.scope, channel__in={"", lens.channel}, day__range=(lens.start, lens.end)
    )
    nothing = Value(0, IntegerField())
    by_net = (
        rows.filter(day__lte=lens.last_mature)
        .annotate(at=Value(None, DateField()), through=F("channel"), place=F("net"))
        .values_list("at", "through", "place")
        .annotate(number=Sum("purchases"), together=nothing, week=nothing, late=nothing)
        .order_by()
    )
    by_day = (
        rows.filter(day__lte=lens.today)
        .annotate(at=F("day"), through=F("channel"), place=nothing)
        .values_list("at", "through", "place")
        .annotate(
            number=Sum("purchases"),
            together=Sum(F("net") * F("purchases")),
            week=Sum("first_week_net"),
            late=Sum("later"),
        )
        .order_by()
    )
    return _cohorts(lens, by_net.union(by_day, all=True))


def _cohorts(lens: Lens, rows: Iterable[Row]) -> Cohorts:
    """Sort the rows of the two questions apart; what had no contact through a channel is the rest."""
    mature: dict[str, Counter[int]] = {"": Counter(), lens.channel: Counter()}
    totals: dict[date, dict[str, DayTotal]] = defaultdict(dict)
    for day, channel, net, number, together, week, late in rows:
        if day is None:
            mature[channel][net] += number
        else:
            totals[day][channel] = DayTotal(day, number, together, week, late)
    found = mature[lens.channel]
    if lens.channel:
        found[0] = mature[""].total() - found.total()
    days = []
    for day, by_channel in sorted(totals.items()):
        every = by_channel[""]
        through = by_channel.get(lens.channel, DayTotal(day, 0, 0, 0, 0))
        days.append(
            DayTotal(day, every.purchases, through.net, every.first_week_net, through.later)
        )
    return Cohorts(lens, dict(sorted(found.items())), tuple(days))


def months(cohorts: Cohorts) -> tuple[Month, ...]:
    """Interactions per mature purchase by month of the cohort day, oldest first."""
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for each in cohorts.days:
        if each.day <= cohorts.lens.mature_until:
            month = sums[each.day.replace(day=1)]
            month[0] += each.purchases
            month[1] += each.net
    return tuple(Month(start, *sums[start]) for start in sorted(sums))


def weeks(cohorts: Cohorts) -> Weeks:
    """The weekly chart of net interactions within 7 days per purchase (METHOD 5).

    Weeks start on Monday; a week takes part once all its purchases are a week old.
    """
    complete = cohorts.lens.today - timedelta(days=FIRST_WEEK_DAYS + 1)
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for each in cohorts.days:
        monday = each.day - timedelta(days=each.day.weekday())
        if monday >= cohorts.lens.start and monday + timedelta(days=6) <= complete:
            sums[monday][0] += each.purchases
            sums[monday][1] += each.first_week_net
    starts = tuple(sorted(sums))
    purchases = tuple(sums[start][0] for start in starts)
    net = tuple(sums[start][1] for start in starts)
    return Weeks(starts, purchases, net, weekly_chart(net, purchases))
