"""Does it help? How cases ended that followed a version, and before and after it was published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.aggregates import Count
from django.db.models.functions import Coalesce

from procedures.models import Procedure, Record, Run, Version
from purchases.models import Purchase
from thresholds.rules.intervals import Interval, mean_interval
from tickets.models import Interaction

# Runs looked at, the newest first, and days on each side of a publication.
MOST_RUNS = 20_000
DAYS = 90
MOST_VERSIONS = 12


@dataclass(frozen=True)
class Cases:
    """Purchases with their counted contacts: how many, their sum, and the sum of squares."""

    purchases: int = 0
    total: int = 0
    squares: int = 0

    @property
    def mean(self) -> float | None:
        """Contacts per purchase; None of no purchase."""
        return self.total / self.purchases if self.purchases else None

    @property
    def interval(self) -> Interval | None:
        """Its 95 % interval; None where there are too few cases to tell (METHOD 6)."""
        return mean_interval(self.purchases, self.total, self.squares)


@dataclass(frozen=True)
class Helping:
    """One version: ``minutes`` is the median time of a run that was ended."""

    version: Version
    runs: int
    ended: int
    minutes: float | None
    followed: Cases
    deviated: Cases
    before: Cases
    after: Cases
    after_days: int


def read_helping(procedure: Procedure, now: datetime) -> list[Helping]:
    """The published versions, the newest first; each purchase counts once on each side."""
    versions = list(
        procedure.versions.exclude(state=Version.State.DRAFT).order_by("-number")[:MOST_VERSIONS]
    )
    reasons = list(procedure.reasons.values_list("pk", flat=True))
    runs = _runs(versions)
    net = dict(
        Purchase.objects.filter(pk__in={one.purchase for one in runs if one.purchase}).values_list(
            "pk", "net_interactions"
        )
    )
    return [
        _helping(one, [r for r in runs if r.version == one.pk], net, reasons, now)
        for one in versions
    ]


@dataclass(frozen=True)
class _RunFacts:
    version: int
    purchase: int | None
    started: datetime
    ended: datetime | None
    deviated: bool


def _runs(versions: Iterable[Version]) -> list[_RunFacts]:
    """Runs on tickets, and those of calls by the contact that the call became."""
    contact = Interaction.objects.filter(form_key=OuterRef("call_key")).values("purchase")[:1]
    deviations = Record.objects.deviations().filter(run=OuterRef("pk"))
    rows = (
        Run.objects.filter(version__in=versions)
        .annotate(
            purchase=Coalesce(
                F("ticket__purchase_id"), Subquery(contact), output_field=BigIntegerField()
            ),
            deviated=Exists(deviations),
        )
        .order_by("-started_at")
        .values_list("version", "purchase", "started_at", "ended_at", "deviated")[:MOST_RUNS]
    )
    return [_RunFacts(*row) for row in rows]


def _helping(
    version: Version,
    runs: list[_RunFacts],
    net: dict[int, int],
    reasons: list[int],
    now: datetime,
) -> Helping:
    took = [(one.ended - one.started).total_seconds() / 60 for one in runs if one.ended]
    deviated = {one.purchase for one in runs if one.deviated}
    followed = {one.purchase for one in runs} - deviated
    published = version.published_at or now
    until = min(now, published + timedelta(days=DAYS), version.superseded_at or now)
    days = max(0, (until - published).days)
    return Helping(
        version=version,
        runs=len(runs),
        ended=len(took),
        minutes=median(took) if took else None,
        followed=_cases(net[key] for key in followed if key in net),
        deviated=_cases(net[key] for key in deviated if key in net),
        before=_contacted(reasons, published - timedelta(days=days), published),
        after=_contacted(reasons, published, until),
        after_days=days,
    )


def _cases(counts: Iterable[int]) -> Cases:
    found = list(counts)
    return Cases(len(found), sum(found), sum(n * n for n in found))


def _contacted(reasons: list[int], start: datetime, end: datetime) -> Cases:
    """Purchases with a counted contact for one of these reasons (or a reason of these groups)."""
    why = Q(reason__in=reasons) | Q(reason__parent__in=reasons)
    contacts = Interaction.objects.filter(
        why, standing=Interaction.Standing.NET, occurred_at__gte=start, occurred_at__lt=end
    )
    found = Purchase.objects.filter(pk__in=contacts.values("purchase")).aggregate(
        n=Count("pk"),
        total=Sum("net_interactions"),
        squares=Sum(F("net_interactions") * F("net_interactions")),
    )
    return Cases(found["n"], found["total"] or 0, found["squares"] or 0)
