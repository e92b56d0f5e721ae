from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from helpdesk.lib.shares import percent_text
from helpdesk.templatetags import moments

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _brussels_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with timezone.override(ZoneInfo("Europe/Brussels")):
        yield


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW - timedelta(seconds=30), "just now"),
        (NOW - timedelta(minutes=5), "5 min ago"),
        (NOW - timedelta(hours=2), "2 h ago"),
        (NOW - timedelta(hours=22), "yesterday 17:30"),
        (NOW - timedelta(days=2), "Mon 16 Nov 15:30"),
        (NOW - timedelta(days=40), "Fri 9 Oct"),
        (NOW - timedelta(days=400), "14 Oct 2025"),
        (NOW + timedelta(hours=2), "today 17:30"),
        (NOW + timedelta(hours=20), "tomorrow 11:30"),
    ],
)
def test_ago_says_it_as_people_do_in_the_zone_of_the_reader(at, words):
    assert f">{words}</time>" in moments.ago(at)


def test_the_exact_moment_stands_in_the_hover_text():
    assert moments.moment(NOW) == (
        '<time class="td-time" datetime="2026-11-18T14:30:00+00:00" '
        'title="Wed 18 Nov 2026, 15:30">Wed 18 Nov 15:30</time>'
    )
    assert ">15:30</time>" in moments.clock(NOW)
    assert ">2 d 5 h</time>" in moments.since(NOW - timedelta(days=2, hours=5))


def test_a_day_is_a_date_or_the_local_day_of_a_moment():
    assert ">Wed 18 Nov</time>" in moments.day(date(2026, 11, 18))
    assert ">Thu 19 Nov</time>" in moments.day(datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    assert ">3 May 2024</time>" in moments.day(date(2024, 5, 3))


@pytest.mark.parametrize(
    "name", ["ago", "since", "moment", "clock", "day", "duration", "days_text"]
)
def test_no_moment_is_no_text(name):
    assert Template(f"{{{{ value|{name} }}}}").render(Context({"value": None})) == ""


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (45, "45 s"),
        (12 * 60, "12 min"),
        (timedelta(hours=6, minutes=12), "6 h 12"),
        (timedelta(hours=3, minutes=5), "3 h 05"),
        (timedelta(days=2, hours=5), "2 d 5 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=61, hours=3), "61 d"),
        (-5, "0 s"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(span, words):
    assert moments.duration(span) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.36, "36 %"),
        (0.005, "0.5 %"),
        (0.0, "0 %"),
        (0.02, "2 %"),
        (1, "100 %"),
        (0.0999, "10 %"),
        (None, "–"),
    ],
)
def test_a_share_is_a_percentage(share, words):
    assert percent_text(share) == words.replace(" ", "\u202f")


def test_a_share_of_nothing_is_a_dash_and_not_nought():
    assert moments.percent_of(0, 0) == "–"
    assert moments.percent_of(1, 4) == "25\u202f%"
    assert moments.days_text(1) == "1 day"
