"""Business time: exact cases first, then what must hold for every desk and every moment."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.worktime import Calendar, between, is_open, opened, shift

BRUSSELS = ZoneInfo("Europe/Brussels")
NINE_TO_FIVE = ((9 * 60, 17 * 60),)
OFFICE = (NINE_TO_FIVE,) * 5 + ((), ())
NIGHTS = (((22 * 60, 30 * 60),),) * 7
HOUR = timedelta(hours=1)


def desk(week=OFFICE, closed=None, zone=BRUSSELS) -> Calendar:
    names = closed or {}
    return Calendar(zone, week, lambda day: names.get(day, ""))


def at(text: str, zone=BRUSSELS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24 12:30", 4, "2026-11-24 16:30"),
        ("2026-11-24 15:30", 4, "2026-11-25 11:30"),
        ("2026-11-24 09:00", 8, "2026-11-24 17:00"),  # the last moment of the day still counts
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),  # over the weekend
        ("2026-11-28 03:00", 1, "2026-11-30 10:00"),
        ("2026-11-24 05:00", 1, "2026-11-24 10:00"),
        ("2026-11-24 20:00", 0, "2026-11-24 20:00"),
        ("2026-11-25 11:30", -4, "2026-11-24 15:30"),
        ("2026-11-30 10:00", -2, "2026-11-27 16:00"),
    ],
)
def test_hours_are_added_while_it_is_open(start, hours, due):
    assert shift(desk(), at(start), hours * HOUR) == at(due)


def test_a_closed_day_is_passed_over():
    closed = {date(2026, 12, 25): "Christmas Day"}
    assert shift(desk(closed=closed), at("2026-12-24 16:00"), 2 * HOUR) == at("2026-12-28 10:00")
    assert between(desk(), at("2026-12-24 16:00"), at("2026-12-28 10:00")) == 10 * HOUR
    assert between(desk(closed=closed), at("2026-12-24 16:00"), at("2026-12-28 10:00")) == 2 * HOUR


def test_a_break_at_noon_does_not_count():
    week = (((9 * 60, 12 * 60), (13 * 60, 17 * 60)),) * 7
    assert shift(desk(week), at("2026-11-24 11:30"), HOUR) == at("2026-11-24 13:30")


def test_a_desk_that_never_opens_has_no_due_moment():
    closed = desk(((),) * 7)
    assert shift(closed, at("2026-11-24 11:30"), HOUR) is None
    assert shift(closed, at("2026-11-24 11:30"), -HOUR) is None
    assert between(closed, at("2026-01-01 00:00"), at("2026-12-31 00:00")) == timedelta(0)


def test_a_desk_that_is_closed_for_months_opens_again():
    closed = {date(2026, 1, 1) + timedelta(days=n): "Rebuilding" for n in range(300)}
    assert shift(desk(closed=closed), at("2026-01-05 10:00"), HOUR) == at("2026-10-28 10:00")


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-03-28 21:00", "2026-03-29 12:00", 7),  # summer begins: the night is an hour short
        ("2026-10-24 21:00", "2026-10-25 12:00", 9),  # and ends: an hour long
        ("2026-11-24 21:00", "2026-11-25 12:00", 8),
    ],
)
def test_a_night_shift_is_as_long_as_the_night(since, until, hours):
    assert between(desk(NIGHTS), at(since), at(until)) == hours * HOUR


def test_what_the_clock_skips_is_not_counted_twice():
    week = (((60, 150), (180, 240)),) * 7  # 01:00-02:30 and 03:00-04:00
    day = opened(desk(week), at("2026-03-29 00:00"), at("2026-03-29 12:00"))
    # 02:30 is not there: it comes an hour later, at 03:30, inside the second span.
    assert day == [(at("2026-03-29 01:00"), at("2026-03-29 04:00"))]


def test_a_night_shift_goes_on_into_a_closed_day():
    closed = {date(2026, 12, 25): "Christmas Day"}
    assert between(
        desk(NIGHTS, closed), at("2026-12-24 21:00"), at("2026-12-26 21:00")
    ) == timedelta(hours=8)


def test_it_is_open_from_the_first_moment_until_before_the_last():
    assert is_open(desk(), at("2026-11-24 09:00"))
    assert not is_open(desk(), at("2026-11-24 17:00"))
    assert not is_open(desk(), at("2026-11-24 08:59"))


# Properties ------------------------------------------------------------------------------------
ZONES = ["Europe/Brussels", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe"]
ZONES += ["America/Havana"]  # changes its clocks at midnight
spans = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda s: (s[0], s[0] + s[1]))
weeks = st.lists(
    st.lists(spans, max_size=3).map(lambda found: tuple(sorted(found))), min_size=7, max_size=7
).map(tuple)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 365 * 24 * 60).map(lambda n: YEAR + timedelta(minutes=n))
short = st.integers(0, 60 * 60).map(lambda n: timedelta(minutes=n))


@st.composite
def desks(draw):
    days = draw(st.sets(st.integers(0, 400), max_size=12))
    closed = {date(2026, 1, 1) + timedelta(days=n): "Closed" for n in days}
    return desk(draw(weeks), closed, ZoneInfo(draw(st.sampled_from(ZONES))))


@given(desks(), moments, short)
def test_what_was_added_lies_between(calendar, moment, by):
    due = shift(calendar, moment, by)
    assert due is None or between(calendar, moment, due) == by


@given(desks(), moments, short)
def test_what_was_taken_off_lies_between(calendar, moment, by):
    before = shift(calendar, moment, -by)
    assert before is None or between(calendar, before, moment) == by


@given(desks(), moments, short, short)
def test_more_time_is_never_due_earlier(calendar, moment, one, more):
    first, second = shift(calendar, moment, one), shift(calendar, moment, one + more)
    assert first is None or second is None or moment <= first <= second


@given(desks(), moments, short, short)
def test_two_stretches_add_up_to_the_whole(calendar, start, one, two):
    middle, end = start + one, start + one + two
    whole = between(calendar, start, end)
    assert between(calendar, start, middle) + between(calendar, middle, end) == whole
    assert whole <= end - start


@given(desks(), moments, st.integers(0, 3000))
def test_it_is_what_one_counts_minute_by_minute(calendar, start, minutes):
    end = start + timedelta(minutes=minutes)
    found = opened(calendar, start, end)
    assert found == sorted(found)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(found))
    walls = set()
    day = start.astimezone(calendar.zone).date() - timedelta(days=3)
    for n in range(8):
        this = day + timedelta(days=n)
        for opens, closes in calendar.spans(this):
            wall = datetime.combine(this, datetime.min.time())
            first = (wall + timedelta(minutes=opens)).replace(tzinfo=calendar.zone).timestamp()
            last = (wall + timedelta(minutes=closes)).replace(tzinfo=calendar.zone).timestamp()
            walls |= set(range(int(first) // 60, int(last) // 60))
    begin = int(start.timestamp()) // 60
    counted = sum(minute in walls for minute in range(begin, begin + minutes))
    assert between(calendar, start, end) == timedelta(minutes=counted)
