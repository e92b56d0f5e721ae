"""Periods in the address of a page."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.lib.periods import Period, iso_week, read_period, week_start

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("key", "start", "days"),
    [
        ("30", date(2026, 3, 2), 30),
        ("90", date(2026, 1, 1), 90),
        ("365", date(2025, 4, 1), 365),
        ("all", None, None),
    ],
)
def test_a_named_period_ends_today(key: str, start: date | None, days: int | None) -> None:
    chosen = read_period({"period": key}, TODAY)
    assert chosen.error == ""
    assert (chosen.period.start, chosen.period.end, chosen.period.days) == (start, TODAY, days)


def test_nothing_in_the_address_means_the_default() -> None:
    assert read_period({}, TODAY).period.key == "90"


def test_two_dates_are_a_period_of_their_own() -> None:
    chosen = read_period({"from": "2026-01-01", "to": "2026-01-31"}, TODAY)
    assert chosen.error == ""
    assert chosen.period == Period("custom", date(2026, 1, 1), date(2026, 1, 31))
    assert chosen.period.days == 31
    assert read_period(chosen.period.params, TODAY).period == chosen.period


def test_a_missing_end_is_today() -> None:
    assert read_period({"from": "2026-03-01"}, TODAY).period.end == TODAY


@pytest.mark.parametrize(
    "params",
    [
        {"period": "yesterday"},
        {"period": "custom"},
        {"from": "31/01/2026"},
        {"from": "2026-02-30"},
        {"from": "0001-01-01"},
        {"from": "2026-02-01", "to": "9999-12-31"},
        {"from": "2026-02-01", "to": "2026-01-01"},
    ],
)
def test_nonsense_gives_the_default_and_says_so(params: dict[str, str]) -> None:
    chosen = read_period(params, TODAY, default="30")
    assert chosen.period.key == "30"
    assert chosen.error


def test_days_begin_at_midnight_of_the_shop_over_a_change_of_clocks() -> None:
    zone = ZoneInfo("Europe/Brussels")
    period = Period("custom", date(2026, 3, 29), date(2026, 3, 29))
    start, end = period.moments(zone)
    assert start == datetime(2026, 3, 29, tzinfo=zone)
    assert end == datetime(2026, 3, 30, tzinfo=zone)
    assert end.astimezone(ZoneInfo("UTC")) - start.astimezone(ZoneInfo("UTC")) == timedelta(
        hours=23
    )


def test_the_period_before_has_the_same_length_and_touches() -> None:
    before = read_period({"period": "30"}, TODAY).period.previous()
    assert before == Period("custom", date(2026, 1, 31), date(2026, 3, 1))
    assert read_period({"period": "all"}, TODAY).period.previous() is None


def test_weeks_are_those_of_iso_8601() -> None:
    assert iso_week(date(2021, 1, 3)) == (2020, 53)
    assert week_start(2020, 53) == date(2020, 12, 28)
    with pytest.raises(ValueError, match="week"):
        week_start(2021, 53)


def test_a_period_says_what_it_is() -> None:
    assert read_period({"period": "90"}, TODAY).period.label == "Last 90 days"
    assert (
        Period("custom", date(2026, 1, 1), date(2026, 1, 2)).label == "Jan. 1, 2026 to Jan. 2, 2026"
    )
