"""The pure rules of a ticket's clock, and what must hold whatever happens to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.worktime import Calendar, between
from tickets.models import Ticket
from tickets.rules.clock import (
    Clock,
    Goal,
    Work,
    answers,
    due_at,
    read_clock,
    set_alarm,
    set_deadlines,
    turn_clock,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
OFFICE = Calendar(BRUSSELS, (((540, 1020),),) * 5 + ((), ()), lambda _day: "")
ROUND_THE_CLOCK = Calendar(BRUSSELS, (((0, 1440),),) * 7, lambda _day: "")
HOUR = timedelta(hours=1)
GOAL = Goal(response=4 * HOUR, resolve=16 * HOUR)
State = Ticket.State


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=BRUSSELS)


def work(state=State.OPEN, *, until=None, priority=2, team=None) -> Work:
    return Work(state, until, priority, team)


def turned(clock, before, after, now, *, was=OFFICE, calendar=OFFICE):
    clock = turn_clock(clock, before=before, after=after, was=was, now=now)
    return set_deadlines(clock, work=after, goal=GOAL, calendar=calendar)


STARTED = set_deadlines(
    Clock(clock_at=at("24 12:30")), work=work(State.NEW), goal=GOAL, calendar=OFFICE
)


def test_a_new_ticket_is_due_by_its_targets():
    assert STARTED.response_due_at == at("24 16:30")
    assert STARTED.resolve_due_at == at("26 12:30")
    assert STARTED.alarm_at == at("24 16:30")


def test_taking_it_up_changes_no_deadline():
    assert turned(STARTED, work(State.NEW), work(), at("24 15:00")) == STARTED


def test_waiting_on_the_customer_stops_the_clock_and_the_rest_is_left_afterwards():
    waiting = turned(STARTED, work(), work(State.WAITING_CUSTOMER), at("24 14:30"))
    assert waiting == Clock(clock_at=at("24 14:30"), clock_used=7200)
    again = turned(waiting, work(State.WAITING_CUSTOMER), work(), at("27 10:00"))
    assert again.response_due_at == at("27 12:00")
    assert again.resolve_due_at == at("30 16:00")
    assert (again.clock_at, again.clock_used) == (at("27 10:00"), 7200)


def test_what_was_late_before_it_waited_stays_late():
    waiting = turned(STARTED, work(), work(State.WAITING_CUSTOMER), at("25 10:00"))
    assert (waiting.response_due_at, waiting.resolve_due_at) == (at("24 16:30"), None)
    assert waiting.alarm_at is None
    again = turned(waiting, work(State.WAITING_CUSTOMER), work(), at("30 09:00"))
    assert again.response_due_at == at("24 16:30")
    assert again.resolve_due_at == at("30 09:00") + timedelta(days=1, hours=2, minutes=30)


def test_waiting_until_a_day_the_clock_goes_on_by_itself_on_that_day():
    until = at("30 09:00")
    waiting = turned(STARTED, work(), work(State.WAITING_UNTIL, until=until), at("24 14:30"))
    assert (waiting.clock_at, waiting.clock_used) == (until, 7200)
    assert waiting.response_due_at == at("30 11:00")
    later = turned(waiting, work(State.WAITING_UNTIL, until=until), work(), at("30 10:00"))
    assert (later.clock_at, later.clock_used) == (at("30 10:00"), 10800)
    assert later.response_due_at == at("30 11:00")


def test_taken_up_before_its_day_it_has_used_nothing_more():
    until = at("30 09:00")
    waiting = turned(STARTED, work(), work(State.WAITING_UNTIL, until=until), at("24 14:30"))
    early = turned(waiting, work(State.WAITING_UNTIL, until=until), work(), at("26 09:00"))
    assert (early.clock_at, early.clock_used) == (at("26 09:00"), 7200)
    assert early.response_due_at == at("26 11:00")


def test_nobody_is_told_of_what_is_late_before_the_day_it_waits_for():
    until = at("30 09:00")
    late = turned(STARTED, work(), work(State.WAITING_UNTIL, until=until), at("25 10:00"))
    assert late.response_due_at == at("24 16:30")
    assert late.alarm_at == until


def test_a_finished_ticket_keeps_its_deadlines_as_facts():
    done = turned(STARTED, work(), work(State.RESOLVED), at("25 10:00"))
    assert (done.response_due_at, done.resolve_due_at) == (at("24 16:30"), at("26 12:30"))
    assert (done.alarm_at, done.clock_used) == (None, int(5.5 * 3600))
    again = turned(done, work(State.RESOLVED), work(), at("30 09:00"))
    assert again.resolve_due_at is not None
    assert between(OFFICE, at("30 09:00"), again.resolve_due_at) == 10.5 * HOUR


def test_another_team_goes_on_by_its_own_hours_from_now():
    moved = turned(
        STARTED, work(), work(team=7), at("24 16:00"), was=OFFICE, calendar=ROUND_THE_CLOCK
    )
    assert (moved.clock_at, moved.clock_used) == (at("24 16:00"), int(3.5 * 3600))
    assert moved.resolve_due_at == at("25 04:30")


def test_once_answered_the_first_answer_is_due_no_more():
    heard = replace(STARTED, first_responded_at=at("24 13:00"))
    after = set_deadlines(heard, work=work(), goal=GOAL, calendar=OFFICE)
    assert (after.response_due_at, after.alarm_at) == (at("24 16:30"), at("26 12:30"))
    other = set_deadlines(heard, work=work(), goal=Goal(response=HOUR), calendar=OFFICE)
    assert (other.response_due_at, other.resolve_due_at) == (at("24 16:30"), None)


def test_the_managers_hear_of_it_an_hour_of_working_time_later():
    told = set_alarm(replace(STARTED, response_told=1), state=State.OPEN, calendar=OFFICE)
    assert told.alarm_at == at("25 09:30")
    both = set_alarm(replace(STARTED, response_told=2), state=State.OPEN, calendar=OFFICE)
    assert both.alarm_at == at("26 12:30")
    done = replace(STARTED, response_told=2, resolve_told=2)
    assert set_alarm(done, state=State.OPEN, calendar=OFFICE).alarm_at is None


def test_without_targets_nothing_is_due():
    assert set_deadlines(STARTED, work=work(), goal=Goal(), calendar=OFFICE) == Clock(
        clock_at=at("24 12:30")
    )


def test_a_desk_that_never_opens_has_no_deadline():
    closed = Calendar(BRUSSELS, ((),) * 7, lambda _day: "")
    assert set_deadlines(STARTED, work=work(), goal=GOAL, calendar=closed).alarm_at is None


@pytest.mark.parametrize(
    ("channel", "direction", "is_answer"),
    [
        ("phone", "inbound", True),
        ("chat", "inbound", True),
        ("visit", "inbound", True),
        ("email", "inbound", False),
        ("web", "inbound", False),
        ("email", "outbound", True),
        ("post", "outbound", True),
    ],
)
def test_who_talked_to_us_was_answered(channel, direction, is_answer):
    assert answers(channel=channel, direction=direction) is is_answer


# Properties ------------------------------------------------------------------------------------
steps = st.lists(
    st.tuples(st.integers(1, 5000), st.sampled_from(["open", "waiting_customer", "resolved"])),
    max_size=8,
)


@given(steps)
def test_however_it_waits_the_time_used_is_what_was_open_while_it_ran(changes):
    start = datetime(2026, 10, 20, 9, tzinfo=UTC)
    clock, state, now, ran = Clock(clock_at=start), "new", start, timedelta(0)
    for minutes, to in changes:
        then = now + timedelta(minutes=minutes)
        if state in {"new", "open"}:
            ran += between(OFFICE, now, then)
        clock = turned(clock, work(state), work(to), then)
        state, now = to, then
    read = read_clock(clock, state=state, calendar=OFFICE, now=now)
    assert read.used == ran


@given(steps, st.integers(1, 60))
def test_the_time_left_lies_between_now_and_the_due_moment(changes, hours):
    start = datetime(2026, 10, 20, 9, tzinfo=UTC)
    clock, state, now = Clock(clock_at=start), "new", start
    for minutes, to in changes:
        then = now + timedelta(minutes=minutes)
        clock = turned(clock, work(state), work(to), then)
        state, now = to, then
    target = hours * HOUR
    due = due_at(clock, target, state=state, calendar=OFFICE)
    if due is None:
        assert state in {"waiting_customer", "resolved"}
        assert clock.used < target
    elif due >= clock.clock_at:
        assert between(OFFICE, clock.clock_at, due) == target - clock.used
    else:
        assert clock.used >= target
