"""Ratings of the period's purchases."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from dashboards.stats.lens import Lens
from thresholds.models import ScoreCount

CONTENT_FROM = 4


@dataclass(frozen=True)
class Scores:
    """Number of ratings by score, 1 (bad) to 5 (good)."""

    by_score: Mapping[int, int]

    @property
    def ratings(self) -> int:
        """All ratings."""
        return sum(self.by_score.values())

    @property
    def mean(self) -> float | None:
        """The mean score."""
        if not self.ratings:
            return None
        return sum(score * number for score, number in self.by_score.items()) / self.ratings

    @property
    def content_share(self) -> float | None:
        """Share of 4 and 5."""
        if not self.ratings:
            return None
        good = sum(number for score, number in self.by_score.items() if score >= CONTENT_FROM)
        return good / self.ratings


def read_scores(lens: Lens) -> Scores:
    """One query."""
    rows = (
        ScoreCount.objects.filter(scope=lens.scope, day__range=(lens.start, lens.end))
        .values_list("score")
        .annotate(Sum("ratings"))
        .order_by()
    )
    found = dict(rows)
    return Scores({score: found.get(score, 0) for score in range(1, 6)})
