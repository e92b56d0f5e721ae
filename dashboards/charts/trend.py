"""A value by month with how far each may be from the truth."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts.marks import (
    Scale,
    dot,
    grid,
    line,
    link,
    path,
    picture,
    rect,
    text,
    ticks,
    together,
)
from dashboards.charts.numbers import NumbersRow, NumbersTable

WIDTH, HEIGHT = 430.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 8.0, 14.0, 30.0
HEADROOM, LABEL_ROOM, CAP = 1.05, 34.0, 3.0


@dataclass(frozen=True)
class TrendPoint:
    """One month: ``value`` of ``n`` purchases, 95 % between ``low`` and ``high`` where known."""

    label: str
    full_label: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None
    url: str = ""

    @property
    def interval(self) -> str:
        """The interval in words."""
        if self.low is None or self.high is None:
            return "\u2013"
        return _("%(low).2f to %(high).2f") % {"low": self.low, "high": self.high}


@dataclass(frozen=True)
class Trend:
    """Months in time order."""

    points: tuple[TrendPoint, ...]
    title: str

    @property
    def table(self) -> NumbersTable:
        """The same numbers."""
        rows = tuple(
            NumbersRow(
                (point.full_label, f"{point.value:.2f}", point.interval, f"{point.n:,}"),
                point.url,
                point.n,
            )
            for point in self.points
        )
        heads = (_("Month"), _("Per purchase"), _("95 % interval"), _("Purchases"))
        return NumbersTable(self.title, heads, rows)


def draw_trend(chart: Trend) -> SafeString:
    """Dots with whiskers, a line through them; every month a link."""
    tops = [point.value if point.high is None else point.high for point in chart.points]
    values = ticks(max(tops, default=0.0) * HEADROOM, most=4)
    scale_y = Scale(0, values[-1], HEIGHT - BOTTOM, TOP)
    slot = (WIDTH - LEFT - RIGHT) / max(len(chart.points), 1)
    middles = [LEFT + (index + 0.5) * slot for index in range(len(chart.points))]
    line_points = [
        (x, scale_y(point.value)) for x, point in zip(middles, chart.points, strict=True)
    ]
    every = max(1, -(-int(LABEL_ROOM) // max(int(slot), 1)))
    return picture(
        WIDTH,
        HEIGHT,
        chart.title,
        [
            grid(values, scale_y, LEFT, WIDTH - RIGHT),
            path(line_points, css="td-c-line td-c-line-faint"),
            together(
                month_mark(point, x, slot, scale_y, named=(len(middles) - 1 - index) % every == 0)
                for index, (x, point) in enumerate(zip(middles, chart.points, strict=True))
            ),
        ],
        css="td-chart td-chart-small",
    )


def month_mark(
    point: TrendPoint, x: float, slot: float, scale_y: Scale, *, named: bool
) -> SafeString:
    """One month: whisker, dot, and its name when there is room."""
    parts = [rect((x - slot / 2, TOP), slot, HEIGHT - BOTTOM - TOP, css="td-c-hit")]
    if point.low is not None and point.high is not None:
        low, high = scale_y(point.low), scale_y(point.high)
        parts += [
            line((x, high), (x, low), css="td-c-whisker"),
            line((x - CAP, high), (x + CAP, high), css="td-c-whisker"),
            line((x - CAP, low), (x + CAP, low), css="td-c-whisker"),
        ]
    parts.append(dot(x, scale_y(point.value), css="td-c-dot"))
    if named:
        parts.append(text(x, HEIGHT - 8, point.label, css="td-c-label", anchor="middle"))
    words = _("%(month)s: %(value).2f per purchase, %(interval)s, n = %(n)d") % {
        "month": point.full_label,
        "value": point.value,
        "interval": point.interval,
        "n": point.n,
    }
    return link(point.url, words, together(parts), count=point.n)
