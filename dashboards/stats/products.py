"""Products against the shop: the funnel of METHOD 4, and the names of what is sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db import connection

from dashboards.stats.lens import Lens
from purchases.models import Product
from thresholds.rules.funnel import Funnel, GroupTotals, funnel

# One text for both engines; e is the exposure in tenths, so that the sums stay whole numbers. What
# lies above T is few, found by its own index and taken off: Σ min(n, T) = Σ n - Σ max(0, n - T).
STATEMENT = """
WITH weighed AS (
    SELECT product_id, {tenths} AS e,
           sum(purchases) AS purchases, sum(net) AS net, 0 AS excess
    FROM thresholds_productcount
    WHERE day BETWEEN %s AND %s
    GROUP BY 1, 2
    UNION ALL
    SELECT CAST(substr(scope, 3) AS bigint), {tenths}, 0, 0, sum((net - %s) * purchases)
    FROM thresholds_cohortcount
    WHERE channel = '' AND net > %s AND day BETWEEN %s AND %s AND scope LIKE 'p:%%'
    GROUP BY 1, 2
)
SELECT product.id, product.name, product.category,
       coalesce(sum(purchases), 0), coalesce(sum(net), 0), coalesce(sum(net - excess), 0),
       coalesce(sum(e * purchases), 0), coalesce(sum(e * e * purchases), 0)
FROM purchases_product product
LEFT JOIN weighed ON weighed.product_id = product.id AND weighed.e > 0
GROUP BY product.id, product.name, product.category
ORDER BY product.name, product.id
"""


@dataclass(frozen=True)
class NamedProduct:
    """A product by its names."""

    pk: int
    name: str
    category: str


@dataclass(frozen=True)
class ProductTotals:
    """A product with its purchases of the period that are old enough to be weighed."""

    product: NamedProduct
    purchases: int
    interactions: int
    totals: GroupTotals[int]


@dataclass(frozen=True)
class Products:
    """All products of the shop, by name, and the verdict of the funnel by their keys."""

    rows: tuple[ProductTotals, ...]
    verdict: Funnel[int]


def read_catalogue() -> tuple[NamedProduct, ...]:
    """One query: every product by name."""
    rows = Product.objects.order_by("name", "pk").values_list("pk", "name", "category")
    return tuple(NamedProduct(*row) for row in rows)


def read_products(lens: Lens, *, number: int, k: float | None) -> Products:
    """Every product of the period against all the others, whatever part of the shop is looked at.

    One query. ``number`` is T, ``k`` the size of the fit. Channels are not told apart here.
    """
    steps = exposure_steps(lens)
    whens = " ".join(["WHEN day <= %s THEN %s"] * len(steps))
    tenths = f"CASE {whens} ELSE 0 END" if steps else "0"
    adapt = connection.ops.adapt_datefield_value
    ladder = [value for day, e in steps for value in (adapt(day), e)]
    days = [adapt(lens.start), adapt(lens.end)]
    values = [*ladder, *days, *ladder, number, number, *days]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(tenths=tenths), values)
        rows = tuple(_totals(row) for row in cursor.fetchall())
    return Products(rows, funnel((row.totals for row in rows), k))


def exposure_steps(lens: Lens) -> list[tuple[date, int]]:
    """(last day, exposure in tenths) from the oldest days on; younger days are not weighed.

    Purchases of a cohort day at or before the first day given have the first exposure, and so on.
    """
    first = max(lens.start, lens.mature_until)
    days = [first + timedelta(days=n) for n in range((lens.end - first).days + 1)]
    young = [day for day in days if lens.is_learned_from(day)]
    steps = [
        (list(together)[-1], tenths)
        for tenths, together in groupby(young, key=lambda day: round(lens.exposure(day) * 10))
    ]
    return steps or ([(lens.end, 10)] if lens.end <= lens.mature_until else [])


def _totals(row: Sequence[object]) -> ProductTotals:
    pk, name, category = row[:3]
    purchases, net, capped, exposure, squared = (int(str(value)) for value in row[3:])
    product = NamedProduct(int(str(pk)), str(name), str(category))
    totals = GroupTotals(product.pk, exposure / 10, squared / 100, capped, net)
    return ProductTotals(product, purchases, net, totals)
