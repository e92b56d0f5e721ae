"""3 Where? Every product against all the others."""

import math
from dataclasses import dataclass
from statistics import median

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts import Funnel, FunnelPoint, NumbersTable, draw_funnel
from dashboards.links import Figure
from dashboards.reading import Board
from dashboards.stats.products import ProductTotals
from thresholds.rules.funnel import (
    ALARM_Z,
    LEAST_EXPOSURE,
    LEAST_GROUPS,
    GroupVerdict,
    funnel,
)

MOST_POINTS = 40
MOST_LINES = 5
LIMIT_STEPS = 40


@dataclass(frozen=True)
class ProductLine:
    """One product in the ranking."""

    name: str
    verdict: GroupVerdict[int]
    purchases: Figure


@dataclass(frozen=True)
class Where:
    """``lines``: most avoidable contacts first; ``more``: those after the first five. ``eligible``
    of ``needed`` products have enough purchases."""

    chart: SafeString
    table: NumbersTable
    lines: tuple[ProductLine, ...]
    more: tuple[ProductLine, ...]
    outside: int
    judged: int
    drawn: int
    eligible: int
    needed: int
    least_exposure: int
    part: str


def show_where(board: Board) -> Where:
    """Figures, chart and links of the panel. A product or category only chooses what is shown:
    each is judged against the whole shop."""
    rows = {row.product.pk: row for row in board.products.rows}
    verdicts = board.products.verdict.groups
    shown = [each for each in verdicts if _is_chosen(board, rows[each.key])]
    lines = tuple(_line(board, rows[each.key], each) for each in shown[:MOST_POINTS])
    chart = _funnel(board, lines)
    choice = board.choice
    return Where(
        chart=draw_funnel(chart) if lines else SafeString(""),
        table=chart.table,
        lines=lines[:MOST_LINES],
        more=lines[MOST_LINES:],
        outside=sum(each.alarm for each in verdicts),
        judged=len(verdicts),
        drawn=len(lines),
        eligible=board.products.verdict.eligible,
        needed=LEAST_GROUPS,
        least_exposure=int(LEAST_EXPOSURE),
        part=choice.product.name if choice.product else choice.category,
    )


def _is_chosen(board: Board, row: ProductTotals) -> bool:
    choice = board.choice
    if choice.product:
        return row.product.pk == choice.product.pk
    return not choice.category or row.product.category == choice.category


def _line(board: Board, row: ProductTotals, verdict: GroupVerdict[int]) -> ProductLine:
    links = board.links
    url = links.purchases(product=row.product.pk, category="", weighed=1)
    return ProductLine(row.product.name, verdict, Figure(row.purchases, url))


def _funnel(board: Board, lines: tuple[ProductLine, ...]) -> Funnel:
    rest = _the_rest(board)
    together = math.fsum(each.exposure for each in rest)
    mean = math.fsum(each.rate * each.exposure for each in rest) / together if together else 0.0
    limits = _limits(board, rest, mean)
    named = board.choice.product is not None
    return Funnel(
        points=tuple(_point(line, named=named) for line in lines),
        mean=mean,
        upper=tuple((size, mean + half) for size, half in limits),
        lower=tuple((size, max(0.0, mean - half)) for size, half in limits),
        mean_label=_("the rest, %(mean).2f") % {"mean": mean},
        limit_label=_("limit, z = 3"),
        x_label=_("purchases, each weighed by its age"),
    )


def _the_rest(board: Board) -> tuple[GroupVerdict[int], ...]:
    """The products inside, judged among themselves: what the band is drawn from, so that those
    outside do not widen it. All of them where too few are left."""
    products = board.products
    outside = {each.key for each in products.verdict.groups if each.alarm}
    size = board.revision.k if board.revision else None
    rest = funnel((row.totals for row in products.rows if row.product.pk not in outside), size)
    return rest.groups if outside and rest.enough else products.verdict.groups


def _point(line: ProductLine, *, named: bool) -> FunnelPoint:
    verdict = line.verdict
    avoidable = _("about %(n)d contacts avoidable, %(purchases)s purchases") % {
        "n": round(verdict.avoidable),
        "purchases": f"{line.purchases.count:,}",
    }
    return FunnelPoint(
        label=line.name,
        size=verdict.exposure,
        rate=verdict.rate,
        url=line.purchases.url,
        outside=verdict.alarm,
        named=named,
        note=avoidable if verdict.alarm else "",
        shown=verdict.shown_rate,
        count=line.purchases.count,
    )


def _limits(
    board: Board, rest: tuple[GroupVerdict[int], ...], mean: float
) -> list[tuple[float, float]]:
    """(size, half width) of z = 3 for a product of mature purchases, τ² as the middle one has it."""
    if not rest:
        return []
    size = board.revision.k if board.revision else None
    tau2 = median(each.tau2 for each in rest)
    each_purchase = mean if size is None else mean + mean * mean / size
    low = LEAST_EXPOSURE
    high = max(each.exposure for each in board.products.verdict.groups) * 1.03
    ratio = (high / low) ** (1 / LIMIT_STEPS)
    sizes = [low * ratio**step for step in range(LIMIT_STEPS + 1)]
    return [(at, ALARM_Z * math.sqrt(each_purchase / at + tau2)) for at in sizes]
