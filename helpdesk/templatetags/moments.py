"""Moments, spans of time and shares as people read them, in the zone of who reads."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from helpdesk.lib.shares import percent_text

register = template.Library()

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK_DAYS = 7


def day_format(day: date) -> str:
    """The date format of a list: without the year while it is this one."""
    if day.year == timezone.localdate().year:
        return pgettext("date format", "D j M")
    return pgettext("date format", "j M Y")


def day_words(day: date) -> str:
    """A day as a list says it: "Wed 18 Nov", or "3 May 2024"."""
    return _day_words(day, day_format(day), get_language())


@lru_cache(maxsize=4096)
def _day_words(day: date, form: str, _language: str | None) -> str:
    """Kept, as ``_exact`` is."""
    return date_format(day, form)


def exact(value: datetime) -> str:
    """The whole moment, for the hover text: "Wed 18 Nov 2026, 10:20"."""
    return _exact(value, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=4096)
def _exact(value: datetime, zone: tzinfo, _language: str | None) -> str:
    """Kept: the same moments stand on page after page, and formatting is the dear part of them."""
    return date_format(timezone.localtime(value, zone), pgettext("date format", "D j M Y, H:i"))


def time_tag(value: datetime, text: str) -> SafeString:
    """`text` in a <time> whose title is the exact moment."""
    return format_html(
        '<time class="td-time" datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        exact(value),
        text,
    )


@register.filter
def ago(value: datetime | None) -> SafeString:
    """How long since: "just now", "5 min ago", "2 h ago", "yesterday 16:40", then the date.

    Empty for None; a moment to come reads as its date and time.
    """
    if value is None:
        return SafeString("")
    return time_tag(value, ago_text(value))


def ago_text(value: datetime) -> str:
    """The words of `ago`."""
    seconds = int((timezone.now() - value).total_seconds())
    local = timezone.localtime(value)
    days = (timezone.localdate() - local.date()).days
    if 0 <= seconds < MINUTE:
        return _("just now")
    if 0 <= seconds < HOUR:
        return _("%(n)d min ago") % {"n": seconds // MINUTE}
    if seconds >= 0 and days == 0:
        return _("%(n)d h ago") % {"n": seconds // HOUR}
    clock_text = f"{local:%H:%M}"
    if days in {-1, 0, 1}:
        words = {-1: _("tomorrow %(t)s"), 0: _("today %(t)s"), 1: _("yesterday %(t)s")}
        return words[days] % {"t": clock_text}
    text = day_words(local.date())
    return f"{text} {clock_text}" if abs(days) < WEEK_DAYS else text


@register.filter
def since(value: datetime | None) -> SafeString:
    """How long it has lasted until now: "2 d 5 h", with the start on hover; empty for None."""
    if value is None:
        return SafeString("")
    return time_tag(value, duration(timezone.now() - value))


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Day and time: "Wed 18 Nov 10:20", the whole of it on hover; empty for None."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    return time_tag(value, f"{day_words(local.date())} {local:%H:%M}")


@register.filter
def clock(value: datetime | None) -> SafeString:
    """Only the time of the day: "10:20", the whole moment on hover; empty for None."""
    if value is None:
        return SafeString("")
    return time_tag(value, f"{timezone.localtime(value):%H:%M}")


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """The day of a date or a moment: "Wed 18 Nov", or "3 May 2024"; empty for None."""
    if value is None:
        return SafeString("")
    if isinstance(value, datetime):
        return time_tag(value, day_words(timezone.localtime(value).date()))
    return format_html(
        '<time class="td-time" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        date_format(value, pgettext("date format", "D j M Y")),
        day_words(value),
    )


@register.filter
def duration(value: timedelta | float | None) -> str:
    """A span (timedelta or seconds) in its two largest units: "45 s", "12 min", "6 h 12", "2 d 5 h".

    From ten days on only the days; less than nothing reads as nothing; empty for None.
    """
    if value is None:
        return ""
    seconds = max(int(value.total_seconds() if isinstance(value, timedelta) else value), 0)
    if seconds < MINUTE:
        return _("%(s)d s") % {"s": seconds}
    if seconds < HOUR:
        return _("%(m)d min") % {"m": seconds // MINUTE}
    if seconds < DAY:
        return _("%(h)d h %(m)02d") % {"h": seconds // HOUR, "m": seconds % HOUR // MINUTE}
    days, hours = seconds // DAY, seconds % DAY // HOUR
    if days >= 10 or hours == 0:  # noqa: PLR2004  # from ten days on the hours are noise
        return _("%(d)d d") % {"d": days}
    return _("%(d)d d %(h)d h") % {"d": days, "h": hours}


@register.filter
def work_hours(value: timedelta | float | None) -> str:
    """A span (timedelta or seconds) in hours however long it is: "38 h", "2 h 10", "45 min"."""
    if value is None:
        return ""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    hours, minutes = divmod(max(int(seconds), 0) // MINUTE, 60)
    if not hours:
        return _("%(m)d min") % {"m": minutes} if minutes else _("0 h")
    if not minutes:
        return _("%(h)d h") % {"h": hours}
    return _("%(h)d h %(m)02d") % {"h": hours, "m": minutes}


@register.filter
def days_text(value: int | None) -> str:
    """A number of days in words: "1 day", "12 days"; empty for None."""
    return "" if value is None else ngettext("%(n)d day", "%(n)d days", value) % {"n": value}


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1 as "36 %"; a dash for None."""
    return percent_text(share)


@register.filter
def percent_of(part: float | None, whole: float | None) -> str:
    """`part` of `whole` as a percentage, a dash when there is no whole."""
    return percent_text(part / whole if part is not None and whole else None)
