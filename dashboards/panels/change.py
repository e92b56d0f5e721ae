"""5 Is it changing? By month, and the weekly Laney chart."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.charts import (
    ControlChart,
    ControlPoint,
    NumbersTable,
    Trend,
    TrendPoint,
    draw_control,
    draw_trend,
)
from dashboards.links import Links, day_text
from dashboards.reading import Board
from dashboards.stats.trend import Month, Weeks, months, weeks
from helpdesk.lib.periods import iso_week
from thresholds.rules.laney import LEAST_WEEKS, NotYet, Point

WEEKLY_WIDTH = 830.0
WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Change:
    """``weekly`` is empty while there are too few weeks (``have`` of ``needed``)."""

    trend: SafeString
    trend_table: NumbersTable
    months: int
    weekly: SafeString
    weekly_table: NumbersTable | None
    have: int
    needed: int
    signals: int
    channel_name: str


def show_change(board: Board) -> Change:
    """Charts of the panel."""
    by_month, by_week = months(board.cohorts), weeks(board.cohorts)
    trend = Trend(
        tuple(_month(board.links, month) for month in by_month),
        _("Counted contacts per mature purchase, by month of delivery"),
    )
    control = _control(board.links, by_week)
    chart = by_week.chart
    return Change(
        trend=draw_trend(trend) if by_month else SafeString(""),
        trend_table=trend.table,
        months=len(by_month),
        weekly=draw_control(control) if control else SafeString(""),
        weekly_table=control.table if control else None,
        have=chart.have if isinstance(chart, NotYet) else len(chart.points),
        needed=LEAST_WEEKS,
        signals=0 if isinstance(chart, NotYet) else len(chart.signals),
        channel_name=board.choice.channel_name,
    )


def _month(links: Links, month: Month) -> TrendPoint:
    bounds = month.bounds
    days = {"from": day_text(month.start), "to": day_text(month.end)}
    return TrendPoint(
        label=date_format(month.start, "M"),
        full_label=date_format(month.start, "F Y"),
        value=month.mean,
        n=month.purchases,
        low=bounds.low if bounds else None,
        high=bounds.high if bounds else None,
        url=links.purchases(mature=1, **days),
    )


def _control(links: Links, found: Weeks) -> ControlChart | None:
    chart = found.chart
    if isinstance(chart, NotYet):
        return None
    loudest = max(chart.signals, key=lambda point: (point.beyond, point.rate), default=None)
    points = tuple(
        _week(links, found.starts[point.position], point, told=point is loudest)
        for point in chart.points
    )
    return ControlChart(
        points=points,
        centre=chart.centre,
        title=_("Contacts within 7 days per purchase, by week of delivery"),
        centre_label=_("normal %(centre).2f") % {"centre": chart.centre},
        upper_label=_("upper limit"),
        width=WEEKLY_WIDTH,
    )


def _week(links: Links, monday: date, point: Point, *, told: bool) -> ControlPoint:
    """A week; only the loudest signal has its words in the picture."""
    signal = "beyond" if point.beyond else "run" if point.run else ""
    return ControlPoint(
        label=_("W%(week)d") % {"week": iso_week(monday)[1]},
        value=point.rate,
        n=int(point.size),
        upper=point.upper,
        lower=point.lower,
        signal=signal,
        note=_note(monday, point) if told else "",
        url=links.purchases(**{"from": day_text(monday), "to": day_text(monday + WEEK)}),
    )


def _note(monday: date, point: Point) -> str:
    day = date_format(monday, pgettext("date format", "j M"))
    if point.beyond > 0:
        return _("%(rate).2f, above the limit: week of %(day)s") % {"rate": point.rate, "day": day}
    if point.beyond < 0:
        return _("%(rate).2f, below the limit: week of %(day)s") % {"rate": point.rate, "day": day}
    return _("eight weeks in a row on one side, until the week of %(day)s") % {"day": day}
