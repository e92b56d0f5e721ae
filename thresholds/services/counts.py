"""Rebuilding the maintained counters, a day at a time and always whole."""

import time
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import Shop
from thresholds.models import (
    CohortCount,
    ContactCount,
    ProductCount,
    ReasonCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
    Threshold,
)
from thresholds.services.counting_sql import (
    CHOSEN,
    COHORT_STATEMENTS,
    RECEIVED_STATEMENT,
    UNDER_A_WEEK,
)
from thresholds.services.number import the_threshold
from tickets.models import Interaction

# A week of a million purchases a year is rebuilt in well under a second.
DAYS_AT_ONCE = 7
# A transaction that commits late may bring keys below the highest one seen: so many keys back are
# looked at again, as far as they were logged so short ago.
LATE_KEYS = 10_000
LATE_COMMIT = timedelta(minutes=5)


def mark_days_stale(*, days: Collection[date], kind: StaleDay.Kind = StaleDay.Kind.COHORT) -> None:
    """Ask for these days' counters to be rebuilt; in key order, so that two markers never cross."""
    mark = time.time_ns()
    StaleDay.objects.bulk_create(
        [StaleDay(kind=kind, day=day, mark=mark, marked_at=timezone.now()) for day in sorted(days)],
        update_conflicts=True,
        unique_fields=["kind", "day"],
        update_fields=["mark", "marked_at"],
        batch_size=500,
    )


@transaction.atomic
def mark_received_days() -> int:
    """Mark the days on which interactions came in that are not in the counters yet.

    A correction brings a new row, so its day and that of the row it corrects are both found here.
    Returns how many days were marked; 0 as long as there is no shop.
    """
    shop = Shop.objects.filter(pk=1).first()
    if shop is None:
        return 0
    threshold = the_threshold(lock=True)
    newest = Interaction.objects.aggregate(key=Max("pk"))["key"] or 0
    seen = threshold.received_up_to
    late = Q(pk__gt=seen - LATE_KEYS, logged_at__gt=timezone.now() - LATE_COMMIT)
    fresh = Interaction.objects.filter(Q(pk__gt=seen) | late, pk__gt=seen - LATE_KEYS)
    days: set[date] = set()
    for field in ("occurred_at", "corrects__occurred_at"):
        days |= {moment.date() for moment in fresh.datetimes(field, "day", tzinfo=shop.zone)}
    mark_days_stale(days=days, kind=StaleDay.Kind.RECEIVED)
    if newest != seen:
        Threshold.objects.filter(pk=1).update(received_up_to=newest)
    return len(days)


def recount_stale_days(*, until: float | None = None) -> int:
    """Rebuild stale days, a week of them at a time; returns how many were rebuilt.

    ``until`` is a ``time.monotonic`` moment after which no new week is begun.
    """
    rebuilt = 0
    for kind in StaleDay.Kind:
        while done := _recount_some(kind):
            rebuilt += done
            if until is not None and time.monotonic() > until:
                return rebuilt
    return rebuilt


@transaction.atomic
def _recount_some(kind: StaleDay.Kind) -> int:
    """Rebuild the first stale days that nobody else rebuilds.

    Their rows stay locked until the end, so an evaluation that changes such a day meanwhile waits
    and then marks it again.
    """
    stale = list(
        StaleDay.objects.select_for_update(skip_locked=True)
        .filter(kind=kind)
        .order_by("day")[:DAYS_AT_ONCE]
    )
    if not stale:
        return 0
    days = [each.day for each in stale]
    if kind == StaleDay.Kind.COHORT:
        _rebuild_cohorts(days)
    else:
        for day in days:
            _rebuild_received(day)
    StaleDay.objects.filter(pk__in=[each.pk for each in stale]).delete()
    return len(stale)


def _rebuild_cohorts(days: list[date]) -> None:
    for model in (CohortCount, ProductCount, ReasonCount, ContactCount, ScoreCount):
        model.objects.filter(day__in=days).delete()
    chosen = CHOSEN.format(days=", ".join(["%s"] * len(days)))
    values = [connection.ops.adapt_datefield_value(day) for day in days]
    under_a_week = UNDER_A_WEEK[connection.vendor]
    again = under_a_week.format(later="occurred_at", earlier="before")
    followed = under_a_week.format(later="following", earlier="occurred_at")
    with connection.cursor() as cursor:
        for statement in COHORT_STATEMENTS:
            sql = statement.format(chosen=chosen, again=again, followed=followed)
            cursor.execute(sql, values)


def _rebuild_received(day: date) -> None:
    ReceivedCount.objects.filter(day=day).delete()
    zone = Shop.objects.get(pk=1).zone
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            RECEIVED_STATEMENT,
            [connection.ops.adapt_datefield_value(day), adapt(start), adapt(end)],
        )
