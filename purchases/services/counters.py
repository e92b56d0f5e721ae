"""The columns that higher rooms keep on a purchase: counters, flag, score, and the mark."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from purchases.models import Purchase

# Rows in one statement: their values stay well below every engine's limit of parameters.
CHUNK = 1_000

WRITE_COUNTERS = """
WITH told (id, gross, net, merged, later, first_week, last_at) AS (VALUES {rows})
UPDATE purchases_purchase SET
    gross_interactions = told.gross, net_interactions = told.net,
    merged_interactions = told.merged, later_interactions = told.later,
    first_week_net = told.first_week, last_interaction_at = told.last_at{mark}
FROM told WHERE purchases_purchase.id = told.id
"""
MARK = """,
    evaluation_mark = CASE
        WHEN purchases_purchase.evaluation_mark >= %s THEN purchases_purchase.evaluation_mark + 1
        ELSE %s END"""


@dataclass(frozen=True, slots=True)
class Counters:
    """What the interactions of one purchase add up to (derived by ``tickets.rules``)."""

    purchase_id: int
    gross: int
    net: int
    merged: int
    later: int
    first_week_net: int
    last_interaction_at: datetime | None


def mark_now() -> int:
    """The mark of this moment, in microseconds."""
    return time.time_ns() // 1_000


def next_mark() -> Combinable:
    """A mark for an update: now, or one more than the mark that is there. It only grows."""
    return Greatest(Coalesce(F("evaluation_mark") + 1, Value(0)), Value(mark_now()))


@transaction.atomic
def mark_for_evaluation(*, purchase_ids: Collection[int]) -> int:
    """Put purchases on the evaluator's queue; one that is there gets a greater mark.

    Call it in the transaction that changes what is counted. Returns how many there are.
    """
    ids = sorted(set(purchase_ids))
    found = 0
    for chunk in (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)):
        rows = Purchase.objects.filter(pk__in=chunk)
        if len(chunk) > 1:
            # Always locked in the order of their keys, so that two writers never wait in a ring.
            rows = Purchase.objects.filter(pk__in=locked(chunk))
        found += rows.update(evaluation_mark=next_mark())
    return found


@transaction.atomic
def write_counters(*, counters: Sequence[Counters], mark: bool = False) -> int:
    """Store recomputed counters; with `mark`, the purchases are also put on the evaluator's queue.

    One statement for a thousand purchases. Returns how many rows were written.
    """
    ordered = sorted(counters, key=lambda row: row.purchase_id)
    written = 0
    for at in range(0, len(ordered), CHUNK):
        chunk = ordered[at : at + CHUNK]
        if len(chunk) > 1:
            locked([row.purchase_id for row in chunk])
        written += _write_chunk(chunk, mark=mark)
    return written


@transaction.atomic
def set_flag_state(*, purchase_id: int, state: str) -> None:
    """Keep the state of a purchase's flag on the purchase (thresholds calls this)."""
    set_flag_states(states={purchase_id: state})


@transaction.atomic
def set_flag_states(*, states: Mapping[int, str]) -> None:
    """The same for many purchases: one statement for each state."""
    for state in sorted(set(states.values())):
        ids = sorted(pk for pk, wanted in states.items() if wanted == state)
        Purchase.objects.filter(pk__in=ids).exclude(flag_state=state).update(flag_state=state)


@transaction.atomic
def set_last_score(*, purchase_id: int, score: int | None) -> None:
    """Keep the last rating (1 to 5) on the purchase (tickets calls this)."""
    set_last_scores(scores={purchase_id: score})


@transaction.atomic
def set_last_scores(*, scores: Mapping[int, int | None]) -> None:
    """The same for many purchases: one statement for each score."""
    for score in set(scores.values()):
        ids = sorted(pk for pk, wanted in scores.items() if wanted == score)
        Purchase.objects.filter(pk__in=ids).update(last_score=score)


def locked(ids: Sequence[int]) -> list[int]:
    """The keys, their rows locked in that order until the end of the transaction."""
    rows = Purchase.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def _write_chunk(chunk: Sequence[Counters], *, mark: bool) -> int:
    """Write one statement's worth."""
    moment = "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
    row = f"(CAST(%s AS bigint), {', '.join(['CAST(%s AS integer)'] * 5)}, {moment})"
    values: list[int | str | datetime | None] = []
    for told in chunk:
        values += [told.purchase_id, told.gross, told.net, told.merged, told.later]
        values += [told.first_week_net]
        values += [connection.ops.adapt_datetimefield_value(told.last_interaction_at)]
    if mark:
        values += [mark_now()] * 2
    sql = WRITE_COUNTERS.format(rows=", ".join([row] * len(chunk)), mark=MARK if mark else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
