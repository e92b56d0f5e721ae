"""What the inspections of a product say; for managers, as a low signal is told to nobody else.

One section at a time: each reads its own rows, and a page costs what is looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role, Shop
from dashboards.charts import draw_bars_and_line, draw_control
from dashboards.inspection_charts import ProductLinks, control_chart, defect_chart
from purchases.models import Product
from quality.models import Inspection
from quality.services.figures import figures_of
from quality.services.knownbad import effectiveness
from quality.services.pair_figures import pairs_of
from quality.services.result_figures import defects_of, measures_of

# Products to choose from.
MOST_OFFERED = 500


@dataclass(frozen=True)
class Section:
    """A part of the page: its word, its fragment, and what it reads."""

    label: Any
    template: str
    read: Callable[[Product, Shop, datetime], dict[str, object]]


def weeks(product: Product, shop: Shop, now: datetime) -> dict[str, object]:
    """Right the first time, loops, minutes, and the chart of weeks."""
    links = ProductLinks.of(product, now, shop.zone)
    figures = figures_of(product, now=now, zone=shop.zone)
    chart = control_chart(figures, links)
    return {
        "figures": figures,
        "drawn": draw_control(chart) if chart else "",
        "table": chart.table if chart else None,
        "all_url": links.to(),
        "all": f"{figures.passed.whole:,}",
        "first_url": links.first(),
        "wrong_url": links.first(verdict="fail"),
        "looked_at": f"{figures.first_pass.whole:,}",
        "wrong": figures.first_pass.whole - figures.first_pass.part,
        "loops": [(number, many, links.round(number)) for number, many in figures.loops],
    }


def wrong(product: Product, shop: Shop, now: datetime) -> dict[str, object]:
    """What was wrong most often."""
    links = ProductLinks.of(product, now, shop.zone)
    chart = defect_chart(defects_of(product, now=now, zone=shop.zone), links)
    return {"drawn": draw_bars_and_line(chart) if chart else "", "table": chart and chart.table}


def measures(product: Product, shop: Shop, now: datetime) -> dict[str, object]:
    """Whether the process can keep its limits."""
    return {"measures": measures_of(product, now=now, zone=shop.zone)}


def pairs(product: Product, shop: Shop, now: datetime) -> dict[str, object]:
    """What pairs of eyes say, and what was found of the known-bad."""
    found = effectiveness(product).by_line
    return {"pairs": pairs_of(product, now=now), "found": found}


SECTIONS = {
    "weeks": Section(gettext_lazy("By week"), "dashboards/_inspection_weeks.html", weeks),
    "wrong": Section(gettext_lazy("What was wrong"), "dashboards/_inspection_wrong.html", wrong),
    "measures": Section(
        gettext_lazy("Limits kept"),
        "dashboards/_inspection_measures.html",
        measures,
    ),
    "pairs": Section(gettext_lazy("Pairs of eyes"), "dashboards/_inspection_pairs.html", pairs),
}


@roles(Role.MANAGER)
@require_safe
def inspection_figures(request: PersonRequest) -> HttpResponse:
    """One section of what is known of one product; `?product=` and `?show=` say which."""
    signed = Inspection.objects.filter(product=OuterRef("pk"), signed_at__isnull=False)
    offered = list(Product.objects.filter(Exists(signed)).order_by("name")[:MOST_OFFERED])
    asked = request.GET.get("product", "")
    product = offered[0] if offered else None
    if asked.isdecimal() and len(asked) < 16:  # noqa: PLR2004 - a bigint
        product = get_object_or_404(Product, pk=asked)
    show = request.GET.get("show", "")
    show = show if show in SECTIONS else "weeks"
    context: dict[str, object] = {"offered": offered, "product": product, "show": show}
    if product is not None:
        section = SECTIONS[show]
        context |= {
            "sections": [(key, one.label) for key, one in SECTIONS.items()],
            "fragment": section.template,
            **section.read(product, request.shop, timezone.now()),
        }
    return render(request, "dashboards/inspection_figures.html", context)
