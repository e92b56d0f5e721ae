"""A figure of the board: a number that leads to the rows it counts."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboards.charts.marks import data_count
from dashboards.charts.pareto import signed as signed_text
from dashboards.links import Figure
from helpdesk.lib.shares import percent_text
from thresholds.rules.intervals import Interval

register = template.Library()


@register.simple_tag
def figure(shown: Figure, label: str = "") -> SafeString:
    """The number as a link to its rows; plain where there are none to see."""
    words = f"{shown.count:,}"
    if not shown.url or not shown.count:
        return format_html('<span class="td-figure">{}</span>', words)
    spoken = format_html(' aria-label="{} {}"', words, label) if label else SafeString("")
    return format_html(
        '<a class="td-figure" href="{}"{}{}>{}</a>',
        shown.url,
        data_count(shown.count),
        spoken,
        words,
    )


@register.filter
def shares(bounds: Interval | None) -> str:
    """An interval of a share: "81 % to 94 %"; empty for None."""
    if bounds is None:
        return ""
    return f"{percent_text(bounds.low)} \u2013 {percent_text(bounds.high)}"


@register.filter
def span(bounds: Interval | None) -> str:
    """An interval of a mean: "0.60 – 0.72"; empty for None."""
    return "" if bounds is None else f"{bounds.low:.2f} \u2013 {bounds.high:.2f}"


@register.filter
def signed(value: float) -> str:
    """A change with its sign: "+0.07"."""
    return signed_text(value)
