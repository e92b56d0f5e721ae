"""A Pareto chart: bars from the largest down, and the line of what they come to together."""

import textwrap
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts.marks import (
    CHARACTER,
    Scale,
    dot,
    grid,
    link,
    path,
    picture,
    rect,
    text,
    ticks,
    together,
)
from dashboards.charts.numbers import NumbersRow, NumbersTable
from helpdesk.lib.shares import percent_text

WIDTH, HEIGHT = 1290.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 56.0, 30.0, 58.0
BAR_SHARE = 0.62
WIDEST_SLOT = 170.0
LINES = 2


@dataclass(frozen=True)
class Bar:
    """One thing that was wrong, and the rows it counts."""

    label: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class BarsAndLine:
    """Bars in the order they are drawn, largest first; ``heads`` name the label and the count."""

    bars: tuple[Bar, ...]
    title: str
    heads: tuple[str, str]

    @property
    def shares(self) -> list[float]:
        """Of each bar: what it and all before it are of the whole."""
        whole, sums, total = sum(bar.count for bar in self.bars), [], 0
        for bar in self.bars:
            total += bar.count
            sums.append(total / whole if whole else 0.0)
        return sums

    @property
    def table(self) -> NumbersTable:
        """The same numbers."""
        rows = tuple(
            NumbersRow((bar.label, f"{bar.count:,}", percent_text(share)), bar.url, bar.count)
            for bar, share in zip(self.bars, self.shares, strict=True)
        )
        return NumbersTable(self.title, (*self.heads, _("together")), rows)


def draw_bars_and_line(chart: BarsAndLine) -> SafeString:
    """Bars against the count at the left, the line against the whole at the right."""
    values = ticks(max((bar.count for bar in chart.bars), default=0), most=4, whole=True)
    bottom = HEIGHT - BOTTOM
    scale = Scale(0, values[-1], bottom, TOP)
    share_scale = Scale(0, 1, bottom, TOP)
    slot = min(WIDEST_SLOT, (WIDTH - LEFT - RIGHT) / max(len(chart.bars), 1))
    right = LEFT + slot * len(chart.bars)
    middles = [LEFT + (place + 0.5) * slot for place in range(len(chart.bars))]
    points = [(x, share_scale(y)) for x, y in zip(middles, chart.shares, strict=True)]
    ends = [
        text(right + 8, share_scale(share) + 4, percent_text(share), css="td-c-muted")
        for share in (0.5, 1.0)
    ]
    # Always as wide: a picture of one bar would be blown up to the width of its card.
    return picture(
        WIDTH,
        HEIGHT,
        chart.title,
        [
            grid(values, scale, LEFT, right),
            together(_bar(bar, x, slot, scale) for bar, x in zip(chart.bars, middles, strict=True)),
            path(points, css="td-c-line"),
            together(dot(x, y, css="td-c-dot", radius=3) for x, y in points),
            *ends,
        ],
        css="td-chart td-chart-wide",
    )


def _bar(bar: Bar, x: float, slot: float, scale: Scale) -> SafeString:
    """One bar with its number above and its name below, in two lines at most."""
    width, top = slot * BAR_SHARE, scale(bar.count)
    room = max(4, int(slot / CHARACTER) - 1)
    lines = textwrap.wrap(bar.label, room, max_lines=LINES, placeholder="…")
    names = [
        text(x, HEIGHT - BOTTOM + 18 + 15 * place, words, css="td-c-muted", anchor="middle")
        for place, words in enumerate(lines)
    ]
    shape = rect(
        (x - width / 2, top), width, scale(0) - top, css="td-c-bar", radius=min(2.5, width / 2)
    )
    number = text(x, top - 7, f"{bar.count:,}", css="td-c-value", anchor="middle")
    return link(
        bar.url, f"{bar.label}: {bar.count:,}", together([shape, number, *names]), count=bar.count
    )
