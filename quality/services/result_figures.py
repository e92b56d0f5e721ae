"""Figures of single results: what was wrong most often, and whether limits can be kept."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from purchases.models import Product
from quality.models import Characteristic, Result
from quality.models.inspections import InspectionQuerySet
from quality.rules.capability import Limits, Told, told_capability
from quality.services.figures import counted

# Defects listed; inspections whose values tell a capability, and values of each measure: the newest.
MOST_DEFECTS = 12
MOST_INSPECTIONS, MOST_VALUES = 1000, 5000


@dataclass(frozen=True)
class Defect:
    """A characteristic that was out, with what was chosen from its list: in how many inspections.

    ``example``: the key of one such result, by which a list finds them all.
    """

    name: str
    fault: str
    number: int
    example: int


@dataclass(frozen=True)
class Able:
    """The capability of a measure; ``told`` None under 50 values."""

    name: str
    unit: str
    number: int
    told: Told | None


def defects_of(product: Product, *, now: datetime, zone: ZoneInfo) -> list[Defect]:
    """What was out in most inspections of the two years before ``now``, most first. One query."""
    out = Result.objects.filter(inspection__in=counted(product, now=now, zone=zone), conforms=False)
    found = out.values("characteristic__name", "fault").annotate(
        number=Count("inspection", distinct=True), example=Max("pk")
    )
    top = found.order_by("-number", "characteristic__name", "fault")[:MOST_DEFECTS]
    return [
        Defect(row["characteristic__name"], row["fault"], row["number"], row["example"])
        for row in top
    ]


def measures_of(product: Product, *, now: datetime, zone: ZoneInfo) -> list[Able]:
    """The capability of each measure of the plan in force, by its newest values, whatever their
    revision, against the limits of today. Three queries."""
    active = Characteristic.objects.filter(plan__state="active", kind=Characteristic.Kind.MEASURE)
    own = active.filter(plan__product=product).order_by("position", "pk")
    shared = active.filter(plan__product__isnull=True, plan__category=product.category)
    lines = list(own) or list(shared.order_by("position", "pk"))
    if not lines:
        return []
    rows = counted(product, now=now, zone=zone).exclude(stage__in=["second", "third"])
    values = _values(product, rows, {line.name for line in lines})
    return [_able(line, values[line.name, line.unit]) for line in lines]


def _values(
    product: Product, rows: InspectionQuerySet, names: set[str]
) -> defaultdict[tuple[str, str], list[float]]:
    """(name, unit) → the values of the newest inspections, newest first. Two queries."""
    newest = list(rows.order_by("-signed_at").values_list("pk", flat=True)[:MOST_INSPECTIONS])
    revisions = Q(plan__product=product) | Q(
        plan__product__isnull=True, plan__category=product.category
    )
    kinds = {
        key: (name, unit)
        for key, name, unit in Characteristic.objects.filter(revisions, name__in=names).values_list(
            "pk", "name", "unit"
        )
    }
    found = Result.objects.filter(
        inspection__in=newest, characteristic__in=kinds, value__isnull=False
    ).order_by("-inspection", "characteristic", "sample")
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for key, value in found.values_list("characteristic", "value"):
        mine = values[kinds[key]]
        if value is not None and len(mine) < MOST_VALUES:
            mine.append(float(value))
    return values


def _able(line: Characteristic, values: list[float]) -> Able:
    """One measure against its limits."""
    limits = Limits(
        None if line.lower is None else float(line.lower),
        None if line.upper is None else float(line.upper),
    )
    return Able(line.name, line.unit, len(values), told_capability(values, limits))
