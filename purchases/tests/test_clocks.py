"""When the age of a purchase starts, and what happens when the shop's settings change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Shop
from purchases.models import Purchase
from purchases.rules import (
    fold_email,
    fold_order_number,
    has_left_the_house,
    last_word_first,
    read_clock,
    read_status,
)
from purchases.services import reset_clocks_when_due
from purchases.tasks import reset_clocks
from tests import make

LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def reading(delivered_at=None, zone="Europe/Brussels"):
    return read_clock(
        ordered_at=LATE,
        delivered_at=delivered_at,
        transit_days=3,
        window_days=90,
        zone=ZoneInfo(zone),
    )


def test_the_clock_runs_from_the_delivery():
    told = reading(LATE + timedelta(days=1))
    assert (told.kind, told.at) == ("delivery", LATE + timedelta(days=1))
    assert told.window_ends_at == LATE + timedelta(days=91)
    assert told.day == date(2026, 3, 4)


def test_without_a_delivery_from_the_order_plus_the_usual_transit():
    told = reading(zone="America/New_York")
    assert (told.kind, told.at, told.day) == ("order", LATE + timedelta(days=3), date(2026, 3, 5))


def test_the_window_is_whole_24_hours_also_when_the_clocks_change():
    brussels = ZoneInfo("Europe/Brussels")
    for moment in (datetime(2026, 3, 28, 12, tzinfo=brussels), LATE.astimezone(brussels)):
        told = reading(moment)
        assert told.at == moment
        assert told.window_ends_at.astimezone(UTC) == moment.astimezone(UTC) + timedelta(days=90)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("A-24817", "a24817"), ("Ä 1/2", "a12"), ("---", "---"), ("№ 5", "no5"), ("x" * 99, "x" * 80)],
)
def test_order_numbers_fold_to_letters_and_digits(text, folded):
    assert fold_order_number(text) == folded


def test_names_mails_and_states_fold():
    assert last_word_first("Els De  Vermeulen") == "vermeulen els de"
    assert last_word_first("") == ""
    assert fold_email(" Els@Example.COM ") == "els@example.com"
    assert (read_status("In-Transit"), read_status("lost")) == ("dispatched", None)
    assert has_left_the_house(status="returned", delivered_at=None)
    assert not has_left_the_house(status="cancelled", delivered_at=None)


@pytest.mark.django_db
def test_changed_settings_move_the_clocks_and_mark_what_moved():
    make.shop(transit_days=3, window_days=90)
    by_order = make.purchase(ordered_at=LATE)
    delivered = make.purchase(ordered_at=LATE, delivered_at=LATE)
    make.shop(transit_days=5, counting_changed_at=timezone.now())

    assert reset_clocks_when_due() == 1

    by_order.refresh_from_db()
    delivered.refresh_from_db()
    assert by_order.clock_at == LATE + timedelta(days=5)
    assert by_order.window_ends_at == LATE + timedelta(days=95)
    assert by_order.clock_day == date(2026, 3, 8)
    assert make.mark_of(by_order) is not None
    assert (delivered.clock_at, make.mark_of(delivered)) == (LATE, None)
    assert Shop.objects.get().counting_changed_at is None


@pytest.mark.django_db
def test_another_zone_moves_the_cohorts_and_another_window_its_end():
    purchase = make.purchase(ordered_at=LATE, delivered_at=LATE)
    make.shop(time_zone="America/New_York", window_days=30, counting_changed_at=timezone.now())
    reset_clocks()
    purchase.refresh_from_db()
    assert purchase.clock_day == date(2026, 3, 2)
    assert purchase.window_ends_at == LATE + timedelta(days=30)


@pytest.mark.django_db
def test_purchases_with_contacts_are_judged_again_whatever_changed():
    busy = make.purchase(gross_interactions=2)
    make.purchase()
    make.shop(merge_hours=24, counting_changed_at=timezone.now())
    assert reset_clocks_when_due() == 1
    assert list(Purchase.objects.marked()) == [busy]


@pytest.mark.django_db
def test_nothing_is_done_when_nothing_changed(queries):
    make.purchase(gross_interactions=2)
    with queries(exactly=1):
        assert reset_clocks_when_due() == 0
