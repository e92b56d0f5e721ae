"""Which tickets are merged, read from the history that the page shows anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.models import TicketEvent

MOST_NOTES = 50


@dataclass(frozen=True)
class Joined:
    """A merge that stands, as the page of either ticket tells it."""

    merged_id: int
    into_id: int
    event: TicketEvent


def joined_in(events: Sequence[TicketEvent]) -> list[Joined]:
    """The merges of one ticket that nobody has undone, newest first; ``events`` likewise."""
    undone: set[int] = set()
    found = []
    for event in events:
        if event.kind == TicketEvent.Kind.UNMERGED:
            undone |= {pair[0] for pair in pairs_in(event)}
        elif event.kind == TicketEvent.Kind.MERGED:
            for merged_id, into_id in pairs_in(event):
                if merged_id not in undone:
                    found.append(Joined(merged_id, into_id, event))
                undone.discard(merged_id)
    return found


def pairs_in(event: TicketEvent) -> list[tuple[int, int]]:
    """(merged, into) as a row of history names them: "#12" on one of its sides."""
    here = event.ticket_id or 0
    pairs = []
    for field, sides in event.changes.items():
        other = int(next(side for side in sides if side).removeprefix("#"))
        pairs.append((here, other) if field == "merged into" else (other, here))
    return pairs


def with_notes_of(merged: Sequence[int], events: Sequence[TicketEvent]) -> list[TicketEvent]:
    """The history with the notes of the tickets merged into this one, which stay where they were
    written; one more query, where there are such tickets."""
    if not merged:
        return list(events)
    noted = TicketEvent.objects.filter(ticket__in=merged, kind=TicketEvent.Kind.NOTED)
    notes = noted.exclude(pk__in=[one.pk for one in events]).select_related("actor")
    both = [*events, *notes.order_by("-at", "-pk")[:MOST_NOTES]]
    return sorted(both, key=lambda one: (one.at, one.pk), reverse=True)
