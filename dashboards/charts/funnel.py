"""Products (lots, carriers) against the shop: rate over size, between the limits of chance."""

from dataclasses import dataclass

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
    text,
    tick_text,
    ticks,
    together,
)
from dashboards.charts.numbers import NumbersRow, NumbersTable

WIDTH, HEIGHT = 640.0, 290.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 18.0, 48.0
ROOM_RIGHT = 1.05
HEADROOM = 1.08


@dataclass(frozen=True)
class FunnelPoint:
    """One product: `size` mature purchases, `rate` contacts per purchase.

    `outside` is the alarm; `named` puts its label into the picture (outside ones always have it).
    `shown` is the rate in words where it differs from the one tested and drawn; `count` the
    purchases behind the link.
    """

    label: str
    size: float
    rate: float
    url: str = ""
    outside: bool = False
    named: bool = False
    note: str = ""
    shown: float | None = None
    count: int | None = None

    @property
    def told(self) -> float:
        """The rate in words."""
        return self.rate if self.shown is None else self.shown


@dataclass(frozen=True)
class Funnel:
    """Points, the mean of the rest and the limits as (size, rate) pairs in the order of size."""

    points: tuple[FunnelPoint, ...]
    mean: float
    upper: tuple[Point, ...] = ()
    lower: tuple[Point, ...] = ()
    mean_label: str = ""
    limit_label: str = ""
    x_label: str = ""

    @property
    def label(self) -> str:
        """What the picture is, in words."""
        return _("Contacts per purchase of each product against its number of purchases")

    @property
    def table(self) -> NumbersTable:
        """The same numbers."""
        rows = tuple(
            NumbersRow(
                (
                    point.label,
                    f"{point.size:,.0f}",
                    f"{point.told:.2f}",
                    _("outside") if point.outside else _("within"),
                ),
                point.url,
                point.count,
            )
            for point in self.points
        )
        heads = (_("Product"), _("Purchases"), _("Per purchase"), _("Limits"))
        return NumbersTable(self.label, heads, rows)


def draw_funnel(chart: Funnel) -> SafeString:
    """The band of chance, the mean, and a mark per product; diamonds lie outside."""
    sizes = [point.size for point in chart.points] + [size for size, _rate in chart.upper]
    rates = [point.rate for point in chart.points] + [rate for _size, rate in chart.upper]
    end_x = max([*sizes, 1.0]) * ROOM_RIGHT
    values_x = [value for value in ticks(end_x, most=5) if value <= end_x]
    values_y = ticks(max([*rates, chart.mean]) * HEADROOM, most=4)
    scale_x = Scale(0, end_x, LEFT, WIDTH - RIGHT)
    scale_y = Scale(0, values_y[-1], HEIGHT - BOTTOM, TOP)
    return picture(
        WIDTH,
        HEIGHT,
        chart.label,
        [
            band(chart, scale_x, scale_y),
            grid(values_y, scale_y, LEFT, WIDTH - RIGHT),
            x_axis(values_x, scale_x),
            limits(chart, scale_x, scale_y),
            together(
                point_mark(point, scale_x, scale_y)
                for point in sorted(chart.points, key=lambda point: point.outside)
            ),
            text(
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 6,
                chart.x_label,
                css="td-c-muted",
                anchor="middle",
            ),
        ],
    )


def placed(pairs: tuple[Point, ...], scale_x: Scale, scale_y: Scale) -> list[Point]:
    """Pairs of (size, rate) in pixels; below nothing is nothing."""
    return [(scale_x(size), scale_y(max(rate, 0))) for size, rate in pairs]


def band(chart: Funnel, scale_x: Scale, scale_y: Scale) -> SafeString:
    """The area in which a product differs from the shop by chance."""
    upper = placed(chart.upper, scale_x, scale_y)
    lower = placed(chart.lower, scale_x, scale_y)
    return path([*upper, *reversed(lower)], css="td-c-band", closed=True)


def limits(chart: Funnel, scale_x: Scale, scale_y: Scale) -> SafeString:
    """Both limit curves and the mean, with their words."""
    upper = placed(chart.upper, scale_x, scale_y)
    lower = placed(chart.lower, scale_x, scale_y)
    mean_y = scale_y(chart.mean)
    parts = [
        path(upper, css="td-c-limit"),
        path(lower, css="td-c-limit"),
        line((LEFT, mean_y), (WIDTH - RIGHT, mean_y), css="td-c-mean"),
        text(LEFT + 6, mean_y - 6, chart.mean_label, css="td-c-muted td-c-halo"),
    ]
    if upper:
        x, y = upper[-1]
        parts.append(
            text(
                x - 4, y - 7, chart.limit_label, css="td-c-strong td-c-warn td-c-halo", anchor="end"
            )
        )
    return together(parts)


def x_axis(values: list[float], scale_x: Scale) -> SafeString:
    """The sizes below the picture."""
    step = values[1] - values[0] if len(values) > 1 else 1.0
    return together(
        text(
            scale_x(value),
            HEIGHT - BOTTOM + 17,
            tick_text(value, step),
            css="td-c-muted",
            anchor="middle",
        )
        for value in values[1:]
    )


def point_mark(point: FunnelPoint, scale_x: Scale, scale_y: Scale) -> SafeString:
    """A product's mark with its words, on the side where there is room for them."""
    x, y = scale_x(point.size), scale_y(point.rate)
    words = _("%(label)s, %(rate).2f per purchase") % {"label": point.label, "rate": point.told}
    mark = (
        diamond(x, y, css="td-c-signal")
        if point.outside
        else together([dot(x, y, css="td-c-hit", radius=11), dot(x, y, css="td-c-dot")])
    )
    parts = [mark]
    shown = words if point.outside else point.label
    if point.outside or point.named:
        longest = max(len(shown), len(point.note))
        left = x + 12 + longest * CHARACTER > WIDTH - RIGHT
        place, anchor = (x - 11, "end") if left else (x + 11, "start")
        css = "td-c-strong td-c-alarm td-c-halo" if point.outside else "td-c-muted td-c-halo"
        parts.append(text(place, y + 1 if point.note else y + 4, shown, css=css, anchor=anchor))
        if point.note:
            parts.append(text(place, y + 16, point.note, css="td-c-label td-c-halo", anchor=anchor))
    return link(point.url, words, together(parts), count=point.count)
