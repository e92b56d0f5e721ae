"""Why they call: faults by size, a table whose bars are drawn, so it needs no second table."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts.marks import data_count, rect, short, text
from helpdesk.lib.shares import percent_text

BAR_ROOM, BAR_HEIGHT, NUMBER_ROOM = 112.0, 20.0, 38.0
LEAST_BAR = 3.0
# A change smaller than this, per purchase, is shown as none.
SAME = 0.005


@dataclass(frozen=True)
class ParetoRow:
    """One fault. `together` is the share of this and all rows above, between 0 and 1.

    `change` is contacts per purchase against the window before, `low` to `high` its 95 % interval;
    None when they are not known. `detail_count` are the rows behind `detail_url`.
    """

    label: str
    count: int
    url: str = ""
    detail: str = ""
    detail_url: str = ""
    together: float | None = None
    per_purchase: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    detail_count: int | None = None
    vital: bool = True
    worse: bool = False


@dataclass(frozen=True)
class Pareto:
    """Rows in the order they are drawn, largest first; `caption` says what is counted."""

    rows: tuple[ParetoRow, ...]
    caption: str


def draw_pareto(chart: Pareto) -> SafeString:
    """A table: fault, bar with its count, what most of it is, share together, rate, change."""
    heads = (
        ("", _("fault")),
        ("", _("contacts")),
        ("td-pareto-detail", _("most of it")),
        ("td-num", _("together")),
        ("td-num", _("per purchase")),
        ("td-num", _("change, 95 %")),
    )
    most = max((row.count for row in chart.rows), default=0)
    return format_html(
        '<table class="td-pareto"><caption class="visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        chart.caption,
        format_html_join("", '<th scope="col" class="{}">{}</th>', heads),
        format_html_join("", "{}", ((row_html(row, most),) for row in chart.rows)),
    )


def row_html(row: ParetoRow, most: int) -> SafeString:
    """One table row; name and bar lead to the interactions counted."""
    rate = "" if row.per_purchase is None else f"{row.per_purchase:.2f}"
    return format_html(
        '<tr class="{}"><th scope="row">{}</th><td>{}</td><td class="td-pareto-detail">{}</td>'
        '<td class="td-num">{}</td><td class="td-num">{}</td><td class="td-num">{}</td></tr>',
        "td-pareto-vital" if row.vital else "",
        anchor(row.url, row.label, row.count),
        bar_svg(row.count, most, faint=not row.vital),
        anchor(row.detail_url, row.detail, row.detail_count),
        "" if row.together is None else percent_text(row.together),
        rate,
        change_html(row),
    )


def anchor(url: str, words: str, count: int | None) -> SafeString:
    """`words`, as a link to so many rows when there is somewhere to go."""
    if not url:
        return format_html("{}", words)
    return format_html('<a href="{}"{}>{}</a>', url, data_count(count), words)


def bar_svg(count: int, most: int, *, faint: bool = False) -> SafeString:
    """A horizontal bar with its number at the end; the number is real text for everybody."""
    width = max(BAR_ROOM * count / most, LEAST_BAR) if count and most else 0.0
    tone = "td-c-bar td-c-bar-faint" if faint else "td-c-bar"
    return format_html(
        '<svg class="td-bar" width="{}" height="{}" viewBox="0 0 {} {}">{}{}</svg>',
        short(BAR_ROOM + NUMBER_ROOM),
        short(BAR_HEIGHT),
        short(BAR_ROOM + NUMBER_ROOM),
        short(BAR_HEIGHT),
        rect((0, 1), width, BAR_HEIGHT - 2, css=tone, radius=min(2.5, width / 2)),
        text(width + 7, BAR_HEIGHT / 2 + 4.5, f"{count:,}", css="td-c-value"),
    )


def change_html(row: ParetoRow) -> SafeString:
    """The change as a sign and a number, in the alarm colour when it is clearly worse, and below
    it the interval."""
    if row.change is None:
        return format_html('<span class="td-muted" title="{}">–</span>', _("nothing to compare"))
    same = abs(row.change) < SAME
    sign = "" if same else "\u25b2 " if row.change > 0 else "\u25bc "
    change = format_html(
        '<span class="{}"><span aria-hidden="true">{}</span>{}</span>',
        "td-alarm td-strong" if row.worse else "td-muted",
        sign,
        _("same") if same else signed(row.change),
    )
    if row.low is None or row.high is None:
        return change
    interval = _("%(low)s to %(high)s") % {"low": signed(row.low), "high": signed(row.high)}
    return format_html('{}<span class="td-pareto-interval">{}</span>', change, interval)


def signed(value: float) -> str:
    """A change with its sign; none for nothing."""
    rounded = round(value, 2)
    return f"{rounded:+.2f}".replace("-", "\u2212") if rounded else "0.00"
