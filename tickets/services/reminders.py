"""Telling people of promises: shortly before, at the due moment, and when the next try is due.

The rows are the queue: a worker that was away catches up, and a moment is told once.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from notices.services import notify
from tickets.models import Promise

# So long before its moment a promise is brought to mind.
AHEAD = timedelta(minutes=15)
CHUNK = 200


def remind_of_promises() -> int:
    """Tell owners of what is near, due, or to be tried again; how many notices were asked for.

    Safe twice, late and beside itself. Who promised for less than a quarter of an hour is not
    reminded of it at once, and what is due already is not called near any more.
    """
    return (
        _in_chunks(_near, "promise_soon", "told_near_at")
        + _in_chunks(_due, "promise_due", "told_due_at")
        + _in_chunks(_again, "promise_again", "told_again_at")
    )


def _near(now: datetime) -> QuerySet[Promise]:
    """Open ones whose moment is at most ``AHEAD`` away."""
    return Promise.objects.open().filter(
        due_at__gt=now,
        due_at__lte=now + AHEAD,
        told_due_at__isnull=True,
        told_near_at__isnull=True,
        made_at__lt=F("due_at") - AHEAD,
    )


def _due(now: datetime) -> QuerySet[Promise]:
    """Open ones whose moment has come."""
    return Promise.objects.open().filter(due_at__lte=now, told_due_at__isnull=True)


def _again(now: datetime) -> QuerySet[Promise]:
    """Open ones that somebody wanted to try again by now."""
    return Promise.objects.open().filter(next_attempt_at__lte=now, told_again_at__isnull=True)


def _in_chunks(choose: Callable[[datetime], QuerySet[Promise]], kind: str, column: str) -> int:
    """Tell of all that are chosen, ``CHUNK`` of them in one transaction."""
    told = 0
    while found := _tell_chunk(choose, kind, column):
        told += found
    return told


@transaction.atomic
def _tell_chunk(choose: Callable[[datetime], QuerySet[Promise]], kind: str, column: str) -> int:
    """Tell of some and mark them told; what another worker holds is left to that one."""
    now = timezone.now()
    rows = choose(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    promises = list(rows.select_related("owner", "ticket__purchase")[:CHUNK])
    _tell(promises, kind)
    Promise.objects.filter(pk__in=[one.pk for one in promises]).update(**{column: now})
    return len(promises)


def _tell(promises: Iterable[Promise], kind: str) -> None:
    """One notice for each: the key names the promise, and the try it is about."""
    for one in promises:
        times = f":{one.attempts}" if kind == "promise_again" else ""
        notify(
            people=[one.owner],
            kind=kind,
            key=f"promise:{one.pk}:{kind}{times}",
            params=promise_params(one),
            link=reverse("promise_page", args=[one.pk]),
        )


def promise_params(promise: Promise) -> dict[str, object]:
    """What a notice of a promise says: what, and about which purchase or ticket."""
    purchase = promise.ticket.purchase
    about = purchase.order_number if purchase else f"#{promise.ticket_id}"
    return {"what": promise.what, "about": about}
