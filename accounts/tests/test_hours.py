"""Working hours of the shop and of teams: typed, saved, looked ahead, kept in history."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.forms.hours import read_closed, read_spans
from accounts.models import ClosedDays, HistoryEntry, Hours, OpenSpan, Shop
from accounts.services import edit_shop, hours_mark, read_schedule, settle_hours
from accounts.services.schedule import standard_calendar
from accounts.views.hours import look_ahead
from helpdesk.lib.worktime import between
from tests import make

pytestmark = pytest.mark.django_db
HOURS = "/settings/hours/"
BRUSSELS = ZoneInfo("Europe/Brussels")
NINE_TO_FIVE = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00"
)


@pytest.fixture
def as_admin(client):
    client.force_login(make.admin())
    return client


def typed(**fields):
    return {**NINE_TO_FIVE, "country": "BE", "version": 0, **fields}


def test_the_standard_is_nine_to_five_except_on_the_countrys_holidays(as_admin):
    page = as_admin.get(HOURS)
    assert page.context["form"]["monday"].value() == "09:00-17:00"
    assert page.context["form"]["saturday"].value() == ""
    calendar = read_schedule(hours_mark()).calendar(None)
    assert calendar.closed_on(date(2026, 12, 25)) == "Christmas Day"
    week = datetime(2026, 12, 21, tzinfo=BRUSSELS)
    assert between(calendar, week, week + timedelta(days=7)) == timedelta(hours=32)


def test_hours_are_saved_with_history_and_hold_at_once(as_admin):
    before = hours_mark()
    assert read_schedule(before).calendar(None).week[5] == ()
    form = typed(
        monday="8-12, 13:00 – 17.30",
        saturday="10:00-12:00",
        closed="2026-12-24 to 2026-12-31 Winter break\n2026-07-21 National day",
    )
    assert as_admin.post(HOURS, form)["Location"] == HOURS
    hours = Hours.objects.get(team=None)
    assert (hours.country, hours.time_zone) == ("BE", "")
    assert hours_mark() != before
    calendar = read_schedule(hours_mark()).calendar(None)
    assert calendar.week[0] == ((480, 720), (780, 1050))
    assert calendar.week[5:] == (((600, 720),), ())
    assert calendar.closed_on(date(2026, 12, 29)) == "Winter break"
    assert calendar.closed_on(date(2027, 1, 1)) == "New Year's Day"
    assert calendar.closed_on(date(2027, 1, 4)) == ""
    told = HistoryEntry.objects.about(hours).get()
    assert told.verb == "created"
    assert told.changes["monday"] == [None, "08:00-12:00, 13:00-17:30"]
    assert told.changes["closed_days"] == [
        None,
        "2026-07-21 National day; 2026-12-24 to 2026-12-31 Winter break",
    ]


def test_a_change_is_told_by_the_day_that_changed(as_admin):
    as_admin.post(HOURS, typed())
    as_admin.post(HOURS, typed(friday="09:00-16:00", version=2))
    entry = HistoryEntry.objects.about(Hours.objects.get()).first()
    assert entry is not None
    assert entry.changes == {"friday": ["09:00-17:00", "09:00-16:00"]}
    assert "Friday" in as_admin.get(HOURS).content.decode()


def test_a_team_has_hours_of_its_own_until_it_goes_by_the_shops_again(as_admin):
    team = make.team("Night desk")
    address = f"/settings/teams/{team.pk}/hours/"
    assert "as the shop" in as_admin.get(address).content.decode()
    nights = {"monday": "22:00-06:00", "country": "", "time_zone": "Europe/London", "version": 0}
    assert as_admin.post(address, nights)["Location"] == address
    schedule = read_schedule(hours_mark())
    assert schedule.calendar(team.pk).week[0] == ((1320, 1800),)
    assert schedule.calendar(team.pk).zone == ZoneInfo("Europe/London")
    assert schedule.calendar(team.pk).closed_on(date(2026, 12, 25)) == ""
    assert schedule.calendar(None).week[0] == ((540, 1020),)
    version = Hours.objects.get().version
    as_admin.post(address + "drop/", {"version": version})
    as_admin.post(address + "drop/", {"version": version})
    schedule = read_schedule(hours_mark())
    assert schedule.calendar(team.pk) is schedule.shop
    assert HistoryEntry.objects.about(Hours.objects.get()).count() == 2


def test_the_second_of_two_who_save_at_once_is_told(as_admin):
    as_admin.post(HOURS, typed())
    page = as_admin.post(HOURS, typed(monday="10:00-11:00"))
    assert "changed this at" in page.content.decode()
    assert OpenSpan.objects.filter(weekday=0).get().opens == 540


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("monday", "nine to five", "“nine to five” is not clear"),
        ("monday", "09:00-25:00", "has a time that no clock shows"),
        ("monday", "09:61-10:00", "has a time that no clock shows"),
        ("monday", "09:00-12:00, 11:00-17:00", "Two of these spans overlap"),
        ("monday", ",".join(f"{n}:00-{n}:30" for n in range(7)), "At most six spans"),
        ("closed", "24 December", "“24 December” is not clear"),
        ("closed", "2026-12-24", "“2026-12-24” is not clear"),
        ("closed", "2026-13-24 x", "is not clear"),
        ("closed", "2026-12-24 to 2026-12-20 Break", "ends before it begins"),
        ("country", "XX", "The holidays of “XX” are not known"),
        ("time_zone", "Mars/Base", "is not a time zone"),
    ],
)
def test_what_is_not_clear_is_refused_beside_its_field(as_admin, field, text, told):
    page = as_admin.post(HOURS, typed(**{field: text}))
    assert any(told in error for error in page.context["form"].errors[field])
    assert not Hours.objects.exists()


def test_a_part_of_the_country_has_its_own_holidays(as_admin):
    page = as_admin.post(HOURS, typed(country="DE", subdivision="ZZ"))
    assert "These are: Augsburg, BB, BE, BW, BY" in page.context["form"].errors["subdivision"][0]
    as_admin.post(HOURS, typed(country="DE", subdivision="BY"))
    closed_on = read_schedule(hours_mark()).shop.closed_on
    assert closed_on(date(2026, 1, 6)) == "Epiphany"
    assert closed_on(date(2026, 12, 25)) == "Christmas Day"


def test_looking_ahead_saves_nothing(as_admin):
    page = as_admin.post(HOURS, typed(monday="", preview="1", country=""))
    assert page.context["is_preview"] is True
    assert page.context["outlook"].weeks[2].open_for == timedelta(hours=32)
    assert not Hours.objects.exists()


def test_the_outlook_names_the_closed_days_and_the_next_change():
    calendar = standard_calendar(make.shop())
    outlook = look_ahead(calendar, datetime(2026, 12, 16, 12, tzinfo=BRUSSELS))
    assert outlook.is_open
    assert outlook.changes_at == datetime(2026, 12, 16, 17, tzinfo=BRUSSELS)
    assert [(week.first, week.open_for.total_seconds() / 3600) for week in outlook.weeks[:3]] == [
        (date(2026, 12, 14), 40),
        (date(2026, 12, 21), 32),
        (date(2026, 12, 28), 32),
    ]
    assert outlook.weeks[1].closed == [(date(2026, 12, 25), "Christmas Day")]
    asleep = look_ahead(calendar, datetime(2026, 12, 16, 19, tzinfo=BRUSSELS))
    assert (asleep.is_open, asleep.changes_at) == (
        False,
        datetime(2026, 12, 17, 9, tzinfo=BRUSSELS),
    )


def test_the_page_tells_when_the_desk_is_closed(as_admin):
    page = as_admin.post(
        HOURS, typed(closed="2020-01-01 to 2199-12-31 Moved away", preview="1")
    ).content.decode()
    assert "It does not open in the next two months" in page
    assert ": Moved away" in page


def test_another_zone_or_country_of_the_shop_changes_the_hours():
    shop, before = make.shop(), hours_mark()
    edit_shop(shop=shop, version=1, values={"country": "NL"}, actor=make.admin())
    assert hours_mark() != before
    closed_on = read_schedule(hours_mark()).shop.closed_on
    assert closed_on(date(2026, 4, 27)) == "King's Day"


def test_hours_that_changed_again_are_not_settled():
    shop = make.shop()
    assert settle_hours(mark=shop.hours_mark) is True
    assert settle_hours(mark="earlier") is False
    assert Shop.objects.get().hours_settled == shop.hours_mark


def test_the_schedule_is_read_once(queries):
    make.shop()
    mark = hours_mark()
    with queries(exactly=2):  # the shop, its hours; none are saved
        read_schedule(mark)
    with queries(exactly=0):
        read_schedule(mark)


def test_spans_and_days_are_read_as_typed():
    assert read_spans("13-17; 8:30-12") == ((510, 720), (780, 1020))
    assert read_spans("0-24") == ((0, 1440),)
    assert read_spans("22:00 to 06:00") == ((1320, 1800),)
    assert read_spans(" ") == ()
    assert read_closed("2026-12-24..2026-12-26 Break\n\n2026-05-01   May day") == (
        (date(2026, 12, 24), date(2026, 12, 26), "Break"),
        (date(2026, 5, 1), date(2026, 5, 1), "May day"),
    )
    with pytest.raises(ValidationError):
        read_spans("9")


DAY = date(2026, 12, 24)
REFUSED = [
    ("hours_of_the_shop_in_use", Hours, {"in_use": False}),
    ("hours_part_of_a_country", Hours, {"subdivision": "BY"}),
    ("span_weekday_known", OpenSpan, {"weekday": 7, "opens": 1, "closes": 2}),
    ("span_opens_on_its_day", OpenSpan, {"weekday": 1, "opens": 1440, "closes": 1500}),
    ("span_closes_within_a_day", OpenSpan, {"weekday": 1, "opens": 60, "closes": 60}),
    ("span_closes_within_a_day", OpenSpan, {"weekday": 1, "opens": 60, "closes": 1501}),
    (
        "closed_days_in_order",
        ClosedDays,
        {"first_day": DAY, "last_day": date(2026, 12, 1), "name": "x"},
    ),
    ("closed_days_have_a_name", ClosedDays, {"first_day": DAY, "last_day": DAY, "name": ""}),
]


@pytest.mark.parametrize(("name", "model", "fields"), REFUSED)
def test_the_database_refuses_hours_that_cannot_be(name, model, fields):
    if model is not Hours:
        fields = fields | {"hours": Hours.objects.create()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**fields)


def test_the_database_keeps_one_of_each_hours():
    hours = Hours.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():  # hours_one_for_the_shop
        Hours.objects.create()
    OpenSpan.objects.create(hours=hours, weekday=0, opens=1, closes=2)
    with pytest.raises(IntegrityError), transaction.atomic():  # span_once
        OpenSpan.objects.create(hours=hours, weekday=0, opens=1, closes=3)
