"""The mark of a purchase that waits to be evaluated: the marks are the evaluator's queue."""

import time
from collections.abc import Collection, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from purchases.models import Purchase

# Rows in one statement: their values stay well below every engine's limit of parameters.
CHUNK = 1_000

# The sum keeps the planner from joining by the mark, which a whole import has in common: that would
# compare every row with every other.
SETTLE = """
UPDATE purchases_purchase SET counted_day = clock_day, evaluation_mark = NULL
FROM (SELECT column1 AS id, column2 AS mark FROM (VALUES {rows}) AS given) AS told
WHERE purchases_purchase.id = told.id AND purchases_purchase.evaluation_mark = told.mark
"""


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
def settle_marks(*, read: Mapping[int, int]) -> int:
    """Take evaluated purchases off the queue: {purchase: the mark that was read before judging}.

    A purchase that was marked again meanwhile stays. Those settled are noted under their present
    cohort day (`counted_day`). Returns how many were settled.
    """
    settled = 0
    rows = sorted(read.items())
    for at in range(0, len(rows), CHUNK):
        chunk = rows[at : at + CHUNK]
        row = "(CAST(%s AS bigint), CAST(%s AS bigint))"
        sql = SETTLE.format(rows=", ".join([row] * len(chunk)))
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for pair in chunk for value in pair])
            settled += int(cursor.rowcount)
    return settled


def locked(ids: Sequence[int]) -> list[int]:
    """The keys, their rows locked in that order until the end of the transaction."""
    rows = Purchase.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))
