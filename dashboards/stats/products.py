"""Products against the shop: the funnel of METHOD 4."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, DateField, F, Sum, Value, When
from django.db.models.functions import Least

from dashboards.stats.lens import Lens
from thresholds.models import CohortCount
from thresholds.rules.funnel import Funnel, GroupTotals, funnel

# Scope, day (none: mature), purchases, net together, net capped at T together.
Row = tuple[str, date | None, int, int, int]


def read_products(lens: Lens, *, number: int, k: float | None) -> Funnel[str]:
    """Every product of the period against all the others; the keys are scopes ("p:<id>").

    One query: mature days together, younger ones a day each, because their exposure differs.
    ``number`` is T, ``k`` the size of the fit. Channels are not told apart here.
    """
    rows: Iterable[Row] = (
        CohortCount.objects.filter(
            scope__startswith="p:", channel="", day__range=(lens.start, min(lens.end, lens.today))
        )
        .annotate(
            young_day=Case(
                When(day__lte=lens.mature_until, then=Value(None, DateField())),
                default=F("day"),
                output_field=DateField(),
            )
        )
        .values_list("scope", "young_day")
        .annotate(
            number=Sum("purchases"),
            together=Sum(F("net") * F("purchases")),
            capped=Sum(Least(F("net"), Value(number)) * F("purchases")),
        )
        .order_by()
    )
    return funnel(_totals(lens, rows), k)


def _totals(lens: Lens, rows: Iterable[Row]) -> list[GroupTotals[str]]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0, 0])
    for scope, day, purchases, net, capped in rows:
        if day is not None and not lens.is_learned_from(day):
            continue
        exposure = 1.0 if day is None else lens.exposure(day)
        group = sums[scope]
        group[0] += exposure * purchases
        group[1] += exposure * exposure * purchases
        group[2] += capped
        group[3] += net
    return [
        GroupTotals(scope, exposure, squared, int(capped), int(net))
        for scope, (exposure, squared, capped, net) in sorted(sums.items())
    ]
