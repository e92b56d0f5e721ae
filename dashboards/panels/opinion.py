"""6 What do they think? Ratings of the period's purchases."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts import Ladder, Rung, draw_ladder
from dashboards.links import Figure
from dashboards.reading import Board
from dashboards.stats.scores import CONTENT_FROM, Scores


@dataclass(frozen=True)
class Opinion:
    """``rated_share``: ratings ÷ purchases of the period, so that a mean of few is seen as such."""

    scores: Scores
    chart: SafeString
    ratings: Figure
    content: Figure
    rated_share: float | None


def show_opinion(board: Board) -> Opinion:
    """Figures, chart and links of the panel."""
    scores, links = board.scores, board.links
    purchases = board.cohorts.everything
    rungs = tuple(
        Rung(
            _("%(score)d of 5") % {"score": score},
            scores.by_score[score],
            links.ratings(score=score),
            scores.by_score[score] / scores.ratings if scores.ratings else None,
        )
        for score in sorted(scores.by_score, reverse=True)
    )
    heads = (_("score"), _("ratings"), _("share"))
    return Opinion(
        scores=scores,
        chart=draw_ladder(Ladder(rungs, _("Ratings by score"), heads)),
        ratings=Figure(scores.ratings, links.ratings()),
        content=Figure(scores.content, links.ratings(least=CONTENT_FROM)),
        rated_share=scores.ratings / purchases if purchases else None,
    )
