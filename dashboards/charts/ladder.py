"""A short list of counts as horizontal bars: a table whose bars are drawn."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.charts.pareto import anchor, bar_svg
from helpdesk.lib.shares import percent_text


@dataclass(frozen=True)
class Rung:
    """One row: its bar, and its share of the whole where there is one."""

    label: str
    count: int
    url: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Ladder:
    """Rows from top to bottom; `caption` says what is counted, `heads` name the columns."""

    rungs: tuple[Rung, ...]
    caption: str
    heads: tuple[str, str, str]


def draw_ladder(chart: Ladder) -> SafeString:
    """A table: label, bar with its count, share."""
    most = max((rung.count for rung in chart.rungs), default=0)
    rows = (
        (
            anchor(rung.url, rung.label, rung.count),
            bar_svg(rung.count, most),
            "" if rung.share is None else percent_text(rung.share),
        )
        for rung in chart.rungs
    )
    return format_html(
        '<table class="td-pareto td-ladder"><caption class="visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        chart.caption,
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in chart.heads)),
        format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td class="td-num">{}</td></tr>',
            rows,
        ),
    )
