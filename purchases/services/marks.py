"""The mark of a purchase that waits to be evaluated: the marks are the evaluator's queue."""

import time
from collections.abc import Collection, Mapping, Sequence

from django.db import connection, transaction

from purchases.models import Purchase

# Rows in one statement: their values stay well below every engine's limit of parameters.
CHUNK = 1_000

# A mark only grows, also where a clock goes back.
MARK = """
INSERT INTO purchases_evaluationmark (purchase_id, mark)
SELECT id, %s FROM purchases_purchase WHERE id IN ({keys}) ORDER BY id
ON CONFLICT (purchase_id) DO UPDATE SET mark = CASE
    WHEN purchases_evaluationmark.mark >= excluded.mark THEN purchases_evaluationmark.mark + 1
    ELSE excluded.mark END
"""
COUNTED = """
UPDATE purchases_purchase SET counted_day = clock_day
WHERE id IN ({keys}) AND (counted_day IS NULL OR counted_day <> clock_day)
"""
SETTLE = """
DELETE FROM purchases_evaluationmark WHERE (purchase_id, mark) IN (VALUES {rows})
"""


def mark_now() -> int:
    """The mark of this moment, in microseconds."""
    return time.time_ns() // 1_000


@transaction.atomic
def mark_for_evaluation(*, purchase_ids: Collection[int]) -> int:
    """Put purchases on the evaluator's queue; one that is there gets a greater mark.

    Call it in the transaction that changes what is counted. Their rows are locked in the order of
    their keys, so that two writers never wait in a ring, and an evaluation of them is over before
    or begins after. Returns how many there are.
    """
    ids = sorted(set(purchase_ids))
    return sum(put_marks(locked(ids[at : at + CHUNK])) for at in range(0, len(ids), CHUNK))


def put_marks(ids: Sequence[int]) -> int:
    """The same for purchases whose rows this transaction holds already."""
    found = 0
    with connection.cursor() as cursor:
        for chunk in (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)):
            cursor.execute(MARK.format(keys=_places(chunk)), [mark_now(), *chunk])
            found += int(cursor.rowcount)
    return found


@transaction.atomic(savepoint=False)
def settle_marks(*, read: Mapping[int, int]) -> int:
    """Take evaluated purchases off the queue: {purchase: the mark that was read before judging}.

    The caller holds their rows. A purchase that was marked again meanwhile stays. All are noted
    under their present cohort day (`counted_day`). Returns how many were settled.
    """
    settled = 0
    rows = sorted(read.items())
    for at in range(0, len(rows), CHUNK):
        chunk = rows[at : at + CHUNK]
        ids = [key for key, _mark in chunk]
        places = ", ".join(["(CAST(%s AS bigint), CAST(%s AS bigint))"] * len(chunk))
        with connection.cursor() as cursor:
            cursor.execute(COUNTED.format(keys=_places(ids)), ids)
            cursor.execute(SETTLE.format(rows=places), [value for pair in chunk for value in pair])
            settled += int(cursor.rowcount)
    return settled


def locked(ids: Sequence[int]) -> list[int]:
    """The keys, their rows locked in that order until the end of the transaction."""
    rows = Purchase.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def _places(ids: Sequence[int]) -> str:
    """The places of so many keys in a statement."""
    return ", ".join(["%s"] * len(ids))
