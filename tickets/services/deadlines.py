"""Deadlines: the columns of a ticket's clock, in the transaction of whatever changes it.

Hours and targets are read once by each process: ``Shop.hours_mark`` names those in force.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Shop, User
from accounts.services import (
    Schedule,
    changes_of,
    edit_shop,
    hours_mark,
    note_hours_changed,
    read_schedule,
    record_history,
    save_version,
    settle_hours,
)
from helpdesk.lib.worktime import Calendar
from tickets.models import Interaction, Target, Ticket
from tickets.rules.clock import (
    LAST_STEP,
    Clock,
    Goal,
    Work,
    answers,
    set_alarm,
    set_deadlines,
    turn_clock,
)

CLOCK_COLUMNS = tuple(field.name for field in fields(Clock))
WORK_COLUMNS = ("state", "waiting_until", "priority", "team_id")
# What changes the clock or a deadline; ``team`` is how an update names ``team_id``.
TOUCHING = frozenset({*WORK_COLUMNS, "team", "first_responded_at"})
CHUNK = 200


@dataclass(frozen=True)
class Terms:
    """The hours and targets in force."""

    schedule: Schedule
    goals: Mapping[int, Goal]

    def calendar(self, team_id: int | None) -> Calendar:
        """The hours that a ticket of this team goes by."""
        return self.schedule.calendar(team_id)

    def goal(self, priority: int) -> Goal:
        """The targets of this priority."""
        return self.goals.get(priority, Goal())


# The last ones read, by the mark.
_read: dict[str, Terms] = {}


def terms_in_force(mark: str | None = None) -> Terms:
    """The hours and targets of this mark; without one, of the mark the shop has now."""
    mark = mark or hours_mark()
    found = _read.get(mark)
    if found is None:
        found = Terms(
            read_schedule(mark), {target.priority: _goal(target) for target in Target.objects.all()}
        )
        _read.clear()
        _read[mark] = found
    return found


def _goal(target: Target) -> Goal:
    """A row as the rules see it."""
    spans = (target.response_minutes, target.resolve_minutes)
    return Goal(*(None if span is None else timedelta(minutes=span) for span in spans))


def clock_of(ticket: Ticket) -> Clock:
    """The clock of a row."""
    return Clock(**{name: getattr(ticket, name) for name in CLOCK_COLUMNS})


def work_of(ticket: Ticket) -> Work:
    """What its clock depends on."""
    return Work(**{name: getattr(ticket, name) for name in WORK_COLUMNS})


def opening_columns(ticket: Ticket, *, contact: Interaction, terms: Terms) -> dict[str, Any]:
    """The clock of a ticket that this contact opens; of the ticket, not yet written, its work."""
    heard = answers(channel=contact.channel, direction=contact.direction)
    clock = Clock(
        clock_at=ticket.opened_at, first_responded_at=contact.occurred_at if heard else None
    )
    work = work_of(ticket)
    calendar = terms.calendar(work.team_id)
    if not work.running[0] or work.running[1]:
        standing = replace(work, state=Ticket.State.NEW, waiting_until=None)
        clock = turn_clock(
            clock, before=standing, after=work, was=calendar, now=contact.occurred_at
        )
    goal = terms.goal(work.priority)
    if heard:
        # Answered as it came in: there is nothing to wait for.
        goal = replace(goal, response=None)
    return asdict(set_deadlines(clock, work=work, goal=goal, calendar=calendar))


def change_columns(
    ticket: Ticket,
    values: Mapping[str, Any],
    *,
    terms: Terms | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """What a change of the locked ticket does to its clock; {} for one that does not touch it.

    ``ticket`` is the row before the change, ``values`` what will be written to it. Put the result
    into the same update.
    """
    if not TOUCHING & values.keys():
        return {}
    terms = terms or terms_in_force()
    before = work_of(ticket)
    given: dict[str, Any] = {name: values[name] for name in WORK_COLUMNS if name in values}
    if "team" in values:
        given["team_id"] = getattr(values["team"], "pk", values["team"])
    after = replace(before, **given)
    clock = clock_of(ticket)
    if "first_responded_at" in values:
        clock = replace(clock, first_responded_at=values["first_responded_at"])
    turned = turn_clock(
        clock,
        before=before,
        after=after,
        was=terms.calendar(before.team_id),
        now=now or timezone.now(),
    )
    goal = terms.goal(after.priority)
    if clock.clock_at is None:
        # Imported: nobody knows when it was answered, and its time begins now.
        goal = replace(goal, response=None)
    calendar = terms.calendar(after.team_id)
    return asdict(set_deadlines(turned, work=after, goal=goal, calendar=calendar))


def heard_from_us(ticket: Ticket, contact: Interaction) -> dict[str, Any]:
    """The first answer, if this contact, just joined, is it; for ``change_columns``."""
    if not answers(channel=contact.channel, direction=contact.direction):
        return {}
    first = ticket.first_responded_at
    if first is not None and first <= contact.occurred_at:
        return {}
    return {"first_responded_at": contact.occurred_at}


# Settings ---------------------------------------------------------------------------------------
def minutes_text(minutes: int | None) -> str:
    """As one types it: "4 h", "1 h 30", "45 min"; "" for none."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


@transaction.atomic
def edit_target(
    *,
    priority: int,
    version: int,
    response_minutes: int | None,
    resolve_minutes: int | None,
    actor: User,
) -> bool:
    """Set the targets of a priority; says whether they changed. None: no target.

    Deadlines of unfinished tickets follow within minutes. Raises ValidationError when somebody
    changed them since ``version`` (0: never saved) was shown.
    """
    target, created = Target.objects.get_or_create(priority=priority)
    values = {"response_minutes": response_minutes, "resolve_minutes": resolve_minutes}
    changes = changes_of(target, values)
    if not changes:
        return False
    save_version(target, version=target.version if created else version, values=values)
    record_history(
        subject=target,
        verb="changed",
        actor=actor,
        changes={name: _told(*sides) for name, sides in changes.items()},
        note=str(target.get_priority_display()),
    )
    note_hours_changed()
    return True


def _told(old: Any, new: Any) -> tuple[str | None, str | None]:
    """Both sides as the history tells them."""
    return minutes_text(old) or None, minutes_text(new) or None


@transaction.atomic
def edit_targets(
    *,
    goals: Mapping[int, tuple[int | None, int | None]],
    versions: Mapping[int, int],
    actor: User,
) -> bool:
    """Set the targets (first answer, resolved) of several priorities; as ``edit_target``."""
    changed = [
        edit_target(
            priority=priority,
            version=versions[priority],
            response_minutes=response,
            resolve_minutes=resolve,
            actor=actor,
        )
        for priority, (response, resolve) in goals.items()
    ]
    return any(changed)


@transaction.atomic
def edit_deadlines(
    *,
    goals: Mapping[int, tuple[int | None, int | None]],
    versions: Mapping[int, int],
    shop: Shop,
    shop_version: int,
    closes_after_days: int,
    actor: User,
) -> tuple[bool, bool]:
    """Set the targets, and after how many days a resolved ticket closes by itself: all or nothing.

    Says whether targets changed (deadlines follow), and whether anything did. Raises
    ValidationError as ``edit_target`` does, and when somebody changed the shop since
    ``shop_version`` was shown.
    """
    values = {"closes_after_days": closes_after_days}
    closing = bool(changes_of(shop, values))
    edit_shop(shop=shop, version=shop_version, values=values, actor=actor)
    targets = edit_targets(goals=goals, versions=versions, actor=actor)
    return targets, targets or closing


def reset_deadlines_when_due() -> int:
    """Reckon all deadlines again if hours or targets changed; how many tickets were touched.

    Killed half-way it begins again: the shop says until the end that its hours are not settled.
    """
    shop = Shop.objects.filter(pk=1).first()
    if shop is None or shop.hours_settled == shop.hours_mark:
        return 0
    touched, after = 0, 0
    while True:
        rows = Ticket.objects.unfinished().filter(clock_at__isnull=False, pk__gt=after)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not keys:
            break
        touched += _reset_chunk(keys, mark=shop.hours_mark)
        after = keys[-1]
    settle_hours(mark=shop.hours_mark)
    return touched


@transaction.atomic
def _reset_chunk(keys: list[int], *, mark: str) -> int:
    """Reckon these tickets again with the terms of this mark, under their locks."""
    terms, now = terms_in_force(mark), timezone.now()
    rows = Ticket.objects.unfinished().select_for_update(no_key=True).filter(pk__in=keys)
    changed = []
    for ticket in rows.order_by("pk"):
        before, work = clock_of(ticket), work_of(ticket)
        calendar = terms.calendar(work.team_id)
        clock = turn_clock(before, before=work, after=work, was=calendar, now=now)
        clock = set_deadlines(clock, work=work, goal=terms.goal(work.priority), calendar=calendar)
        clock = _let_past_be(before, clock, now)
        clock = set_alarm(clock, state=work.state, calendar=calendar)
        if clock != before:
            for name, value in asdict(clock).items():
                setattr(ticket, name, value)
            changed.append(ticket)
    Ticket.objects.bulk_update(changed, CLOCK_COLUMNS)
    return len(changed)


def _let_past_be(before: Clock, after: Clock, now: datetime) -> Clock:
    """Tell nobody of deadlines that new settings put into the past: they show, without an alarm."""
    told: dict[str, Any] = {}
    for name in ("response", "resolve"):
        was, due = getattr(before, f"{name}_due_at"), getattr(after, f"{name}_due_at")
        newly = due is not None and due <= now and (was is None or was > now)
        if newly:
            told[f"{name}_told"] = LAST_STEP
    return replace(after, **told)
