"""The counters that the tickets room derives from interactions and keeps on the purchase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from purchases.services.marks import CHUNK, locked, put_marks

WRITE_COUNTERS = """
UPDATE purchases_purchase SET
    gross_interactions = told.gross, net_interactions = told.net,
    merged_interactions = told.merged, later_interactions = told.later,
    first_week_net = told.first_week, last_interaction_at = told.last_at
FROM (
    SELECT column1 AS id, column2 AS gross, column3 AS net, column4 AS merged,
        column5 AS later, column6 AS first_week, column7 AS last_at
    FROM (VALUES {rows}) AS given
) AS told WHERE purchases_purchase.id = told.id
"""


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


# No savepoint of its own: it is one of the few queries of every logged contact.
@transaction.atomic(savepoint=False)
def write_counters(*, counters: Sequence[Counters], mark: bool = False) -> int:
    """Store recomputed counters; with `mark`, the purchases are also put on the evaluator's queue.

    One statement for a thousand purchases, and one for their marks. Returns how many rows were written.
    """
    ordered = sorted(counters, key=lambda row: row.purchase_id)
    written = 0
    for at in range(0, len(ordered), CHUNK):
        chunk = ordered[at : at + CHUNK]
        if len(chunk) > 1:
            locked([row.purchase_id for row in chunk])
        written += _write_chunk(chunk)
        if mark:
            put_marks([row.purchase_id for row in chunk])
    return written


def _write_chunk(chunk: Sequence[Counters]) -> int:
    """Write one statement's worth."""
    moment = "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
    row = f"(CAST(%s AS bigint), {', '.join(['CAST(%s AS integer)'] * 5)}, {moment})"
    values: list[int | str | datetime | None] = []
    for told in chunk:
        values += [told.purchase_id, told.gross, told.net, told.merged, told.later]
        values += [told.first_week_net]
        values += [connection.ops.adapt_datetimefield_value(told.last_interaction_at)]
    sql = WRITE_COUNTERS.format(rows=", ".join([row] * len(chunk)))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
