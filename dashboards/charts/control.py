"""A control chart: a value per week, its centre, its own limits, and the signals by shape."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts.marks import (
    CHARACTER,
    Point,
    Scale,
    diamond,
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

WIDTH, HEIGHT = 1290.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 104.0, 26.0, 30.0
HEADROOM = 1.1
LABEL_ROOM = 56.0

BEYOND = "beyond"
RUN = "run"


@dataclass(frozen=True)
class ControlPoint:
    """One period. No purchases, no value: the line is broken there.

    `signal` is empty, "beyond" (past a limit) or "run" (eight on one side); `note` explains it.
    """

    label: str
    value: float | None
    n: int = 0
    upper: float | None = None
    lower: float | None = None
    signal: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class ControlChart:
    """Points in time order. `width` is in pixels, for charts that share a row; `top` is the most
    that a value can be, None where nothing bounds it."""

    points: tuple[ControlPoint, ...]
    centre: float | None
    title: str
    centre_label: str = ""
    upper_label: str = ""
    width: float = WIDTH
    top: float | None = None

    @property
    def table(self) -> NumbersTable:
        """The same numbers."""
        words = {"": "", BEYOND: _("beyond a limit"), RUN: _("eight on one side")}
        rows = tuple(
            NumbersRow(
                (
                    point.label,
                    "\u2013" if point.value is None else f"{point.value:.2f}",
                    f"{point.n:,}",
                    "" if point.lower is None else f"{point.lower:.2f}",
                    "" if point.upper is None else f"{point.upper:.2f}",
                    words[point.signal],
                ),
                point.url,
                point.n,
            )
            for point in self.points
        )
        heads = (_("Period"), _("Value"), _("n"), _("Lower"), _("Upper"), _("Signal"))
        return NumbersTable(self.title, heads, rows)


def draw_control(chart: ControlChart) -> SafeString:
    """Line, centre, stepped limits; a diamond where a rule signals."""
    known = [v for point in chart.points for v in (point.value, point.upper) if v is not None]
    room = max([*known, chart.centre or 0.0]) * HEADROOM
    values = ticks(room if chart.top is None else min(room, chart.top), most=4)
    scale_y = Scale(0, values[-1], HEIGHT - BOTTOM, TOP)
    right = chart.width - RIGHT
    slot = (right - LEFT) / max(len(chart.points), 1)
    return picture(
        chart.width,
        HEIGHT,
        chart.title,
        [
            grid(values, scale_y, LEFT, right),
            limit_steps(chart, slot, scale_y),
            centre_line(chart, right, scale_y),
            *lines(chart, slot, scale_y),
            together(point_mark(chart, index, slot, scale_y) for index in range(len(chart.points))),
        ],
        css="td-chart td-chart-wide",
    )


def middle(index: int, slot: float) -> float:
    """The x of a period."""
    return LEFT + (index + 0.5) * slot


def lines(chart: ControlChart, slot: float, scale_y: Scale) -> list[SafeString]:
    """The value's line, in pieces where periods have none."""
    numbered = [(index, point.value) for index, point in enumerate(chart.points)]
    return [
        path(
            [(middle(index, slot), scale_y(value)) for index, value in piece if value is not None],
            css="td-c-line",
        )
        for known, piece in groupby(numbered, key=lambda pair: pair[1] is not None)
        if known
    ]


def limit_steps(chart: ControlChart, slot: float, scale_y: Scale) -> SafeString:
    """Upper and lower limits, each period at its own height; a lower limit of 0 is not drawn."""
    upper: list[Point] = []
    lower: list[Point] = []
    for index, point in enumerate(chart.points):
        left, right = LEFT + index * slot, LEFT + (index + 1) * slot
        if point.upper is not None:
            upper += [(left, scale_y(point.upper)), (right, scale_y(point.upper))]
        if point.lower:
            lower += [(left, scale_y(point.lower)), (right, scale_y(point.lower))]
    parts = [path(upper, css="td-c-limit"), path(lower, css="td-c-limit")]
    if upper:
        parts.append(
            text(upper[-1][0] + 8, upper[-1][1] + 4, chart.upper_label, css="td-c-strong td-c-warn")
        )
    return together(parts)


def centre_line(chart: ControlChart, right: float, scale_y: Scale) -> SafeString:
    """What is normal, with its word at the end."""
    if chart.centre is None:
        return SafeString("")
    y = scale_y(chart.centre)
    return together(
        [
            line((LEFT, y), (right, y), css="td-c-mean"),
            text(right + 8, y + 4, chart.centre_label, css="td-c-muted"),
        ]
    )


def point_mark(chart: ControlChart, index: int, slot: float, scale_y: Scale) -> SafeString:
    """One period: its mark, its label when there is room, what its signal means."""
    point = chart.points[index]
    x = middle(index, slot)
    every = max(1, -(-int(LABEL_ROOM) // max(int(slot), 1)))
    parts = []
    if index % every == 0:
        parts.append(text(x, HEIGHT - 8, point.label, css="td-c-label", anchor="middle"))
    if point.value is None:
        return together(parts)
    y = scale_y(point.value)
    marks = {
        "": dot(x, y, css="td-c-dot"),
        BEYOND: diamond(x, y, css="td-c-signal"),
        RUN: diamond(x, y, css="td-c-signal td-c-signal-run"),
    }
    hit = rect((x - slot / 2, TOP), slot, HEIGHT - BOTTOM - TOP, css="td-c-hit")
    parts += [hit, marks[point.signal]]
    if point.note:
        half = len(point.note) * CHARACTER / 2
        place = max(LEFT + half, min(x, chart.width - RIGHT - half))
        css = "td-c-strong td-c-halo " + ("td-c-alarm" if point.signal == BEYOND else "td-c-warn")
        parts.append(text(place, y - 13, point.note, css=css, anchor="middle"))
    label = _("%(label)s: %(value).2f, n = %(n)d") % {
        "label": point.label,
        "value": point.value,
        "n": point.n,
    }
    return link(point.url, label, together(parts), count=point.n)
