"""How contacts count (METHOD 1) and what they do to a ticket. Pure: no query, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from tickets.models import Interaction, Promise, Ticket

Standing = Interaction.Standing
Outcome = Interaction.Outcome
Direction = Interaction.Direction

FIRST_WEEK = timedelta(days=7)
# A contact so young may be added to instead of followed by another (ADR 8).
ADDING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Contact:
    """What counting needs to know of one interaction; ``key`` breaks ties of the moment.

    ``reason_counts`` is true as well where there is no reason yet.
    """

    key: int
    occurred_at: datetime
    inbound: bool
    reason_counts: bool
    is_system: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The clock of a purchase: contacts count from any time before it starts until it ends."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """What the contacts of one purchase add up to; ``last_at`` is None without any until now."""

    gross: int
    net: int
    merged: int
    later: int
    first_week_net: int
    last_at: datetime | None


def find_standings(
    contacts: Iterable[Contact],
    *,
    window: Window | None,
    merge_under: timedelta,
    now: datetime,
) -> dict[int, Standing]:
    """How each contact of one purchase counts, by key (METHOD 1).

    A contact less than ``merge_under`` after the previous counting inbound one, whatever became
    of that one, is merged; the others are net until the window ends and later after it.
    ``window`` None: they belong to no purchase.
    """
    found: dict[int, Standing] = {}
    previous: datetime | None = None
    for contact in sorted(contacts, key=lambda one: (one.occurred_at, one.key)):
        outside = _outside(contact, attributed=window is not None, now=now)
        if outside is not None or window is None:
            found[contact.key] = outside or Standing.UNATTRIBUTED
            continue
        if previous is not None and contact.occurred_at - previous < merge_under:
            found[contact.key] = Standing.MERGED
        elif contact.occurred_at >= window.ends_at:
            found[contact.key] = Standing.LATER
        else:
            found[contact.key] = Standing.NET
        previous = contact.occurred_at
    return found


def _outside(contact: Contact, *, attributed: bool, now: datetime) -> Standing | None:
    """Why a contact does not take part in counting; None when it does."""
    if contact.superseded:
        return Standing.SUPERSEDED
    if not attributed:
        return Standing.UNATTRIBUTED
    if not contact.inbound:
        return Standing.OURS
    if contact.is_system or not contact.reason_counts:
        return Standing.EXCLUDED
    if contact.occurred_at > now:
        return Standing.FUTURE
    return None


def count_contacts(
    contacts: Sequence[Contact], standings: dict[int, Standing], *, window: Window, now: datetime
) -> Count:
    """Add up the contacts of one purchase by their standings.

    Gross is every current contact, ours and the future ones included; ``last_at`` is the last
    current one that is not in the future.
    """
    current = [one for one in contacts if not one.superseded]
    net = [one for one in current if standings[one.key] is Standing.NET]
    values = list(standings.values())
    return Count(
        gross=len(current),
        net=len(net),
        merged=values.count(Standing.MERGED),
        later=values.count(Standing.LATER),
        first_week_net=sum(one.occurred_at < window.starts_at + FIRST_WEEK for one in net),
        last_at=max((one.occurred_at for one in current if one.occurred_at <= now), default=None),
    )


def opens_ticket(outcome: str) -> bool:
    """Whether a contact without an open ticket to join opens one (DESIGN, *ticket*)."""
    return outcome not in {Outcome.RESOLVED, Outcome.NO_ACTION}


def first_state(outcome: str) -> Ticket.State:
    """The state of a ticket that a contact opens: new means that nobody has taken it yet."""
    if outcome == Outcome.WAITING:
        return Ticket.State.WAITING_CUSTOMER
    if outcome == Outcome.PROMISED:
        return Ticket.State.OPEN
    return Ticket.State.NEW


def next_state(state: str, *, direction: str, outcome: str) -> Ticket.State:
    """The state of an unfinished ticket after another contact joined it; not the resolving one."""
    if outcome == Outcome.WAITING:
        return Ticket.State.WAITING_CUSTOMER
    if state == Ticket.State.NEW:
        return Ticket.State.OPEN if outcome == Outcome.PROMISED else Ticket.State.NEW
    if direction == Direction.INBOUND:
        return Ticket.State.OPEN
    return Ticket.State(state)


def waits_since(
    waiting_since: datetime | None, *, occurred_at: datetime, direction: str, outcome: str
) -> datetime | None:
    """Since when the customer waits for us: from their first contact after our last one."""
    if direction == Direction.OUTBOUND or outcome == Outcome.WAITING:
        return None
    return min(waiting_since, occurred_at) if waiting_since else occurred_at


class Meeting(Enum):
    """What a contact does about a ticket that is finished."""

    REOPENS = "reopens"
    JOINS = "joins"
    PASSES = "passes"


def meet_finished(
    *,
    closed: bool,
    after_the_end: bool,
    named: bool,
    direction: str,
    outcome: str,
) -> Meeting:
    """What a contact does about the finished ticket of its purchase, or one that was ``named``.

    A customer who comes back with something left to do reopens what we took for resolved. A
    closed ticket stays closed: another opens. What was said before the end and is only written
    down now, thanks, and what we said ourselves, reopens nothing; of these, a contact belongs to
    the ticket when the agent named it. A promise needs somebody to keep it, so it reopens.
    """
    if closed:
        return Meeting.PASSES if opens_ticket(outcome) or not named else Meeting.JOINS
    inbound = direction == Direction.INBOUND
    if outcome == Outcome.PROMISED and (named or inbound):
        return Meeting.REOPENS
    if opens_ticket(outcome) and inbound:
        return Meeting.REOPENS if after_the_end else Meeting.JOINS
    return Meeting.JOINS if named else Meeting.PASSES


def counts_as_handoff(
    *, owner: int | None, team: int | None, new_owner: int | None, new_team: int | None
) -> bool:
    """Whether a change of owner or team is a hand-off: somebody lets go of the ticket.

    Taking what nobody owned is none, from whichever team's pile; from one pile to another is one.
    """
    if owner is not None:
        return new_owner != owner
    return team is not None and new_owner is None and new_team != team


def kept_state(*, due_at: datetime, proven_at: datetime) -> Promise.State:
    """Kept or kept late: decided by the moment of the contact that proves it, never chosen."""
    return Promise.State.KEPT if proven_at <= due_at else Promise.State.KEPT_LATE


def may_add_to(contact: Interaction, *, now: datetime) -> bool:
    """Whether what was said since may be added to this contact instead of logged as another."""
    return (
        contact.superseded_at is None
        and contact.erased_at is None
        and not contact.is_system
        and timedelta(0) <= now - contact.occurred_at < ADDING
    )


def is_said_again(old: Interaction, new: Interaction) -> bool:
    """Whether a correction only added to a contact, so that showing both would say it twice."""
    same = (old.channel, old.direction, old.occurred_at, old.reason_id) == (
        new.channel,
        new.direction,
        new.occurred_at,
        new.reason_id,
    )
    return new.corrects_id == old.pk and same and new.summary.startswith(f"{old.summary}\n")
