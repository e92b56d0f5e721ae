"""The charts of a product's inspections, each mark with the very rows it counts."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.charts import Bar, BarsAndLine, ControlChart, ControlPoint
from purchases.models import Product
from quality.rules.control import NotYet, Point
from quality.services.figures import ProductFigures, Week, first_day
from quality.services.result_figures import Defect

SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True)
class ProductLinks:
    """Addresses of the inspections of a product since the first day that figures count."""

    product: int
    since: date

    @classmethod
    def of(cls, product: Product, now: datetime, zone: ZoneInfo) -> "ProductLinks":
        """Those of the two years before `now`."""
        return cls(product.pk, first_day(now, zone))

    def to(self, **more: object) -> str:
        """Inspections signed since then."""
        query = {"product": self.product, "from": self.since.isoformat(), **more}
        return f"{reverse('board_inspections')}?{urlencode(query)}"

    def first(self, **more: object) -> str:
        """First inspections."""
        return self.to(stage="first", round=1, **more)

    def week(self, begins: date) -> str:
        """First inspections of a week."""
        start = max(begins, self.since).isoformat()
        return self.first(**{"from": start, "to": (begins + SIX_DAYS).isoformat()})

    def round(self, number: int) -> str:
        """What came to this round."""
        return self.to(stage="re_inspection", round=number)


def control_chart(figures: ProductFigures, links: ProductLinks) -> ControlChart | None:
    """The weekly share of first inspections that found something; None before twenty weeks."""
    chart = figures.chart
    if isinstance(chart, NotYet):
        return None
    points = [_point(one, figures.weeks[one.position], links) for one in chart.points]
    # A run says so once: eight words beside each other would be read by nobody.
    said = [
        replace(point, note="") if point.note == before.note else point
        for before, point in itertools.pairwise(points)
    ]
    return ControlChart(
        points=(*points[:1], *said),
        top=1.0,
        centre=chart.centre,
        title=_("Share that did not conform at first, by week"),
        centre_label=_("usual"),
        upper_label=_("limit"),
    )


def _point(point: Point, week: Week, links: ProductLinks) -> ControlPoint:
    """A week on the chart, with what its signal means."""
    low = point.is_low and point.is_signal
    signal = "beyond" if point.beyond else "run" if point.run else ""
    many = _("more than chance") if signal else ""
    return ControlPoint(
        label=date_format(week.begins, "j M"),
        value=point.value,
        n=week.size,
        upper=point.upper,
        lower=point.lower,
        signal=signal,
        note=_("found suspiciously little") if low else many,
        url=links.week(week.begins),
    )


def defect_chart(defects: Sequence[Defect], links: ProductLinks) -> BarsAndLine | None:
    """What was wrong in most inspections; None when nothing was."""
    if not defects:
        return None
    return BarsAndLine(
        bars=tuple(
            Bar(
                ": ".join(part for part in (one.name, one.fault) if part),
                one.number,
                links.to(defect=one.example),
            )
            for one in defects
        ),
        title=_("What was out of limits, by inspections that found it"),
        heads=(_("What was wrong"), _("Inspections")),
    )
