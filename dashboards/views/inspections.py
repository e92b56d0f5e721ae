"""What the inspections of a product say; for managers, as a low signal is told to nobody else."""

import csv
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from dashboards.charts import ControlChart, ControlPoint, draw_control
from helpdesk.lib.csvfiles.neutralising import neutralise
from purchases.models import Product
from quality.models import Inspection
from quality.services.figures import ProductFigures, figures_of, pairs_of

# Products to choose from.
MOST_OFFERED = 500
HEADS = (
    "lot",
    "sku",
    "stage",
    "round",
    "inspector",
    "maker",
    "opened",
    "signed",
    "verdict",
    "units",
)


@roles(Role.MANAGER)
@require_safe
def inspection_figures(request: PersonRequest) -> HttpResponse:
    """Pass rate, defects, rounds, the weekly chart, capability and what the pairs say."""
    signed = Inspection.objects.signed().filter(lot__product=OuterRef("pk"))
    offered = list(Product.objects.filter(Exists(signed)).order_by("name")[:MOST_OFFERED])
    asked = request.GET.get("product", "")
    product = offered[0] if offered else None
    if asked.isdecimal() and len(asked) < 16:  # noqa: PLR2004 - a bigint
        product = get_object_or_404(Product, pk=asked)
    context: dict[str, object] = {"offered": offered, "product": product}
    if product is not None:
        now = timezone.now()
        figures = figures_of(product, now=now, zone=request.shop.zone)
        chart = control_chart(figures)
        context |= {
            "figures": figures,
            "pairs": pairs_of(product, now=now),
            "drawn": draw_control(chart) if chart else "",
            "table": chart.table if chart else None,
            "again": sum(lots for rounds, lots in figures.rounds if rounds > 1),
            "lots": sum(lots for _rounds, lots in figures.rounds),
        }
    return render(request, "dashboards/inspection_figures.html", context)


def control_chart(figures: ProductFigures) -> ControlChart | None:
    """The weekly share of lots that were wrong at first; None before twenty weeks."""
    chart = figures.chart
    points = getattr(chart, "points", None)
    if points is None:
        return None
    drawn = []
    for point in points:
        week = figures.weeks[point.position]
        low = point.is_low and point.is_signal
        signal = "beyond" if point.beyond else "run" if point.run else ""
        drawn.append(
            ControlPoint(
                label=date_format(week.begins, "j M"),
                value=point.value,
                n=week.size,
                upper=point.upper,
                lower=point.lower,
                signal=signal,
                note=_("found suspiciously little")
                if low
                else _("more than chance")
                if signal
                else "",
            )
        )
    return ControlChart(
        points=tuple(drawn),
        centre=getattr(chart, "centre", None),
        title=_("Share of lots that did not conform at first, by week"),
        centre_label=_("usual"),
        upper_label=_("limit"),
    )


@roles(Role.MANAGER)
@require_safe
def inspection_export(request: PersonRequest) -> StreamingHttpResponse:
    """Every inspection in force that may be told of, newest first, as CSV."""
    rows = Inspection.objects.in_force().disclosed().for_list().order_by("-signed_at", "-pk")
    answer = StreamingHttpResponse(
        csv_lines(rows.iterator(chunk_size=2000)), content_type="text/csv"
    )
    answer["Content-Disposition"] = 'attachment; filename="inspections.csv"'
    return answer


class Echo:
    """What the csv module writes into: it gives each line back."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def csv_lines(rows: Iterator[Inspection]) -> Iterator[str]:
    """The head and a line for each inspection, formulas neutralised."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADS)
    for row in rows:
        cells = (
            row.lot.number,
            row.lot.product.sku,
            row.stage,
            row.round,
            row.inspector.name,
            row.maker.name if row.maker else "",
            row.opened_at.isoformat(),
            row.signed_at.isoformat() if row.signed_at else "",
            row.verdict,
            row.units,
        )
        yield writer.writerow([neutralise(cell) for cell in cells])
