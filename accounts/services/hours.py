import itertools
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ClosedDays, Hours, OpenSpan, Team, User, Weekday
from accounts.services.history import record_history, save_version
from accounts.services.schedule import ClosedSpan, note_hours_changed
from helpdesk.lib.worktime import DAY_MINUTES, Span, Week


@dataclass(frozen=True)
class HoursDraft:
    """Hours as somebody typed them. ``time_zone`` "" is the shop's, ``country`` "" no holidays."""

    time_zone: str
    country: str
    subdivision: str
    week: Week
    closed: tuple[ClosedSpan, ...]


@transaction.atomic
def edit_hours(*, team: Team | None, version: int, draft: HoursDraft, actor: User) -> Hours:
    """Say when a team's desk is open, or with no team the shop's.

    ``version`` is 0 for hours that nobody saved before. Deadlines are reckoned again by a worker.
    Raises ValidationError: changed by somebody else meanwhile, or spans that overlap.
    """
    _refuse_overlaps(draft.week)
    hours, created = Hours.objects.get_or_create(team=team, defaults={"country": draft.country})
    before = {} if created else told_hours(hours)
    values: dict[str, object] = {
        "time_zone": draft.time_zone,
        "country": draft.country,
        "subdivision": draft.subdivision,
        "in_use": True,
    }
    save_version(hours, version=hours.version if created else version, values=values)
    hours.spans.all().delete()
    hours.closed.all().delete()
    OpenSpan.objects.bulk_create(
        OpenSpan(hours=hours, weekday=day, opens=opens, closes=closes)
        for day, spans in enumerate(draft.week)
        for opens, closes in spans
    )
    ClosedDays.objects.bulk_create(
        ClosedDays(hours=hours, first_day=first, last_day=last, name=name)
        for first, last, name in draft.closed
    )
    after = told_hours(hours)
    changes = {
        name: (before.get(name), new)
        for name, new in after.items()
        if (before.get(name) or "") != new
    }
    record_history(
        subject=hours, verb="created" if created else "changed", actor=actor, changes=changes
    )
    note_hours_changed()
    return hours


@transaction.atomic
def drop_team_hours(*, team: Team, version: int, actor: User) -> None:
    """Let the team go by the shop's hours again. Safe twice.

    Raises ValidationError when somebody changed them since ``version`` was shown.
    """
    hours = Hours.objects.filter(team=team, in_use=True).first()
    if hours is None:
        return
    save_version(hours, version=version, values={"in_use": False})
    record_history(
        subject=hours, verb="retired", actor=actor, note=_("The shop's hours hold again.")
    )
    note_hours_changed()


def told_hours(hours: Hours) -> dict[str, str]:
    """The hours as the history keeps them, a line for each weekday."""
    week: list[list[Span]] = [[] for _day in Weekday]
    for span in hours.spans.order_by("weekday", "opens"):
        week[span.weekday].append((span.opens, span.closes))
    told = {day.name.lower(): spans_text(tuple(week[day])) for day in Weekday}
    told |= {
        "time_zone": hours.time_zone,
        "country": hours.country,
        "subdivision": hours.subdivision,
        "closed_days": "; ".join(
            closed_text((one.first_day, one.last_day, one.name))
            for one in hours.closed.order_by("first_day", "pk")
        ),
    }
    return told


def spans_text(spans: tuple[Span, ...]) -> str:
    """ "09:00-12:30, 13:30-17:00", as one types it; "" when it is closed."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def closed_text(closed: ClosedSpan) -> str:
    """ "2026-12-24 to 2026-12-31 Winter break", as one types it."""
    first, last, name = closed
    days = f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return f"{days} {name}"


def _clock(minutes: int) -> str:
    """Minutes after midnight on a clock; the end of the day is 24:00."""
    if minutes == DAY_MINUTES:
        return "24:00"
    return f"{minutes % DAY_MINUTES // 60:02d}:{minutes % 60:02d}"


def _refuse_overlaps(week: Week) -> None:
    """Raises ValidationError naming each day on which two spans overlap."""
    errors: dict[str, Any] = {
        Weekday(number).name.lower(): _("Two of these spans overlap. Join them into one.")
        for number, spans in enumerate(week)
        if any(one[1] > two[0] for one, two in itertools.pairwise(spans))
    }
    if errors:
        raise ValidationError(errors)
