"""Figures of inspections by week: what is in force and disclosed, of no known-bad unit."""

import statistics
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek

from helpdesk.lib.periods import day_start
from purchases.models import Product
from quality.models import Inspection
from quality.models.inspections import InspectionQuerySet
from quality.rules.control import Chart, NotYet, weekly_p_chart
from quality.rules.repeats import Share

YEARS = timedelta(days=730)
# Inspections behind a time per inspection, the newest.
MOST_TIMED = 1000


@dataclass(frozen=True)
class Week:
    """A week's first inspections: how many, how many of them found something wrong."""

    begins: date
    found: int
    size: int


@dataclass(frozen=True)
class ProductFigures:
    """What two years of inspections say of a product.

    ``passed``: inspections of any stage and round that conform;
    ``first_pass``: first inspections that conform; ``loops``: (round, how many came to it), from
    the second; ``minutes``: the median from opening to signature.
    """

    passed: Share
    first_pass: Share
    loops: list[tuple[int, int]]
    minutes: float | None
    weeks: list[Week]
    chart: Chart | NotYet


def first_day(now: datetime, zone: ZoneInfo) -> date:
    """The first of the days that figures count, in the shop's zone."""
    return now.astimezone(zone).date() - YEARS


def counted(product: Product, *, now: datetime, zone: ZoneInfo) -> InspectionQuerySet:
    """The product's inspections of the two years before ``now`` that figures count."""
    since = day_start(first_day(now, zone), zone)
    return Inspection.objects.for_figures().filter(product=product, signed_at__gte=since)


def figures_of(product: Product, *, now: datetime, zone: ZoneInfo) -> ProductFigures:
    """The figures of a product over the two years before ``now``: four queries."""
    rows = counted(product, now=now, zone=zone)
    weeks = _weeks(rows, zone)
    looked_at = sum(week.size for week in weeks)
    wrong = sum(week.found for week in weeks)
    return ProductFigures(
        passed=_passed(rows),
        first_pass=Share(looked_at - wrong, looked_at),
        loops=_loops(rows),
        minutes=_minutes(rows),
        weeks=weeks,
        chart=weekly_p_chart([week.found for week in weeks], [week.size for week in weeks]),
    )


def _weeks(rows: InspectionQuerySet, zone: ZoneInfo) -> list[Week]:
    """The first inspections of each week, weeks without any left out."""
    first = rows.filter(stage="first", round=1)
    weekly = (
        first.annotate(week=TruncWeek("signed_at", tzinfo=zone)).values("week").order_by("week")
    )
    sizes = weekly.annotate(size=Count("pk"), found=Count("pk", filter=Q(verdict="fail")))
    return [Week(row["week"].date(), row["found"], row["size"]) for row in sizes]


def _passed(rows: InspectionQuerySet) -> Share:
    """How many inspections conform, whoever looked and how often before."""
    told = rows.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(verdict="pass")))
    return Share(told["part"], told["whole"])


def _loops(rows: InspectionQuerySet) -> list[tuple[int, int]]:
    """(round, how many lots came to it): how often goods came round again."""
    again = rows.filter(stage="re_inspection", round__gt=1).values("round").order_by("round")
    return [(row["round"], row["number"]) for row in again.annotate(number=Count("pk"))]


def _minutes(rows: InspectionQuerySet) -> float | None:
    """The median minutes of an inspection made here; imported ones have no opening."""
    moments = rows.filter(plan__isnull=False).order_by("-signed_at")
    pairs = moments.values_list("opened_at", "signed_at")[:MOST_TIMED]
    taken = [(signed - opened).total_seconds() / 60 for opened, signed in pairs if signed]
    return statistics.median(taken) if taken else None
