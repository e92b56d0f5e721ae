"""Business time: reckoning with the hours at which a desk is open. Pure: no query, no clock.

A span belongs to the day on which it opens; one that closes after midnight goes on into the next
day, also when that is a closed one. Spans are told by the wall clock of the zone and reckoned in
real time: a night shift has an hour less when summer begins and one more when it ends.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
NOTHING = timedelta(0)
# The first look ahead; each further one looks twice as far, up to the longest.
FIRST_LOOK, LONGEST_LOOK = timedelta(days=3), timedelta(days=48)
# A desk that does not open for so long never opens.
HORIZON = timedelta(days=3 * 366)

# Minutes after midnight at which it opens and closes; beyond 24 hours it closes the next day.
Span = tuple[int, int]
# From Monday to Sunday.
Week = tuple[tuple[Span, ...], ...]
Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """When a desk is open. ``closed_on`` says why a day is closed, "" when it is not."""

    zone: ZoneInfo
    week: Week
    closed_on: Callable[[date], str]

    def spans(self, day: date) -> tuple[Span, ...]:
        """The spans that open on this day."""
        return () if self.closed_on(day) else self.week[day.weekday()]


def opened(calendar: Calendar, since: datetime, until: datetime) -> list[Interval]:
    """The open intervals between two moments, in UTC and in order; they neither touch nor overlap."""
    if since >= until:
        return []
    # A span that opened two wall-clock days ago may reach into this one where clocks change.
    day = since.astimezone(calendar.zone).date() - timedelta(days=2)
    last = until.astimezone(calendar.zone).date()
    found: list[Interval] = []
    while day <= last:
        found += [
            (_moment(calendar, day, opens), _moment(calendar, day, closes))
            for opens, closes in calendar.spans(day)
        ]
        day += timedelta(days=1)
    return list(_merged(sorted(found), since.astimezone(UTC), until.astimezone(UTC)))


def between(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """How long it was open between two moments; nothing when the second is not the later one."""
    return sum((end - start for start, end in opened(calendar, since, until)), NOTHING)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether it is open at this moment; at the moment of closing it is not."""
    return bool(opened(calendar, moment, moment + timedelta(microseconds=1)))


def shift(calendar: Calendar, moment: datetime, by: timedelta) -> datetime | None:
    """The moment after so much business time, before it where ``by`` is negative.

    None when it is not open for so long within three years.
    """
    if by == NOTHING:
        return moment
    return _later(calendar, moment, by) if by > NOTHING else _earlier(calendar, moment, -by)


def _later(calendar: Calendar, moment: datetime, left: timedelta) -> datetime | None:
    for since, until in _looks(moment, 1):
        for start, end in opened(calendar, since, until):
            if end - start >= left:
                return start + left
            left -= end - start
    return None


def _earlier(calendar: Calendar, moment: datetime, left: timedelta) -> datetime | None:
    for until, since in _looks(moment, -1):
        for start, end in reversed(opened(calendar, since, until)):
            if end - start >= left:
                return end - left
            left -= end - start
    return None


def _looks(moment: datetime, direction: int) -> Iterator[Interval]:
    """From the moment on, or back: stretches that grow until the horizon."""
    look, gone = FIRST_LOOK, NOTHING
    at = moment.astimezone(UTC)
    while gone < HORIZON:
        yield at, at + direction * look
        at, gone = at + direction * look, gone + look
        look = min(look * 2, LONGEST_LOOK)


def _moment(calendar: Calendar, day: date, minutes: int) -> datetime:
    """The moment of a wall clock. What the clock skips comes as much later as it skips."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=calendar.zone).astimezone(UTC)


def _merged(found: list[Interval], since: datetime, until: datetime) -> Iterator[Interval]:
    """The sorted intervals, cut at both ends and joined where they touch or overlap."""
    held: Interval | None = None
    for interval in found:
        start, end = max(interval[0], since), min(interval[1], until)
        if start >= end:
            continue
        if held is not None and start <= held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held is not None:
            yield held
        held = (start, end)
    if held is not None:
        yield held
