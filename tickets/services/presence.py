"""Who is looking at a ticket right now: kept in the cache for half a minute, never in the database."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User

# A page says every seven seconds that it is there (the page's hx-trigger); one that has not for
# this long, in seconds, is gone.
GONE_AFTER = 25

Row = tuple[str, str, bool, float]


@dataclass(frozen=True)
class Presence:
    """A person at a ticket, looking or writing."""

    person: int
    name: str
    initials: str
    writing: bool


def be_present(*, ticket_id: int, person: User, writing: bool) -> None:
    """Say that this person is at the ticket.

    Of two who say it at the same moment one may be lost; it is said again in seven seconds.
    """
    rows = _rows(ticket_id)
    rows[person.pk] = (person.name, person.initials, writing, timezone.now().timestamp())
    cache.set(_key(ticket_id), rows, GONE_AFTER)


def who_is_present(*, ticket_id: int, but: User) -> list[Presence]:
    """The others at the ticket, by name."""
    found = [
        Presence(pk, name, initials, writing)
        for pk, (name, initials, writing, _at) in _rows(ticket_id).items()
        if pk != but.pk
    ]
    return sorted(found, key=lambda one: (one.name, one.person))


def _rows(ticket_id: int) -> dict[int, Row]:
    """Those who said so lately."""
    since = timezone.now().timestamp() - GONE_AFTER
    rows: dict[int, Row] = cache.get(_key(ticket_id)) or {}
    return {pk: row for pk, row in rows.items() if row[3] >= since}


def _key(ticket_id: int) -> str:
    return f"present:{ticket_id}"
