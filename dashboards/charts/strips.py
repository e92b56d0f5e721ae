"""Small charts for a line of text: one stacked bar, a row of blocks, a sparkline."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from dashboards.charts.marks import Scale, dot, line, link, path, picture, rect, text, together
from dashboards.charts.numbers import NumbersRow, NumbersTable

STACK_WIDTH, STACK_HEIGHT, STACK_GAP, STACK_LEAST = 320.0, 18.0, 2.0, 4.0
BLOCK_WIDTH, BLOCK_HEIGHT, BLOCK_GAP, MOST_BLOCKS = 17.0, 14.0, 3.0, 8
SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 96.0, 24.0, 4.0
TONES = frozenset({"accent", "faint", "good", "warn", "alarm"})


@dataclass(frozen=True)
class StackPart:
    """A share of the whole; `tone` is one of TONES."""

    label: str
    value: int
    tone: str = "accent"
    url: str = ""


@dataclass(frozen=True)
class StackedBar:
    """Parts from left to right; together they are the whole bar."""

    parts: tuple[StackPart, ...]
    title: str

    @property
    def table(self) -> NumbersTable:
        """The same numbers."""
        rows = tuple(
            NumbersRow((part.label, f"{part.value:,}"), part.url, part.value) for part in self.parts
        )
        return NumbersTable(self.title, ("", ""), rows)


def draw_stacked(chart: StackedBar) -> SafeString:
    """One bar; a part of one in a thousand is still wide enough to see. Empty draws its trough."""
    shown = [part for part in chart.parts if part.value > 0]
    total = sum(part.value for part in shown)
    room = STACK_WIDTH - STACK_GAP * max(len(shown) - 1, 0) - STACK_LEAST * len(shown)
    marks = [] if shown else [rect((0, 0), STACK_WIDTH, STACK_HEIGHT, css="td-c-trough", radius=3)]
    x = 0.0
    for part in shown:
        width = STACK_LEAST + room * part.value / total
        tone = part.tone if part.tone in TONES else "accent"
        block = rect((x, 0), width, STACK_HEIGHT, css=f"td-c-fill-{tone}", radius=3)
        marks.append(link(part.url, f"{part.label}: {part.value:,}", block, count=part.value))
        x += width + STACK_GAP
    return picture(STACK_WIDTH, STACK_HEIGHT, chart.title, marks, css="td-chart td-chart-strip")


@dataclass(frozen=True)
class Blocks:
    """A small count as blocks, the last `hatched` of them hatched (without an owner)."""

    count: int
    hatched: int = 0
    title: str = ""


def draw_blocks(chart: Blocks) -> SafeString:
    """Up to eight blocks and the number; hatching tells the kinds apart without colour."""
    drawn = min(chart.count, MOST_BLOCKS)
    plain = max(drawn - chart.hatched, 0)
    step = BLOCK_WIDTH + BLOCK_GAP
    marks = [
        rect((index * step, 2), BLOCK_WIDTH, BLOCK_HEIGHT, css="td-c-bar", radius=2.5)
        for index in range(plain)
    ]
    marks += [hatched_block(index * step) for index in range(plain, drawn)]
    label = text(drawn * step + 4, 14, f"{chart.count:,}", css="td-c-value")
    width = drawn * step + 40
    return picture(width, BLOCK_HEIGHT + 4, chart.title, [*marks, label], css="td-chart-inline")


def hatched_block(x: float) -> SafeString:
    """An outlined block with two slanted strokes."""
    strokes = [
        line((x + shift, BLOCK_HEIGHT + 1), (x + shift + 6, 3), css="td-c-hatch")
        for shift in (2.5, 8.0)
    ]
    outline = rect(
        (x + 0.5, 2.5), BLOCK_WIDTH - 1, BLOCK_HEIGHT - 1, css="td-c-hatched", radius=2.5
    )
    return together([outline, *strokes])


@dataclass(frozen=True)
class Sparkline:
    """A short run of values; `title` says what they are and the last one in words."""

    values: Sequence[float]
    title: str


def draw_sparkline(chart: Sparkline) -> SafeString:
    """A line from 0 with a dot on the last value; empty text for fewer than two values."""
    if len(chart.values) < 2:  # noqa: PLR2004  # a line needs two ends
        return SafeString("")
    scale_x = Scale(0, len(chart.values) - 1, SPARK_MARGIN, SPARK_WIDTH - SPARK_MARGIN)
    scale_y = Scale(0, max(chart.values) or 1, SPARK_HEIGHT - SPARK_MARGIN, SPARK_MARGIN)
    points = [(scale_x(index), scale_y(value)) for index, value in enumerate(chart.values)]
    marks = [path(points, css="td-c-line"), dot(*points[-1], css="td-c-dot-full", radius=2.5)]
    return picture(SPARK_WIDTH, SPARK_HEIGHT, chart.title, marks, css="td-chart-inline")
