"""The small marks all charts are made of: scales, ticks, lines, texts, diamonds."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Point = tuple[float, float]

# What a character of the 12 px chart type takes at most, to keep labels inside the picture.
CHARACTER = 6.6
DIAMOND = 6.5


def short(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Scale:
    """A straight mapping of values onto pixels; no extent maps everything onto the start."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(top: float, *, most: int = 5, whole: bool = False) -> list[float]:
    """Round values from 0 that cover `top`, at most `most` steps of 1, 2 or 5 times a power of ten.

    `whole` keeps to whole numbers, for counts. A top of 0 or less gives [0, 1].
    """
    if top <= 0:
        return [0.0, 1.0]
    rough = top / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    step = max(step, 1.0) if whole else step
    count = math.ceil(top / step - 1e-9)
    return [step * number for number in range(count + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick's text with as many decimals as its step needs."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    return f"{value:,.{decimals}f}"


def text(x: float, y: float, content: object, *, css: str, anchor: str = "start") -> SafeString:
    """A line of text whose baseline is at y."""
    return format_html(
        '<text class="td-c-text {}" x="{}" y="{}" text-anchor="{}">{}</text>',
        css,
        short(x),
        short(y),
        anchor,
        content,
    )


def line(start: Point, end: Point, *, css: str) -> SafeString:
    """A straight line."""
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        css,
        short(start[0]),
        short(start[1]),
        short(end[0]),
        short(end[1]),
    )


def rect(corner: Point, width: float, height: float, *, css: str, radius: float = 0) -> SafeString:
    """A rectangle from its upper left corner; a negative size is drawn as none."""
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>',
        css,
        short(corner[0]),
        short(corner[1]),
        short(max(width, 0)),
        short(max(height, 0)),
        short(radius),
    )


def path(points: Sequence[Point], *, css: str, closed: bool = False) -> SafeString:
    """Straight lines through the points; nothing for fewer than two."""
    if len(points) < 2:  # noqa: PLR2004  # a line needs two ends
        return SafeString("")
    data = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points) + ("Z" if closed else "")
    return format_html('<path class="{}" d="{}"/>', css, data)


def dot(x: float, y: float, *, css: str, radius: float = 4) -> SafeString:
    """A round mark."""
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, short(x), short(y), short(radius)
    )


def diamond(x: float, y: float, *, css: str) -> SafeString:
    """A mark that differs from the dots by its shape, not by its colour alone."""
    r = DIAMOND
    return path([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], css=css, closed=True)


def link(url: str, label: str, inside: SafeString, *, count: int | None = None) -> SafeString:
    """`inside` as a link named `label`; without a url only the hover text.

    `count` is the number of rows behind it: what a test compares with the list itself.
    """
    if not url:
        return format_html("<g><title>{}</title>{}</g>", label, inside)
    return format_html(
        '<a class="td-c-link" href="{}" aria-label="{}"{}><title>{}</title>{}</a>',
        url,
        label,
        data_count(count),
        label,
        inside,
    )


def data_count(count: int | None) -> SafeString:
    """The attribute that says how many rows a link leads to."""
    return SafeString("") if count is None else format_html(' data-count="{}"', count)


def together(parts: Iterable[SafeString]) -> SafeString:
    """Marks one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def picture(
    width: float, height: float, label: str, parts: Iterable[SafeString], *, css: str = "td-chart"
) -> SafeString:
    """The whole chart. It scales with its card; a group, not an image, for its links are inside."""
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="group" aria-label="{}">{}</svg>',
        css,
        short(width),
        short(height),
        short(width),
        short(height),
        label,
        together(parts),
    )


def grid(values: Sequence[float], scale: Scale, left: float, right: float) -> SafeString:
    """Horizontal grid lines with their values at the left; the lowest is the axis."""
    step = values[1] - values[0] if len(values) > 1 else 1.0
    return together(
        together(
            [
                line(
                    (left, scale(value)),
                    (right, scale(value)),
                    css="td-c-axis" if number == 0 else "td-c-grid",
                ),
                text(
                    left - 8,
                    scale(value) + 4,
                    tick_text(value, step),
                    css="td-c-muted",
                    anchor="end",
                ),
            ]
        )
        for number, value in enumerate(values)
    )
