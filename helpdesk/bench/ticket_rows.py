"""The tickets of the bench's shop: about one a purchase, nearly all resolved, as in a shop's life."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from helpdesk.bench.batch import Batch, Contact, Keys, Value

TEAMS = 4
AGENTS = 20
# A purchase with so many contacts had a second ticket.
SECOND_TICKET_FROM = 12
# One ticket in so many is still being worked on.
UNFINISHED_OF = 50
SUBJECT_LENGTH = 60
STATES = ("new", "open", "open", "waiting_customer", "waiting_until")

TICKET_COLUMNS = (
    "id", "subject", "customer_id", "purchase_id", "state", "priority", "reason_id", "resolution",
    "owner_id", "team_id", "opened_at", "waiting_since", "waiting_until", "resolved_at",
    "open_promises", "next_promise_at", "channel", "version",
)  # fmt: skip
PROMISE_COLUMNS = ("id", "ticket_id", "what", "due_at", "owner_id", "state", "made_at")
EVENT_COLUMNS = ("id", "ticket_id", "purchase_id", "kind", "changes", "note", "actor_id", "at")


def ticket_of(place: int, *, of: int, keys: Keys) -> int:
    """The ticket of the contact in this place among so many of its purchase."""
    second = of >= SECOND_TICKET_FROM and place >= of // 2
    return keys.ticket + second


def add_tickets(
    batch: Batch,
    keys: Keys,
    contacts: Sequence[Contact],
    *,
    purchase: int,
    customer: int,
    now: datetime,
) -> None:
    """Write a purchase's tickets with their promises and history; only the last may be unfinished."""
    last = contacts[-1].ticket if contacts else 0
    for ticket, group in groupby(contacts, key=lambda contact: contact.ticket):
        about = list(group)
        if ticket == last and ticket % UNFINISHED_OF == 0:
            row = _unfinished(batch, keys, ticket, about[-1], now=now)
        else:
            row = _resolved(ticket, about[-1])
        state, *rest = row
        first = about[0]
        batch.tickets.append(
            (
                ticket, first.summary[:SUBJECT_LENGTH], customer, purchase, state, _priority(ticket),
                first.reason, "Sent again." if state == "resolved" else "", _owner(ticket),
                ticket % TEAMS + 1, first.at.isoformat(), *rest, first.channel, len(about),
            )
        )  # fmt: skip
        for kind, at in (("opened", first.at), ("logged", about[-1].at)):
            batch.events.append(
                (
                    keys.event, ticket, purchase, kind, "{}", "", ticket % AGENTS + 1,
                    at.isoformat(),
                )
            )  # fmt: skip
            keys.event += 1
        keys.ticket = ticket + 1


def _resolved(ticket: int, last: Contact) -> tuple[Value, ...]:
    """State, waiting since and until, moment of the end, open promises and the next one."""
    resolved_at = last.at + timedelta(minutes=ticket % 240)
    return ("resolved", None, None, resolved_at.isoformat(), 0, None)


def _unfinished(
    batch: Batch, keys: Keys, ticket: int, last: Contact, *, now: datetime
) -> tuple[Value, ...]:
    """The same of a ticket somebody works on; one in three carries an open promise."""
    turn = ticket // UNFINISHED_OF
    state = STATES[turn % len(STATES)]
    until = (now + timedelta(days=turn % 9)).isoformat() if state == "waiting_until" else None
    promised = turn % 3 == 0
    due = (now + timedelta(hours=turn % 96 - 24)).isoformat() if promised else None
    if promised:
        batch.promises.append(
            (
                keys.promise, ticket, "Call back about the parcel", due, turn % AGENTS + 1, "open",
                last.at.isoformat(),
            )
        )  # fmt: skip
        keys.promise += 1
    return (state, last.at.isoformat(), until, None, int(promised), due)


def _owner(ticket: int) -> int | None:
    """Nobody for one unfinished ticket in four, else one of the agents."""
    turn = ticket // UNFINISHED_OF
    if ticket % UNFINISHED_OF == 0 and turn % 4 == 0:
        return None
    return turn % AGENTS + 1


def _priority(ticket: int) -> int:
    """High for one in ten, low for one in ten."""
    return {0: 3, 1: 1}.get(ticket // UNFINISHED_OF % 10, 2)
