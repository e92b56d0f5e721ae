"""What has no procedure yet, by how often customers had to contact us about it: what to write next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from procedures.models import Procedure
from purchases.models import Product
from quality.models import Plan
from thresholds.models import ProductCount, ReasonCount
from tickets.models import Reason

MOST = 50


@dataclass(frozen=True)
class Gap:
    """Something without a procedure: ``net`` counted contacts of the purchases of the period."""

    key: int
    name: str
    group: str
    net: int


@dataclass(frozen=True)
class Coverage:
    """The gaps, the biggest first, at most ``MOST`` of each; and how much is covered by reason."""

    reasons: list[Gap]
    products: list[Gap]
    plans: list[Gap]
    covered: int
    counted: int


def read_coverage(start: date | None, end: date) -> Coverage:
    """Of the purchases whose clock started in these days, from the maintained counters; the same
    queries however many there are.

    A reason is covered by a procedure in force that names it or its group, a product by one that
    names it or its category, an inspection plan as its product or category is.
    """
    live = Procedure.objects.in_force()
    named = set(live.filter(reasons__isnull=False).values_list("reasons", flat=True))
    products = set(live.filter(products__isnull=False).values_list("products", flat=True))
    categories = {name for names in live.values_list("categories", flat=True) for name in names}
    by_reason = _sums(ReasonCount.objects.filter(scope=""), "reason", start, end)
    by_product = _sums(ProductCount.objects.all(), "product", start, end)
    leaves = list(Reason.objects.in_use().filter(parent__isnull=False).select_related("parent"))
    reasons = [
        Gap(one.pk, one.name, one.parent.name if one.parent else "", by_reason.get(one.pk, 0))
        for one in leaves
        if one.counts and one.pk not in named and one.parent_id not in named
    ]
    gaps = {gap.key for gap in reasons}
    counted = {one.pk: by_reason.get(one.pk, 0) for one in leaves if one.counts}
    return Coverage(
        reasons=_biggest(reasons),
        products=_biggest(_products(by_product, products, categories)),
        plans=_biggest(_plans(by_product, products, categories)),
        covered=sum(net for key, net in counted.items() if key not in gaps),
        counted=sum(counted.values()),
    )


def _sums(
    rows: QuerySet[ReasonCount] | QuerySet[ProductCount], of: str, start: date | None, end: date
) -> dict[int, int]:
    """Key → counted contacts."""
    days = Q(day__lte=end) & (Q(day__gte=start) if start else Q())
    # A day is counted over all channels once, and once for each.
    if of == "reason":
        days &= Q(channel="")
    found = rows.filter(days).order_by().values_list(of).annotate(all=Sum("net"))
    return {key: net for key, net in found if key is not None}


def _products(by_product: dict[int, int], products: set[int], categories: set[str]) -> list[Gap]:
    wanted = [key for key in by_product if key not in products]
    rows = Product.objects.filter(pk__in=wanted).exclude(category__in=categories)
    return [Gap(one.pk, one.name, one.category, by_product[one.pk]) for one in rows]


def _plans(by_product: dict[int, int], products: set[int], categories: set[str]) -> list[Gap]:
    """Plans in force; that of a category has the contacts of all its products."""
    of_category: dict[str, int] = {}
    for pk, category in Product.objects.filter(pk__in=list(by_product)).values_list(
        "pk", "category"
    ):
        of_category[category] = of_category.get(category, 0) + by_product[pk]
    found = []
    for plan in Plan.objects.filter(state="active").select_related("product"):
        product = plan.product
        if product is not None:
            covered = product.pk in products or product.category in categories
            name, net = product.name, by_product.get(product.pk, 0)
        else:
            covered, name = plan.category in categories, plan.category
            net = of_category.get(plan.category, 0)
        if not covered:
            found.append(Gap(plan.pk, name, "", net))
    return found


def _biggest(gaps: list[Gap]) -> list[Gap]:
    return sorted(gaps, key=lambda gap: (-gap.net, gap.name))[:MOST]
