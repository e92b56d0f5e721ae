"""Periods of whole days, as they stand in the address of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CUSTOM = "custom"
ALL = "all"
_LAST_DAYS = {"30": 30, "90": 90, "365": 365}
CHOICES: dict[str, Promise] = {
    "30": gettext_lazy("Last 30 days"),
    "90": gettext_lazy("Last 90 days"),
    "365": gettext_lazy("Last 365 days"),
    ALL: gettext_lazy("All time"),
    CUSTOM: gettext_lazy("From … to …"),
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Period:
    """The days from `start` (None: from the beginning) to `end`, both included."""

    key: str
    start: date | None
    end: date

    @property
    def label(self) -> str:
        """In words, translated."""
        if self.key != CUSTOM or self.start is None:
            return str(CHOICES[self.key])
        return _("%(start)s to %(end)s") % {
            "start": date_format(self.start),
            "end": date_format(self.end),
        }

    @property
    def days(self) -> int | None:
        """How many days; None for all time."""
        return None if self.start is None else (self.end - self.start).days + 1

    @property
    def params(self) -> dict[str, str]:
        """The URL parameters that give this period again."""
        if self.key != CUSTOM or self.start is None:
            return {"period": self.key}
        return {
            "period": CUSTOM,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
        }

    def moments(self, zone: tzinfo) -> tuple[datetime | None, datetime]:
        """First moment (included) and the moment after the last day (excluded), in `zone`."""
        start = None if self.start is None else day_start(self.start, zone)
        return start, day_start(self.end + timedelta(days=1), zone)

    def previous(self) -> "Period | None":
        """The period of the same length just before this one; None for all time."""
        if self.start is None or self.days is None:
            return None
        last = self.start - timedelta(days=1)
        return Period(CUSTOM, last - timedelta(days=self.days - 1), last)


@dataclass(frozen=True)
class PeriodChoice:
    """What a page shows, and why it is not what was asked for (empty: it is)."""

    period: Period
    error: str = ""


def read_period(params: Mapping[str, str], today: date, default: str = "90") -> PeriodChoice:
    """The period named by `period`, `from` and `to`; the default, with an error, when unreadable.

    `today` is the day in the shop's zone. Dates alone, without `period`, are a custom period; a
    missing `to` is today.
    """
    dates = "from" in params or "to" in params
    key = params.get("period") or (CUSTOM if dates else default)
    if key == CUSTOM:
        return _custom(params, today, default)
    if key not in CHOICES:
        error = _("The period “%(period)s” does not exist. Choose one from the list.")
        return PeriodChoice(named_period(default, today), error % {"period": key[:20]})
    return PeriodChoice(named_period(key, today))


def named_period(key: str, today: date) -> Period:
    """The period with a name of its own: 30, 90, 365 (days, today included) or all."""
    if key == ALL:
        return Period(ALL, None, today)
    return Period(key, today - timedelta(days=_LAST_DAYS[key] - 1), today)


def day_start(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


def end_of_day() -> datetime:
    """The first moment of tomorrow in the zone in force."""
    return day_start(timezone.localdate() + timedelta(days=1), timezone.get_current_timezone())


def parse_day(text: str) -> date:
    """A date written YYYY-MM-DD, between 1900 and 2199. Raises ValueError."""
    day = date.fromisoformat(text.strip())
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        msg = f"the year {day.year} is out of range"
        raise ValueError(msg)
    return day


def iso_week(day: date) -> tuple[int, int]:
    """(year, week) of a day by ISO 8601: weeks begin on Monday, week 1 holds the first Thursday."""
    year, week, _weekday = day.isocalendar()
    return year, week


def week_start(year: int, week: int) -> date:
    """The Monday of an ISO week. Raises ValueError for a week that the year does not have."""
    return date.fromisocalendar(year, week, 1)


def _custom(params: Mapping[str, str], today: date, default: str) -> PeriodChoice:
    """The period from `from` to `to`."""
    try:
        start = parse_day(params.get("from", ""))
        end = parse_day(params["to"]) if params.get("to") else today
    except ValueError:
        error = _("A date could not be read. Write dates as 2026-01-31.")
        return PeriodChoice(named_period(default, today), error)
    if start > end:
        error = _("The period ends before it begins. Swap the two dates.")
        return PeriodChoice(named_period(default, today), error)
    return PeriodChoice(Period(CUSTOM, start, end))
