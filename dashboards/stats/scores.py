"""Ratings of the period's purchases."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from dashboards.stats.lens import Lens
from thresholds.models import ScoreCount
from thresholds.rules.intervals import Interval, mean_interval, share_interval

SCORES = range(1, 6)
CONTENT_FROM = 4


@dataclass(frozen=True)
class Scores:
    """Number of ratings by score, 1 (bad) to 5 (good); those of the period before as well."""

    by_score: Mapping[int, int]
    before: Mapping[int, int]

    @property
    def ratings(self) -> int:
        """All ratings."""
        return sum(self.by_score.values())

    @property
    def mean(self) -> float | None:
        """The mean score."""
        return _mean(self.by_score)

    @property
    def mean_before(self) -> float | None:
        """The mean score of the period before."""
        return _mean(self.before)

    @property
    def mean_bounds(self) -> Interval | None:
        """The 95 % interval of the mean score."""
        total = sum(score * number for score, number in self.by_score.items())
        squares = sum(score * score * number for score, number in self.by_score.items())
        return mean_interval(self.ratings, total, squares)

    @property
    def content(self) -> int:
        """Ratings of 4 and 5."""
        return sum(number for score, number in self.by_score.items() if score >= CONTENT_FROM)

    @property
    def content_share(self) -> float | None:
        """Their share."""
        return self.content / self.ratings if self.ratings else None

    @property
    def content_bounds(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.content, self.ratings)


def read_scores(lens: Lens) -> Scores:
    """One query over this period and the one before it; a rating has no channel."""
    before = lens.before()
    rows = (
        ScoreCount.objects.filter(scope=lens.scope, day__range=(before.start, lens.end))
        .values_list("day", "score")
        .annotate(Sum("ratings"))
        .order_by()
    )
    now, earlier = dict.fromkeys(SCORES, 0), dict.fromkeys(SCORES, 0)
    for day, score, ratings in rows:
        (now if day >= lens.start else earlier)[score] += ratings
    return Scores(now, earlier)


def _mean(by_score: Mapping[int, int]) -> float | None:
    ratings = sum(by_score.values())
    total = sum(score * number for score, number in by_score.items())
    return total / ratings if ratings else None
