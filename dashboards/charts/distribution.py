"""How many purchases needed how many contacts, with the threshold and where nine in ten lie."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.charts.marks import (
    CHARACTER,
    Scale,
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

WIDTH, HEIGHT = 860.0, 272.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 6.0, 36.0, 50.0
BAR_SHARE = 0.74
# A bar of one purchase beside one of 10,000 must still be seen.
LEAST_BAR = 4.0
# Few purchases over the threshold are drawn one square each, because at the scale of the others
# they would be lines; more than a column holds are a bar like all others.
SQUARE, SQUARE_STEP, MOST_SQUARES = 9.0, 11.0, 9


@dataclass(frozen=True)
class CountBar:
    """`count` purchases with `net` contacts; the last may stand for "9+" by its label."""

    net: int
    label: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Distribution:
    """Bars from 0 upwards, one per number of contacts.

    `alarm_lines` are short lines below "threshold T", `alarm_link` with `alarm_url` the last one,
    for `alarm_count` purchases.
    """

    bars: tuple[CountBar, ...]
    threshold: int | None = None
    nine_in_ten: int | None = None
    alarm_lines: tuple[str, ...] = ()
    alarm_link: str = ""
    alarm_url: str = ""
    alarm_count: int | None = None
    x_label: str = ""

    @property
    def label(self) -> str:
        """What the picture is, in words."""
        return _("Purchases by their number of counted contacts")

    @property
    def table(self) -> NumbersTable:
        """The same numbers."""
        rows = tuple(
            NumbersRow((bar.label, f"{bar.count:,}"), bar.url, bar.count) for bar in self.bars
        )
        return NumbersTable(self.label, (_("Contacts"), _("Purchases")), rows)


def draw_distribution(chart: Distribution) -> SafeString:
    """The bars, those at or over the threshold in the alarm zone, each a link to its purchases."""
    values = ticks(max((bar.count for bar in chart.bars), default=0), most=4, whole=True)
    scale_y = Scale(0, values[-1], HEIGHT - BOTTOM, TOP)
    slot = (WIDTH - LEFT - RIGHT) / max(len(chart.bars), 1)
    squares = in_squares(chart, scale_y)
    return picture(
        WIDTH,
        HEIGHT,
        chart.label,
        [
            zone_back(chart, slot),
            grid(values, scale_y, LEFT, WIDTH - RIGHT),
            together(
                bar_mark(chart, index, slot, scale_y, squares=squares)
                for index in range(len(chart.bars))
            ),
            bracket(chart, slot),
            zone_front(chart, slot),
            text(
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 8,
                chart.x_label,
                css="td-c-muted",
                anchor="middle",
            ),
        ],
    )


def over(chart: Distribution, bar: CountBar) -> bool:
    """Whether the bar's purchases are at or over the threshold."""
    return chart.threshold is not None and bar.net >= chart.threshold


def zone_left(chart: Distribution, slot: float) -> float | None:
    """Where the alarm zone begins; None while no bar reaches it."""
    for index, bar in enumerate(chart.bars):
        if over(chart, bar):
            return LEFT + index * slot
    return None


def in_squares(chart: Distribution, scale_y: Scale) -> bool:
    """Whether the purchases over the threshold are few enough for a square each, and too few to be
    seen as bars."""
    counts = [bar.count for bar in chart.bars if over(chart, bar)]
    if not any(counts):
        return False
    return max(counts) <= MOST_SQUARES and scale_y(0) - scale_y(max(counts)) < SQUARE_STEP


def bar_mark(
    chart: Distribution, index: int, slot: float, scale_y: Scale, *, squares: bool
) -> SafeString:
    """One bar with its number above and its label below; the whole slot can be pressed."""
    bar = chart.bars[index]
    left = LEFT + index * slot
    middle = left + slot / 2
    base = scale_y(0)
    alarm = over(chart, bar)
    if alarm and squares:
        height = bar.count * SQUARE_STEP
        drawn = squares_of(bar.count, middle, base)
    else:
        height = max(base - scale_y(bar.count), LEAST_BAR) if bar.count else 0.0
        drawn = rect(
            (middle - slot * BAR_SHARE / 2, base - height),
            slot * BAR_SHARE,
            height,
            css="td-c-bar td-c-bar-alarm" if alarm else "td-c-bar",
            radius=min(2.5, height / 2),
        )
    value_css = "td-c-value td-c-alarm" if alarm and bar.count else "td-c-value"
    return link(
        bar.url,
        bar_words(bar),
        together(
            [
                rect((left, TOP), slot, base - TOP, css="td-c-hit"),
                drawn,
                text(middle, base - height - 6, f"{bar.count:,}", css=value_css, anchor="middle"),
                text(middle, base + 17, bar.label, css="td-c-label", anchor="middle"),
            ]
        ),
        count=bar.count,
    )


def bar_words(bar: CountBar) -> str:
    """A bar in words: "2 contacts: 98 purchases"."""
    purchases = ngettext("%(n)s purchase", "%(n)s purchases", bar.count) % {"n": f"{bar.count:,}"}
    return _("%(label)s contacts: %(purchases)s") % {"label": bar.label, "purchases": purchases}


def squares_of(count: int, middle: float, base: float) -> SafeString:
    """A column of squares, one for each purchase."""
    return together(
        rect(
            (middle - SQUARE / 2, base - number * SQUARE_STEP),
            SQUARE,
            SQUARE,
            css="td-c-bar td-c-bar-alarm",
            radius=2,
        )
        for number in range(1, count + 1)
    )


def bracket(chart: Distribution, slot: float) -> SafeString:
    """The bracket over the bars in which nine of ten purchases lie, with its words."""
    reach = [
        bar for bar in chart.bars if chart.nine_in_ten is not None and bar.net <= chart.nine_in_ten
    ]
    if chart.nine_in_ten is None or not reach:
        return SafeString("")
    inset = slot * (1 - BAR_SHARE) / 2
    left, right = LEFT + inset, LEFT + len(reach) * slot - inset
    words = _("9 in 10 need %(n)d or fewer") % {"n": chart.nine_in_ten}
    return together(
        [
            path([(left, 20), (left, 13), (right, 13), (right, 20)], css="td-c-bracket"),
            text(right + 10, 17, words, css="td-c-strong td-c-halo"),
        ]
    )


def zone_back(chart: Distribution, slot: float) -> SafeString:
    """The tint behind the alarm zone."""
    left = zone_left(chart, slot)
    if left is None:
        return SafeString("")
    return rect((left, TOP), WIDTH - RIGHT - left, HEIGHT - BOTTOM - TOP, css="td-c-zone")


def zone_front(chart: Distribution, slot: float) -> SafeString:
    """The threshold's line and its words, kept inside the picture when the zone is narrow."""
    left = zone_left(chart, slot)
    if left is None:
        return SafeString("")
    title = _("threshold %(t)d") % {"t": chart.threshold}
    longest = max(len(words) for words in (title, *chart.alarm_lines, chart.alarm_link))
    x = max(LEFT, min(left + 9, WIDTH - RIGHT - longest * CHARACTER))
    lines = [text(x, TOP + 17, title, css="td-c-strong td-c-alarm td-c-halo")]
    lines += [
        text(x, TOP + 34 + 16 * number, words, css="td-c-label td-c-halo")
        for number, words in enumerate(chart.alarm_lines)
    ]
    if chart.alarm_link:
        y = TOP + 37 + 16 * len(chart.alarm_lines)
        words = text(x, y, chart.alarm_link, css="td-c-strong td-c-accent td-c-halo")
        lines.append(link(chart.alarm_url, chart.alarm_link, words, count=chart.alarm_count))
    rule = line((left, 14), (left, HEIGHT - BOTTOM), css="td-c-threshold")
    return together([rule, *lines])
