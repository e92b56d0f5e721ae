"""Working hours: the shop's and those of teams that have their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.forms.hours import HoursForm
from accounts.models import HistoryEntry, Hours, Role, Shop, Team
from accounts.services import drop_team_hours, edit_hours
from accounts.services.schedule import (
    calendar_of,
    make_calendar,
    standard_calendar,
    standard_hours,
)
from accounts.views.people import HISTORY_ROWS, posted_version
from helpdesk.lib.worktime import Calendar, Week, between, is_open, opened

WEEKS_AHEAD = 8
LOOK_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class ComingWeek:
    """A week to come: from Monday to Sunday, how long it is open, and which days it is closed."""

    first: date
    last: date
    open_for: timedelta
    closed: Sequence[tuple[date, str]]


@dataclass(frozen=True)
class Outlook:
    """What hours lead to: now, and in the coming weeks. ``changes_at``: it opens or closes then."""

    is_open: bool
    changes_at: datetime | None
    zone: str
    weeks: Sequence[ComingWeek]


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def hours_edit(request: PersonRequest) -> HttpResponse:
    """The shop's hours, by which every desk goes that has none of its own."""
    return _edit(request, None)


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def team_hours(request: PersonRequest, pk: int) -> HttpResponse:
    """A team's own hours; until somebody saves them, it goes by the shop's."""
    return _edit(request, get_object_or_404(Team, pk=pk))


@roles(Role.ADMIN)
@require_POST
def team_hours_drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a team go by the shop's hours again."""
    team = get_object_or_404(Team, pk=pk)
    try:
        drop_team_hours(team=team, version=posted_version(request), actor=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(
            request, _("Team %(name)s goes by the shop's hours.") % {"name": team.name}
        )
    return redirect("team_hours", team.pk)


def _edit(request: PersonRequest, team: Team | None) -> HttpResponse:
    """The page of one desk; ``preview`` shows what was typed without saving it."""
    shop = get_object_or_404(Shop, pk=1)
    hours = Hours.objects.filter(team=team).first()
    shown, calendar = _in_force(hours, team, shop)
    form = HoursForm(request.POST or None, hours=shown, week=calendar.week)
    is_preview = "preview" in request.POST
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if is_preview:
            typed = Hours(
                time_zone=draft.time_zone, country=draft.country, subdivision=draft.subdivision
            )
            calendar = make_calendar(typed, shop=shop, week=draft.week, closed=draft.closed)
        elif _saved(request, form, team):
            return redirect("team_hours", team.pk) if team else redirect("hours_edit")
    told = {
        "form": form,
        "team": team,
        "version": hours.version if hours else 0,
        "is_own": hours is not None and hours.in_use,
        "is_preview": is_preview and form.is_valid(),
        "outlook": look_ahead(calendar, timezone.now()),
        "desks": _desks(),
        "history": HistoryEntry.objects.about(hours)[:HISTORY_ROWS] if hours else [],
    }
    return render(request, "accounts/hours_edit.html", told)


def _saved(request: PersonRequest, form: HoursForm, team: Team | None) -> bool:
    """Save what was typed, or put the refusal beside the fields."""
    try:
        edit_hours(
            team=team, version=posted_version(request), draft=form.draft(), actor=request.user
        )
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, _("Saved. Deadlines are reckoned again within a few minutes."))
    return True


def _in_force(hours: Hours | None, team: Team | None, shop: Shop) -> tuple[Hours, Calendar]:
    """The hours this desk goes by today, its own or the shop's."""
    if hours is not None and hours.in_use:
        return hours, calendar_of(hours, shop=shop)
    default = Hours.objects.filter(team=None).first() if team else None
    if default is not None:
        return default, calendar_of(default, shop=shop)
    return standard_hours(shop), standard_calendar(shop)


def _desks() -> list[tuple[Team, bool]]:
    """The teams in use and whether each has hours of its own."""
    own = set(Hours.objects.filter(in_use=True).values_list("team_id", flat=True))
    return [(team, team.pk in own) for team in Team.objects.in_use()]


def look_ahead(calendar: Calendar, now: datetime) -> Outlook:
    """Whether it is open, until or from when, and the coming weeks with their closed days."""
    ahead = opened(calendar, now, now + LOOK_AHEAD)
    open_now = is_open(calendar, now)
    monday = now.astimezone(calendar.zone).date()
    monday -= timedelta(days=monday.weekday())
    return Outlook(
        is_open=open_now,
        changes_at=ahead[0][1 if open_now else 0] if ahead else None,
        zone=calendar.zone.key,
        weeks=[_week(calendar, monday + timedelta(weeks=n)) for n in range(WEEKS_AHEAD)],
    )


def _week(calendar: Calendar, monday: date) -> ComingWeek:
    """One week; a closed day is named where the desk would be open otherwise."""
    days = [monday + timedelta(days=n) for n in range(7)]
    start = datetime.combine(monday, datetime.min.time(), calendar.zone)
    end = datetime.combine(monday + timedelta(days=7), datetime.min.time(), calendar.zone)
    named = [(day, calendar.closed_on(day)) for day in days if _open_weekday(calendar.week, day)]
    return ComingWeek(
        first=monday,
        last=days[-1],
        open_for=between(calendar, start, end),
        closed=[(day, name) for day, name in named if name],
    )


def _open_weekday(week: Week, day: date) -> bool:
    """Whether it is open on such a weekday."""
    return bool(week[day.weekday()])
