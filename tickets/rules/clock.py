"""The clock of a ticket and the deadlines it leads to. Pure: no query, no clock of its own.

The clock counts working time while somebody of ours has to do something: it stands while the
ticket waits on the customer, until the day it waits for, and when it is finished. What was used
before a change of team stays as it was reckoned, by the hours of the team that had it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpdesk.lib.worktime import NOTHING, Calendar, between, shift
from tickets.models import Interaction, Ticket

# So much working time after a deadline passed, the managers hear of it as well.
SECOND_STEP = timedelta(hours=1)
# Told to the owner or the team, then to the managers.
LAST_STEP = 2
# The deadlines a ticket has: the first answer, and its end.
DEADLINES = ("response", "resolve")
STANDING = frozenset({Ticket.State.WAITING_CUSTOMER, *Ticket.FINISHED})
# Channels on which whoever logs the contact has talked to the customer.
LIVE = frozenset({Interaction.Channel.PHONE, Interaction.Channel.CHAT, Interaction.Channel.VISIT})


@dataclass(frozen=True, slots=True)
class Goal:
    """The targets of one priority, in working time; None: no target."""

    response: timedelta | None = None
    resolve: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What the clock depends on."""

    state: str
    waiting_until: datetime | None
    priority: int
    team_id: int | None

    @property
    def running(self) -> tuple[bool, datetime | None]:
        """Whether the clock runs, and from which day on where it waits for one."""
        waits = self.state == Ticket.State.WAITING_UNTIL
        return self.state not in STANDING, self.waiting_until if waits else None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in Ticket.FINISHED


@dataclass(frozen=True, slots=True)
class Clock:
    """The columns of ``TicketClock``."""

    first_responded_at: datetime | None = None
    response_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    clock_at: datetime | None = None
    clock_used: int = 0
    response_told: int = 0
    resolve_told: int = 0
    alarm_at: datetime | None = None

    @property
    def used(self) -> timedelta:
        """Working time used up to ``clock_at``."""
        return timedelta(seconds=self.clock_used)

    def due(self, which: str) -> datetime | None:
        """When *response* or *resolve* is due."""
        return self.response_due_at if which == "response" else self.resolve_due_at

    def told(self, which: str) -> int:
        """How far its passing was told."""
        return self.response_told if which == "response" else self.resolve_told

    def is_open(self, which: str) -> bool:
        """Whether it can still be late: an answer that was given cannot."""
        answered = which == "response" and self.first_responded_at is not None
        return not answered and self.due(which) is not None


def answers(*, channel: str, direction: str) -> bool:
    """Whether in this contact the customer heard from us: we wrote or rang, or talked with them."""
    return direction == Interaction.Direction.OUTBOUND or channel in LIVE


def read_clock(clock: Clock, *, state: str, calendar: Calendar, now: datetime) -> Clock:
    """The same clock brought forward to now, with what was used meanwhile."""
    at = clock.clock_at or now
    used = NOTHING
    if state not in STANDING and at < now:
        used = between(calendar, at, now)
    return replace(
        clock, clock_at=max(at, now), clock_used=clock.clock_used + int(used.total_seconds())
    )


def turn_clock(clock: Clock, *, before: Work, after: Work, was: Calendar, now: datetime) -> Clock:
    """The clock after a change of state or team; one that neither of them touches runs on.

    ``was`` is the calendar of the team that had it until now.
    """
    moved = before.running != after.running
    if clock.clock_at is not None and not moved and before.team_id == after.team_id:
        return clock
    turned = read_clock(clock, state=before.state, calendar=was, now=now)
    if not moved:
        return turned
    until = after.waiting_until if after.state == Ticket.State.WAITING_UNTIL else None
    return replace(turned, clock_at=max(now, until) if until else now)


def set_deadlines(clock: Clock, *, work: Work, goal: Goal, calendar: Calendar) -> Clock:
    """The deadlines that the clock and the targets lead to, and when somebody is told next.

    A deadline that was met, and those of a finished ticket, stay as facts.
    """
    if work.is_finished:
        return replace(clock, alarm_at=None)
    response = clock.response_due_at
    if clock.first_responded_at is None:
        response = due_at(
            clock, goal.response, before=response, state=work.state, calendar=calendar
        )
    resolve = due_at(
        clock, goal.resolve, before=clock.resolve_due_at, state=work.state, calendar=calendar
    )
    return set_alarm(
        replace(clock, response_due_at=response, resolve_due_at=resolve),
        state=work.state,
        calendar=calendar,
    )


def due_at(
    clock: Clock,
    target: timedelta | None,
    *,
    before: datetime | None = None,
    state: str,
    calendar: Calendar,
) -> datetime | None:
    """When the target's time is used up; None without one, or while the clock stands before it.

    ``before`` is when it was due until now: a moment that passed while the clock ran stays.
    """
    if target is None or clock.clock_at is None:
        return None
    left = target - clock.used
    if left <= NOTHING and before is not None and before <= clock.clock_at:
        return before
    if state in STANDING and left > NOTHING:
        return None
    return shift(calendar, clock.clock_at, left)


def set_alarm(clock: Clock, *, state: str, calendar: Calendar) -> Clock:
    """When the next person has to be told: nobody while the clock stands."""
    if state in STANDING or clock.clock_at is None:
        return replace(clock, alarm_at=None)
    steps = [step_due(clock, which, calendar) for which in DEADLINES if clock.is_open(which)]
    soonest = min((step for step in steps if step is not None), default=None)
    if soonest is not None and state == Ticket.State.WAITING_UNTIL:
        soonest = max(soonest, clock.clock_at)
    return replace(clock, alarm_at=soonest)


def step_due(clock: Clock, which: str, calendar: Calendar) -> datetime | None:
    """When the next person has to be told of this deadline; None when all were."""
    due, told = clock.due(which), clock.told(which)
    if due is None or told >= LAST_STEP:
        return None
    return shift(calendar, due, SECOND_STEP) if told else due
