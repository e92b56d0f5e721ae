"""Counting done by the database: the rule of ``tickets.rules`` for many purchases at once.

A stored count is wrong where a row stands elsewhere than the rule says, or a counter differs from
its rows. One question finds all such purchases; two put a thousand of them right.
"""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Shop
from purchases.models import Purchase
from purchases.services import Counters, mark_for_evaluation, write_counters
from tickets.models import Interaction, Reason
from tickets.rules import FIRST_WEEK
from tickets.services.counting_sql import COUNTERS, COUNTING, LAST_DIFFERS, LESS, STANDING, WRONG
from tickets.services.mirroring import mirror_purchases

Params = dict[str, str | int | datetime | None]

# Purchases in one transaction; their keys stay well below every engine's limit of parameters.
CHUNK = 1_000
# From this key on a full recount is spread over two connections.
SPREAD_FROM = 200_000


def recount_all() -> int:
    """Derive every standing and counter again; returns how many purchases differed.

    Reads all interactions once and writes only what differs, a thousand purchases at a time, so
    the web may go on: what is saved meanwhile has been counted by its own transaction. What is
    written is marked for evaluation: flags and the counters by day depend on it.
    """
    wrong = sorted(_all_wrong())
    return sum(_recount_and_mark(wrong[at : at + CHUNK]) for at in range(0, len(wrong), CHUNK))


@transaction.atomic
def _recount_and_mark(ids: list[int]) -> int:
    """Recount a thousand purchases that the full recount found wrong."""
    mark_for_evaluation(purchase_ids=ids)
    return recount_purchases(purchase_ids=ids)


def recount_purchases(*, purchase_ids: Sequence[int]) -> int:
    """Derive the standings and counters of these purchases again; returns how many differed."""
    ids = sorted(set(purchase_ids))
    return sum(_recount_chunk(ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK))


@transaction.atomic(savepoint=False)
def _recount_chunk(ids: list[int]) -> int:
    """Recount under the locks of the purchases, in the order of their keys."""
    if not ids:
        return 0
    rows = Purchase.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    locked = list(rows.values_list("pk", flat=True))
    sql, params = _statement(STANDING, locked)
    moved: dict[str, list[int]] = defaultdict(list)
    differing = set()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for key, purchase_id, derived in cursor.fetchall():
            moved[derived].append(key)
            differing.add(purchase_id)
    for standing, keys in sorted(moved.items()):
        Interaction.objects.filter(pk__in=keys).update(standing=standing)
    counters = _differing_counters(locked)
    write_counters(counters=counters)
    mirror_purchases(purchase_ids=locked)
    return len(differing.union(row.purchase_id for row in counters))


def _differing_counters(ids: list[int]) -> list[Counters]:
    """The counters, by the standings stored, of those purchases whose counters say otherwise."""
    sql, params = _statement(COUNTERS, ids)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [
            Counters(pk, gross, net, merged, later, first_week, _moment(last_at))
            for pk, gross, net, merged, later, first_week, last_at in cursor
        ]


def _all_wrong() -> set[int]:
    """The purchases whose stored count is wrong.

    Of a large shop two connections ask, each for half of the keys: one question keeps one
    processor of the server busy, and a window function is not spread over several by itself.
    """
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest < SPREAD_FROM or connection.vendor != "postgresql":
        return _wrong(None)
    middle = newest // 2
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(_wrong_of_half, [(1, middle), (middle + 1, newest)])
    return set().union(*halves)


def _wrong_of_half(keys: tuple[int, int]) -> set[int]:
    """The same on a connection of its own thread, which ends with it."""
    try:
        return _wrong(keys)
    finally:
        connection.close()


def _wrong(keys: tuple[int, int] | None) -> set[int]:
    """The purchases, of all or of a range of keys, whose count is wrong; streamed."""
    sql, params = _statement(WRONG, None, keys)
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql, params)
        return {pk for (pk,) in cursor}


def _statement(
    template: str, ids: list[int] | None, keys: tuple[int, int] | None = None
) -> tuple[str, Params]:
    """The question for some purchases, a range of keys, or all, with its parameters."""
    span = LESS[connection.vendor].format
    excluded = list(Reason.objects.filter(counts=False).values_list("pk", flat=True))
    params: Params = {
        "now": connection.ops.adapt_datetimefield_value(timezone.now()),
        "merge_under": _span(timedelta(hours=_merge_hours())),
        "first_week": _span(FIRST_WEEK),
        **{f"r{n}": pk for n, pk in enumerate(excluded)},
    }
    listed = ", ".join(f"%(r{n})s" for n in range(len(excluded)))
    reason_counts = f"{{alias}}.reason_id NOT IN ({listed})" if excluded else "1 = 1"
    chosen = _chosen(ids, keys, params)
    sql = template.format(
        counting=COUNTING.format(reason_counts=reason_counts.format(alias="i")),
        c_reason_counts=reason_counts.format(alias="c"),
        merged=span(a="c.counted_at", b="c.previous", span="merge_under"),
        first_week=span(a="d.occurred_at", b="d.clock_at", span="first_week"),
        last_differs=LAST_DIFFERS[connection.vendor],
        # Said of both sides: the planner does not carry a list over the join, and would read all
        # purchases to find a thousand.
        i_where=f"WHERE i.purchase_id {chosen} AND q.id {chosen}" if chosen else "",
        p_and=f"AND p.id {chosen}" if chosen else "",
    )
    return sql, params


def _chosen(ids: list[int] | None, keys: tuple[int, int] | None, params: Params) -> str:
    """The condition on a purchase's key; "" for all of them. Adds its parameters."""
    if keys is not None:
        params["low"], params["high"] = keys
        return "BETWEEN %(low)s AND %(high)s"
    if ids is None:
        return ""
    params.update({f"p{n}": pk for n, pk in enumerate(ids)})
    return f"IN ({', '.join(f'%(p{n})s' for n in range(len(ids)))})"


def _merge_hours() -> int:
    """The shop's setting."""
    return Shop.objects.values_list("merge_hours", flat=True).get(pk=1)


def _span(span: timedelta) -> str | int:
    """A length of time as the engine compares it."""
    microseconds = span // timedelta(microseconds=1)
    if connection.vendor == "postgresql":
        # Hours, not days: a day is not always 24 hours in a zone with summer time.
        return f"{microseconds} microseconds"
    return microseconds


def _moment(value: object) -> datetime | None:
    """A moment out of a raw query; SQLite gives the text it keeps, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value if isinstance(value, datetime) else None
