"""Judging purchases against the number in force; the marks on the purchases are the queue."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Shop
from purchases.models import EvaluationMark, Purchase
from purchases.services import mark_for_evaluation, settle_marks
from thresholds.models import Flag
from thresholds.rules.flagging import Judgement, Seen, judge
from thresholds.services.candidates import ANSWERED, flagged_otherwise, over_without_flag
from thresholds.services.counts import mark_days_stale, mark_received_days, recount_stale_days
from thresholds.services.learning import learn_if_settings_changed, learn_when_due
from thresholds.services.number import the_threshold
from thresholds.services.raising import close_as_moved, raise_flags
from tickets.models import Interaction
from tickets.services.counting import recount_all, recount_purchases

# Small enough that a chunk holds its row locks for about a tenth of a second.
CHUNK = 1000
# A contact dated in the future is looked for again this long after its moment, and at least since
# the last run of the fit: whoever was off for longer than that catches up.
ARRIVED_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation did: purchases looked at, flags raised, flags closed as moved."""

    evaluated: int = 0
    raised: int = 0
    moved: int = 0

    def __add__(self, other: "Evaluation") -> "Evaluation":
        return Evaluation(
            self.evaluated + other.evaluated, self.raised + other.raised, self.moved + other.moved
        )


@dataclass(frozen=True)
class FullEvaluation:
    """A full evaluation: ``flagged`` purchases have an unfinished flag when it ends; ``differing``
    ones had stored counters that did not fit their interactions (they were put right)."""

    evaluated: int
    flagged: int
    threshold: int
    seconds: float
    raised: int
    differing: int


def evaluate_purchases(*, purchase_ids: Sequence[int]) -> Evaluation:
    """Judge these purchases and clear their marks, ``CHUNK`` of them in one transaction.

    Safe twice, late and beside itself: a purchase that somebody else holds at this moment is left
    to them or to the next sweep, and a mark is cleared only if it is the one that was read, so
    that what is saved meanwhile stays marked.
    """
    result = Evaluation()
    for chunk in _in_chunks(sorted(set(purchase_ids))):
        result += _evaluate_chunk(chunk)
    return result


def sweep(*, seconds: float = 45.0) -> Evaluation:
    """Evaluate what is still marked or over the line, then rebuild the counters of stale days.

    Stops after about ``seconds``: beat starts the next sweep a minute after this one.
    """
    end = time.monotonic() + seconds
    mark_arrived(now=timezone.now())
    result = _evaluate_marked(until=end)
    if time.monotonic() < end:
        learn_if_settings_changed()
        result += _evaluate_all_of(over_without_flag(), until=end)
    if time.monotonic() < end:
        mark_received_days()
        recount_stale_days(until=end)
    return result


def evaluate_all(*, learn: bool = True) -> FullEvaluation:
    """Derive every net again from all interactions, put differing counters right, judge everybody.

    The synchronous full evaluation of ``manage.py evaluate --all``; with ``learn`` the number is
    learned again where that is due.
    """
    start = time.monotonic()
    differing = recount_all()
    if learn:
        # Before anybody is judged: a starting number would flag what is normal in this shop.
        learn_when_due(counted=True)
    result = _evaluate_marked()
    result += _evaluate_all_of(over_without_flag() + flagged_otherwise())
    mark_received_days()
    recount_stale_days()
    return FullEvaluation(
        evaluated=Purchase.objects.count(),
        flagged=Flag.objects.unfinished().count(),
        threshold=Shop.objects.get(pk=1).threshold,
        seconds=round(time.monotonic() - start, 3),
        raised=result.raised,
        differing=differing,
    )


def mark_arrived(*, now: datetime) -> int:
    """Mark purchases with a contact that was dated in the future and whose moment has come."""
    last_run = the_threshold().last_run_at
    since = min(now, last_run or now) - ARRIVED_WITHIN
    arrived = Interaction.objects.filter(
        standing=Interaction.Standing.FUTURE, occurred_at__gt=since, occurred_at__lte=now
    )
    ids = {pk for pk in arrived.values_list("purchase_id", flat=True) if pk is not None}
    return mark_for_evaluation(purchase_ids=ids) if ids else 0


@transaction.atomic
def _evaluate_chunk(purchase_ids: Sequence[int]) -> Evaluation:
    """One transaction: lock, count again, judge, ask for the counters, settle the marks."""
    locked = list(
        Purchase.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=purchase_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not locked:
        return Evaluation()
    recount_purchases(purchase_ids=locked)
    raised, moved = _judge(locked)
    marks = EvaluationMark.objects.filter(purchase__in=locked)
    read = dict(marks.values_list("purchase_id", "mark"))
    rows = Purchase.objects.filter(pk__in=read)
    days = rows.values_list("clock_day", "counted_day").distinct().order_by()
    mark_days_stale(days={day for row in days for day in row if day})
    settle_marks(read=read)
    return Evaluation(len(locked), raised, moved)


def _judge(locked: Sequence[int]) -> tuple[int, int]:
    """Raise and close flags for locked purchases; the rule itself is ``rules.flagging.judge``.

    Returns how many were raised and how many ended as moved.
    """
    number = Shop.objects.values_list("threshold", flat=True).get(pk=1)
    concerned = list(
        Purchase.objects.filter(
            Q(net_interactions__gte=number) | Q(flag_state__in=Purchase.UNFINISHED_FLAG),
            pk__in=locked,
        ).order_by("pk")
    )
    if not concerned:
        return 0, 0
    last_flags, answers = _last_flags(concerned)
    to_raise, to_close = [], []
    for purchase in concerned:
        last, answer = last_flags.get(purchase.pk), answers.get(purchase.pk)
        verdict = judge(_seen(purchase, last, answer), number=number)
        if verdict is Judgement.RAISE:
            to_raise.append((purchase, last))
        elif verdict is Judgement.MOVED and last is not None:
            to_close.append((purchase, last, answer))
    raised = raise_flags(threshold=the_threshold(), number=number, over=to_raise)
    close_as_moved(below=to_close)
    return len(raised), len(to_close)


def _last_flags(purchases: Sequence[Purchase]) -> tuple[dict[int, Flag], dict[int, Flag]]:
    """The newest flag of each purchase that ever had one, and the newest that somebody answered."""
    flags = list(Flag.objects.filter(purchase__in=purchases).order_by("raised_at", "pk"))
    answered = [flag for flag in flags if flag.state in ANSWERED]
    return {flag.purchase_id: flag for flag in flags}, {flag.purchase_id: flag for flag in answered}


def _seen(purchase: Purchase, last: Flag | None, answer: Flag | None) -> Seen:
    return Seen(
        net=purchase.net_interactions if purchase.is_judged else 0,
        unfinished=last is not None and last.is_unfinished,
        raised_at_number=last.threshold if last else None,
        closed_with=answer.net_when_closed if answer else None,
    )


def _evaluate_marked(*, until: float = math.inf) -> Evaluation:
    """Evaluate what is marked; after the ``time.monotonic`` moment ``until`` no new chunk begins."""
    result = Evaluation()
    for chunk in _marked_chunks():
        result += _evaluate_chunk(chunk)
        if time.monotonic() > until:
            break
    return result


def _marked_chunks() -> Iterator[list[int]]:
    """Marked purchases, oldest mark first; one that somebody holds is met once per call.

    A whole import may carry one mark, so the key breaks the tie.
    """
    after_mark, after_key = -1, 0
    while True:
        rows = list(
            EvaluationMark.objects.filter(
                Q(mark__gt=after_mark) | Q(mark=after_mark, pk__gt=after_key), mark__gte=after_mark
            )
            .order_by("mark", "pk")
            .values_list("pk", "mark")[:CHUNK]
        )
        if not rows:
            return
        after_key, after_mark = rows[-1]
        yield [pk for pk, _mark in rows]


def _evaluate_all_of(ids: Sequence[int], *, until: float = math.inf) -> Evaluation:
    """Evaluate these; after the ``time.monotonic`` moment ``until`` no new chunk begins."""
    result = Evaluation()
    for chunk in _in_chunks(ids):
        if time.monotonic() > until:
            break
        result += _evaluate_chunk(chunk)
    return result


def _in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
