"""Figures of inspections: what is in force and disclosed, so that no first is told of too early."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import TruncWeek

from purchases.models import Product
from quality.models import Characteristic, Inspection, Result
from quality.models.inspections import InspectionQuerySet
from quality.rules.capability import Limits, Told, told_capability
from quality.rules.control import Chart, NotYet, weekly_p_chart
from quality.rules.pairs import COPIED, Pairs, Said, what_pairs_say
from quality.rules.repeats import Share

YEARS = timedelta(days=730)
# Values behind a capability, the newest; defects listed.
MOST_VALUES, MOST_DEFECTS = 5000, 12


@dataclass(frozen=True)
class Week:
    """A week's first rounds: how many lots, how many of them wrong."""

    begins: date
    found: int
    size: int


@dataclass(frozen=True)
class Defect:
    """How often a characteristic was out, and what was chosen from its list of faults."""

    name: str
    fault: str
    number: int


@dataclass(frozen=True)
class Able:
    """The capability of a measure; ``told`` None under 50 values."""

    name: str
    unit: str
    number: int
    told: Told | None


@dataclass(frozen=True)
class ProductFigures:
    """What two years of inspections say of a product.

    ``first_pass``: lots right in their first round; ``rounds``: lots by how many rounds they took;
    ``minutes``: the median from opening to signature.
    """

    first_pass: Share
    rounds: list[tuple[int, int]]
    minutes: float | None
    defects: list[Defect]
    weeks: list[Week]
    chart: Chart | NotYet
    measures: list[Able]


def _disclosed(product: Product, since: datetime) -> InspectionQuerySet:
    """The product's inspections that count and may be told of."""
    counted = Inspection.objects.in_force().disclosed()
    return counted.filter(lot__product=product, signed_at__gte=since)


def figures_of(product: Product, *, now: datetime, zone: ZoneInfo) -> ProductFigures:
    """The figures of a product over the two years before ``now``."""
    rows = _disclosed(product, now - YEARS)
    weeks = _weeks(rows, zone)
    lots = sum(week.size for week in weeks)
    wrong = sum(week.found for week in weeks)
    return ProductFigures(
        first_pass=Share(lots - wrong, lots),
        rounds=_rounds(rows),
        minutes=_minutes(rows),
        defects=_defects(rows),
        weeks=weeks,
        chart=weekly_p_chart([week.found for week in weeks], [week.size for week in weeks]),
        measures=_measures(product, rows),
    )


def _weeks(rows: InspectionQuerySet, zone: ZoneInfo) -> list[Week]:
    """The lots of each week by the first round that opened them, weeks without any left out."""
    first = rows.filter(stage="first", round=1)
    weekly = (
        first.annotate(week=TruncWeek("signed_at", tzinfo=zone)).values("week").order_by("week")
    )
    counted = weekly.annotate(
        size=Count("lot", distinct=True),
        found=Count("lot", filter=Q(verdict="fail"), distinct=True),
    )
    return [Week(row["week"].date(), row["found"], row["size"]) for row in counted]


def _rounds(rows: InspectionQuerySet) -> list[tuple[int, int]]:
    """(rounds, lots): how often goods came round again."""
    by_lot = rows.values("lot").annotate(rounds=Max("round")).values_list("rounds", flat=True)
    counted: dict[int, int] = defaultdict(int)
    for rounds in by_lot:
        counted[rounds] += 1
    return sorted(counted.items())


def _minutes(rows: InspectionQuerySet) -> float | None:
    """The median minutes of an inspection made here; imported ones have no opening."""
    moments = rows.filter(plan__isnull=False).order_by("-signed_at")
    pairs = moments.values_list("opened_at", "signed_at")[:MOST_VALUES]
    taken = [(signed - opened).total_seconds() / 60 for opened, signed in pairs if signed]
    return statistics.median(taken) if taken else None


def _defects(rows: InspectionQuerySet) -> list[Defect]:
    """What was out most often, most first."""
    out = Result.objects.filter(inspection__in=rows, conforms=False)
    counted = out.values("characteristic__name", "fault").annotate(number=Count("pk"))
    top = counted.order_by("-number", "characteristic__name", "fault")[:MOST_DEFECTS]
    return [Defect(row["characteristic__name"], row["fault"], row["number"]) for row in top]


def _measures(product: Product, rows: InspectionQuerySet) -> list[Able]:
    """The capability of each measure of the newest plan that was in force."""
    lines = Characteristic.objects.filter(
        plan__state="active", kind=Characteristic.Kind.MEASURE
    ).filter(
        Q(plan__product=product) | Q(plan__product__isnull=True, plan__category=product.category)
    )
    return [_able(line, rows) for line in lines.order_by("position", "pk")]


def _able(line: Characteristic, rows: InspectionQuerySet) -> Able:
    """One measure: its newest values, whatever the revision, against the limits of today."""
    found = Result.objects.filter(
        inspection__in=rows.exclude(stage__in=["second", "third"]),
        characteristic__name=line.name,
        characteristic__unit=line.unit,
        value__isnull=False,
    ).order_by("-recorded_at")
    newest = found.values_list("value", flat=True)[:MOST_VALUES]
    values = [float(value) for value in newest if value is not None]
    limits = Limits(
        None if line.lower is None else float(line.lower),
        None if line.upper is None else float(line.upper),
    )
    return Able(line.name, line.unit, len(values), told_capability(values, limits))


@dataclass(frozen=True)
class PairRow:
    """What the blind pairs say of a characteristic and its method; never of a person."""

    name: str
    method: str
    said: Said


def pairs_of(product: Product, *, now: datetime) -> list[PairRow]:
    """Every characteristic that two people looked at blind, most pairs first. One query."""
    first = Result.objects.filter(
        inspection=OuterRef("inspection__first"),
        characteristic=OuterRef("characteristic"),
        sample=OuterRef("sample"),
    )
    seconds = Result.objects.filter(
        inspection__stage="second",
        inspection__signed_at__gte=now - YEARS,
        inspection__first__pair__in=["disputed", "settled"],
        inspection__lot__product=product,
    ).annotate(
        first_conforms=Subquery(first.values("conforms")[:1]),
        first_signed=F("inspection__first__signed_at"),
        second_signed=F("inspection__signed_at"),
    )
    rows = seconds.filter(first_conforms__isnull=False).values_list(
        "characteristic__name",
        "characteristic__method",
        "conforms",
        "first_conforms",
        "first_signed",
        "second_signed",
    )
    return sorted(_paired(list(rows)), key=lambda row: (-row.said.pairs.number, row.name))


def _paired(rows: Sequence[tuple[Any, ...]]) -> list[PairRow]:
    """The pairs counted by characteristic and method."""
    cells: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, method, second, first, first_signed, second_signed in rows:
        counted = cells[name, method]
        found = {
            (False, False): "both_fail",
            (False, True): "first_only",
            (True, False): "second_only",
            (True, True): "both_pass",
        }[first, second]
        counted[found] += 1
        counted["copied"] += second_signed - first_signed < COPIED
    return [PairRow(*key, what_pairs_say(Pairs(**counted))) for key, counted in cells.items()]
