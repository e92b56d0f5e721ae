"""What the page of the number shows, from the maintained counters: never from counting rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts.models import Shop
from purchases.models import Purchase
from thresholds.models import CohortCount, Threshold, ThresholdRevision
from thresholds.rules.cautions import MOST_FLAGGED, CautionCode
from thresholds.rules.discovery import SecondGrade, second_grade
from thresholds.rules.negative_binomial import pmf, tail

# Bars of the distribution; the last one holds everything from there on.
MOST_BARS = 12


@dataclass(frozen=True)
class Bar:
    """Mature purchases with ``net`` contacts (``and_more``: or more) and how many the fit expects."""

    net: int
    and_more: bool
    purchases: int
    expected: float | None
    over: bool
    # Width of the bar, 0 to 100.
    share: float


@dataclass(frozen=True)
class Distribution:
    """The mature purchases of the history by their contacts; ``expected_over``: by chance alone."""

    bars: tuple[Bar, ...]
    purchases: int
    over: int
    expected_over: float | None


@dataclass(frozen=True)
class AlmostCertain:
    """The second grade of METHOD 3.9 and the purchases in it, most contacts first."""

    grade: SecondGrade
    purchases: QuerySet[Purchase]


def mature_by_net(*, first: date, last: date) -> dict[int, int]:
    """Purchases of the cohort days from ``first`` to ``last`` by their net interactions."""
    rows = (
        CohortCount.objects.filter(scope="", channel="", day__gte=first, day__lte=last)
        .values_list("net")
        .annotate(purchases=Sum("purchases"))
        .order_by("net")
    )
    return dict(rows)


def distribution(*, shop: Shop, threshold: Threshold) -> Distribution:
    """Mature purchases of the history by net, beside what the fit in force expects of chance."""
    last = last_mature_day(shop)
    by_net = mature_by_net(first=last - timedelta(days=threshold.history_days), last=last)
    purchases = sum(by_net.values())
    highest = max([shop.threshold + 3, *by_net])
    top = min(highest, max(MOST_BARS, shop.threshold + 3))
    most = max(by_net.values(), default=1)
    fit = threshold.in_force
    bars = []
    for net in range(top + 1):
        and_more = net == top and highest > top
        found = sum(n for each, n in by_net.items() if each == net or (and_more and each > net))
        bars.append(
            Bar(
                net=net,
                and_more=and_more,
                purchases=found,
                expected=_expected(fit, net, and_more=and_more, purchases=purchases),
                over=net >= shop.threshold,
                share=100 * found / most,
            )
        )
    over = sum(n for net, n in by_net.items() if net >= shop.threshold)
    return Distribution(
        bars=tuple(bars),
        purchases=purchases,
        over=over,
        expected_over=_expected(fit, shop.threshold, and_more=True, purchases=purchases),
    )


def almost_certain(*, shop: Shop, threshold: Threshold) -> AlmostCertain | None:
    """Purchases that became mature in the last W days and are almost certainly wrong.

    None as long as nothing is learned. By whole cohort days, all of which are past the window.
    """
    fit = threshold.in_force
    if fit is None or fit.mu is None:
        return None
    last = last_mature_day(shop)
    first = last - timedelta(days=shop.window_days - 1)
    grade = second_grade(mature_by_net(first=first, last=last), fit.mu, fit.k)
    purchases = Purchase.objects.none()
    if grade.least_net is not None:
        purchases = (
            Purchase.objects.judged()
            .filter(
                clock_day__gte=first, clock_day__lte=last, net_interactions__gte=grade.least_net
            )
            .for_list()
            .order_by("-net_interactions", "-pk")
        )
    return AlmostCertain(grade, purchases)


def warnings_now(*, shop: Shop, threshold: Threshold) -> list[dict[str, Any]]:
    """The warnings of the last run; how many stand over the line is asked of the number in force."""
    last_run = ThresholdRevision.objects.live().newest()
    told = [
        each
        for each in (last_run.warnings if last_run else [])
        if each["code"] != CautionCode.MANY_OVER
    ]
    last = last_mature_day(shop)
    by_net = mature_by_net(first=last - timedelta(days=threshold.history_days), last=last)
    mature = sum(by_net.values())
    over = sum(number for net, number in by_net.items() if net >= shop.threshold)
    if over > MOST_FLAGGED * mature:
        many = {"code": CautionCode.MANY_OVER.value, "part": over, "whole": mature, "value": None}
        told.insert(0, many)
    return told


def last_mature_day(shop: Shop) -> date:
    """The youngest cohort day whose purchases are all past the window."""
    return timezone.localdate(timezone=shop.zone) - timedelta(days=shop.window_days + 1)


def _expected(
    fit: ThresholdRevision | None, net: int, *, and_more: bool, purchases: int
) -> float | None:
    if fit is None or fit.mu is None:
        return None
    chance = tail(net, fit.mu, fit.k) if and_more else pmf(net, fit.mu, fit.k)
    return purchases * chance
