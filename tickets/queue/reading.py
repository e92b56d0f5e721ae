"""What an address asks of the queue, for the page, a bulk action, an export and a count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import Shop, User
from helpdesk.lib.filters import Filtered, read_filters
from helpdesk.lib.paging import CappedCount, capped_count_sql, sort_asked, told_count
from helpdesk.lib.prepared import Prepared
from tickets.models import SavedView, Ticket
from tickets.models.tickets import TicketQuerySet
from tickets.queue.builtin import ORDERINGS, VIEWS, Asker, View
from tickets.queue.columns import read_columns
from tickets.queue.filters import Names, asks_for_finished, queue_filters

# What a saved view keeps of an address: not the page.
KEPT = (
    *(
        "view",
        "state",
        "owner",
        "team",
        "reason",
        "product",
        "priority",
        "channel",
        "flagged",
        "late",
    ),
    *("sort", "cols"),
)


@dataclass(frozen=True)
class Queue:
    """A view with its filters; ``tickets`` are in no order yet."""

    view: View
    filtered: Filtered
    tickets: TicketQuerySet
    sort: str
    shown: tuple[str, ...]


def read_queue(
    params: QueryDict, *, person: User, zone: tzinfo, names: Names | None = None
) -> Queue:
    """The queue of this person that the address asks for; what cannot be read filters nothing.

    A state that ends a ticket, asked for by name, brings the finished ones in, the newest first
    where no sort is asked for: they wait for nothing. Without ``names`` the filters have no words.
    """
    view = VIEWS.get(params.get("view", ""), VIEWS["all"])
    filtered = read_filters(params, queue_filters(person, names), zone)
    finished = asks_for_finished(params)
    tickets = Ticket.objects.with_deadline()
    if not finished:
        tickets = tickets.unfinished()
    return Queue(
        view=view,
        filtered=filtered,
        tickets=tickets.filter(view.condition(Asker.of(person))).filter(filtered.condition),
        sort=sort_asked(params, ORDERINGS, "-age" if finished else view.sort),
        shown=read_columns(params.get("cols") or person.queue_columns or ""),
    )


def kept_query(params: QueryDict, only: Sequence[str] = KEPT) -> str:
    """The part of an address that says which tickets, in which order and columns."""
    kept = QueryDict(mutable=True)
    for name in only:
        if values := [value for value in params.getlist(name) if value]:
            kept.setlist(name, values)
    return kept.urlencode()


def count_views(
    queue: Queue, saved: Sequence[SavedView], *, person: User, zone: tzinfo
) -> tuple[str, dict[str, str], dict[int, str]]:
    """How many tickets the queue, every view and every saved view has: one query for all.

    Each is exact to 999; more are not counted.
    """
    wanted: dict[str, QuerySet[Ticket]] = {}
    # Unfiltered it has what its view has.
    if queue.filtered.active:
        wanted["here"] = queue.tickets
    for one in saved:
        asked = read_queue(QueryDict(one.query), person=person, zone=zone)
        wanted[f"saved_{one.pk}"] = asked.tickets
    counts = _count(Asker.of(person), wanted)
    return (
        counts.get("here", counts[queue.view.key]),
        {key: counts[key] for key in VIEWS},
        {one.pk: counts[f"saved_{one.pk}"] for one in saved},
    )


def _views_counted(asker: Asker) -> QuerySet[Any]:
    """One row with the capped count of each view, asked beside the one row of the shop."""
    unfinished = Ticket.objects.unfinished()
    counts = [CappedCount(unfinished.filter(view.condition(asker))) for view in VIEWS.values()]
    return Shop.objects.filter(pk=1).values_list(*counts)


_counts_with_team = Prepared(
    lambda person, team, tonight, now: _views_counted(Asker(person, team, tonight, now))
)
_counts_without_team = Prepared(
    lambda person, tonight, now: _views_counted(Asker(person, None, tonight, now))
)


def _count(asker: Asker, wanted: Mapping[str, QuerySet[Ticket]]) -> dict[str, str]:
    """The count of each view by its key, and of each queryset by its name.

    The views' part is put together once in a process; the others are set beside it.
    """
    moments = (asker.tonight, asker.now)
    if asker.team is None:
        views, keys = _counts_without_team.statement(asker.person, *moments)
    else:
        views, keys = _counts_with_team.statement(asker.person, asker.team, *moments)
    sql = "SELECT views.*"
    params: list[Any] = []
    for rows in wanted.values():
        part, given = capped_count_sql(rows)
        sql, params = f"{sql}, {part}", [*params, *given]
    with connection.cursor() as cursor:
        # Put together of what Django made of querysets; all that was typed is a parameter.
        cursor.execute(f"{sql} FROM ({views}) views", [*params, *keys])
        row = cursor.fetchone()
    return dict(zip([*VIEWS, *wanted], map(told_count, row), strict=True))
