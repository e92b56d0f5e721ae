"""Is it changing: interactions per mature purchase by month, and the weekly chart of METHOD 5."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.stats.cohorts import Cohorts
from thresholds.rules.intervals import Interval, mean_interval
from thresholds.rules.laney import Chart, NotYet, weekly_chart

FIRST_WEEK_DAYS = 7
# What a chart of that width can still show; older ones do not help to see a change.
MOST_MONTHS = 36
MOST_WEEKS = 104


@dataclass(frozen=True)
class Month:
    """The mature purchases whose clock started on the days ``start`` … ``end`` of one month."""

    start: date
    end: date
    purchases: int
    interactions: int
    squares: int

    @property
    def mean(self) -> float:
        """Interactions per purchase."""
        return self.interactions / self.purchases

    @property
    def bounds(self) -> Interval | None:
        """The 95 % interval of the mean."""
        return mean_interval(self.purchases, self.interactions, self.squares)


@dataclass(frozen=True)
class Weeks:
    """The weekly chart: a point for each Monday of ``starts``."""

    starts: tuple[date, ...]
    purchases: tuple[int, ...]
    chart: Chart | NotYet


def months(cohorts: Cohorts) -> tuple[Month, ...]:
    """By month of the cohort day, oldest first, the last 36 at most; only mature days take part."""
    last = cohorts.lens.last_mature
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in cohorts.days:
        if each.day <= last and each.purchases:
            month = found[each.day.replace(day=1)]
            month[0] += each.purchases
            month[1] += each.net
            month[2] += each.net_squared
    return tuple(
        Month(max(first, cohorts.lens.start), min(_last_of_month(first), last), *found[first])
        for first in sorted(found)[-MOST_MONTHS:]
    )


def weeks(cohorts: Cohorts) -> Weeks:
    """Net interactions within 7 days per purchase, the last 104 whole weeks at most (METHOD 5).

    Weeks start on Monday; a week takes part once all its purchases are a week old.
    """
    complete = cohorts.lens.today - timedelta(days=FIRST_WEEK_DAYS + 1)
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for each in cohorts.days:
        monday = each.day - timedelta(days=each.day.weekday())
        sunday = monday + timedelta(days=6)
        if monday >= cohorts.lens.start and sunday <= min(complete, cohorts.lens.end):
            found[monday][0] += each.purchases
            found[monday][1] += each.first_week_net
    starts = tuple(sorted(found)[-MOST_WEEKS:])
    purchases = tuple(found[start][0] for start in starts)
    return Weeks(starts, purchases, weekly_chart([found[start][1] for start in starts], purchases))


def _last_of_month(first: date) -> date:
    following = (first + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)
