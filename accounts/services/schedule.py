"""The working hours in force, read once by each process and again when they changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from accounts.models import Hours, Shop
from accounts.models.shop import new_mark
from helpdesk.lib.nationaldays import holiday_on
from helpdesk.lib.worktime import Calendar, Week

# Until somebody says otherwise: Monday to Friday, nine to five.
STANDARD_WEEK: Week = (((9 * 60, 17 * 60),),) * 5 + ((), ())
ClosedSpan = tuple[date, date, str]


@dataclass(frozen=True)
class Schedule:
    """The calendar of every desk. ``own`` has those of teams with hours of their own, by key."""

    shop: Calendar
    own: Mapping[int, Calendar]

    def calendar(self, team_id: int | None) -> Calendar:
        """The hours that a team goes by; None is nobody's team."""
        return self.shop if team_id is None else self.own.get(team_id, self.shop)


# The last one read, by its mark: a mark never comes back, so it is never that of other hours.
_read: dict[str, Schedule] = {}


def hours_mark() -> str:
    """The mark of the hours and deadlines in force; "" before there is a shop."""
    return Shop.objects.filter(pk=1).values_list("hours_mark", flat=True).first() or ""


def read_schedule(mark: str) -> Schedule:
    """The schedule behind this mark, which the caller has read in its own transaction."""
    found = _read.get(mark)
    if found is None:
        found = _load()
        _read.clear()
        _read[mark] = found
    return found


def note_hours_changed() -> None:
    """Have everybody read hours and deadlines again; call it in the change's transaction."""
    Shop.objects.filter(pk=1).update(hours_mark=new_mark())


def settle_hours(*, mark: str) -> bool:
    """Say that everything was reckoned again with the hours of this mark.

    False when they changed once more meanwhile: then it must be done again.
    """
    return bool(Shop.objects.filter(pk=1, hours_mark=mark).update(hours_settled=mark))


def standard_hours(shop: Shop) -> Hours:
    """What the shop's desk goes by until somebody saves its hours; not a row yet."""
    return Hours(team=None, country=shop.country, version=0)


def make_calendar(
    hours: Hours, *, shop: Shop, week: Week, closed: Sequence[ClosedSpan]
) -> Calendar:
    """The calendar of a desk with its own closed days and the national holidays."""

    def closed_on(day: date) -> str:
        for first, last, name in closed:
            if first <= day <= last:
                return name
        return holiday_on(hours.country, hours.subdivision, day) if hours.country else ""

    return Calendar(ZoneInfo(hours.time_zone or shop.time_zone), week, closed_on)


def calendar_of(hours: Hours, *, shop: Shop) -> Calendar:
    """The calendar of hours as they are stored."""
    week: list[list[tuple[int, int]]] = [[] for _day in range(7)]
    for span in hours.spans.all():
        week[span.weekday].append((span.opens, span.closes))
    closed = [(one.first_day, one.last_day, one.name) for one in hours.closed.all()]
    return make_calendar(hours, shop=shop, week=tuple(map(tuple, week)), closed=closed)


def standard_calendar(shop: Shop) -> Calendar:
    """The calendar of a shop that never said when it is open."""
    return make_calendar(standard_hours(shop), shop=shop, week=STANDARD_WEEK, closed=())


def _load() -> Schedule:
    """All hours in use, in four queries."""
    shop = Shop.objects.get(pk=1)
    rows = Hours.objects.filter(in_use=True).prefetch_related("spans", "closed")
    found = {row.team_id: calendar_of(row, shop=shop) for row in rows}
    default = found.pop(None, None) or standard_calendar(shop)
    return Schedule(default, {key: value for key, value in found.items() if key is not None})
