"""Interactions per purchase: exact figures of a shop made by hand; W = 14 days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.stats.cohorts import DayTotal, read_cohorts
from dashboards.stats.lens import FIRST_DAY, Lens
from dashboards.stats.scopes import scope_of
from dashboards.stats.trend import months, weeks
from purchases.services import mark_for_evaluation
from tests import make
from thresholds.rules.intervals import Interval, mean_interval, share_interval
from thresholds.rules.laney import Chart, NotYet
from thresholds.rules.maturity import default_curve
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought, call

pytestmark = pytest.mark.django_db
WINDOW = 14


@pytest.fixture(autouse=True)
def _shop():
    make.shop(window_days=WINDOW)


def lens(days=100, **part):
    today = timezone.localdate(timezone=make.shop().zone)
    start = today - timedelta(days=days)
    return Lens(start, today, today, WINDOW, maturity=default_curve(WINDOW), **part)


def test_mature_purchases_are_counted_by_their_net_interactions():
    for contacts in [0, 0, 0, 0, 0, 0, 1, 1, 2, 6]:
        bought(contacts=contacts, days_ago=30)
    bought(contacts=3, days_ago=5)
    bought(contacts=9, days_ago=30, status="cancelled", dispatched=False)
    bought(contacts=4, days_ago=150)
    sweep()
    found = read_cohorts(lens())
    assert found.mature == {0: 6, 1: 2, 2: 1, 6: 1}
    assert (found.purchases, found.interactions, found.maturing, found.everything) == (
        10,
        10,
        1,
        11,
    )
    assert found.mean == 1.0
    assert found.incidence == 0.4
    assert found.nine_in_ten == 2
    assert [found.over(n) for n in (0, 1, 6, 7)] == [10, 4, 1, 0]
    assert found.purchases_before == 1
    # Σn² = 42: s² = (42 - 10)/9, ± 1.96·s/√10
    assert found.mean_bounds == Interval(
        pytest.approx(0.0, abs=0.17), pytest.approx(2.169, abs=0.001)
    )


def test_now_weighs_the_young_by_their_maturity_and_leaves_the_youngest_out():
    bought(contacts=1, days_ago=30)
    bought(contacts=2, days_ago=5.5)
    bought(contacts=[0.1], days_ago=0.3)
    sweep()
    found = read_cohorts(lens())
    assert found.mean_now == pytest.approx(3 / (1 + lens().exposure(found.days[1].day)))
    assert 0 < lens().exposure(found.days[1].day) < 1


def test_a_channel_counts_its_own_contacts_and_all_purchases():
    bought(contacts=3, days_ago=30)
    both = bought(contacts=1, days_ago=30)
    call(both, 3, 4, channel="email")
    only_later = bought(days_ago=60)
    call(only_later, 20, channel="email")
    sweep()
    found = read_cohorts(lens(channel="email"))
    assert found.mature == {0: 2, 2: 1}
    assert found.later == 1
    assert found.mean == pytest.approx(2 / 3)
    assert read_cohorts(lens(channel="post")).mature == {0: 3}


def test_a_part_of_the_shop_counts_each_purchase_once():
    cup = make.product(category="Cups")
    mug = make.product(category="Cups")
    bought(contacts=2, days_ago=30, products=(cup, mug))
    bought(contacts=1, days_ago=30, products=(mug,))
    bought(contacts=5, days_ago=30)
    sweep()
    assert read_cohorts(lens(scope=scope_of(category="Cups"))).mature == {1: 1, 2: 1}
    assert read_cohorts(lens(scope=scope_of(product=cup.pk))).mature == {2: 1}
    assert read_cohorts(lens()).mature == {1: 1, 2: 1, 5: 1}


def test_later_ones_and_missing_delivery_dates_are_shares_of_what_they_are_part_of():
    bought(contacts=[1, 2, 20], days_ago=40)
    undelivered = make.purchase(ordered_at=timezone.now() - timedelta(days=40))
    mark_for_evaluation(purchase_ids=[undelivered.pk])
    sweep()
    found = read_cohorts(lens())
    assert (found.later, found.later_share) == (1, pytest.approx(1 / 3))
    assert (found.without_delivery, found.everything) == (1, 2)


def test_nothing_has_no_mean():
    found = read_cohorts(lens())
    assert (found.mean, found.mean_now, found.incidence, found.nine_in_ten) == (None,) * 4
    assert (found.later_share, found.mean_bounds, found.maturing) == (None, None, 0)


def test_months_hold_mature_days_only_with_their_interval():
    for days_ago in (20, 50, 80):
        for contacts in (0, 2, 4):
            bought(contacts=contacts, days_ago=days_ago)
    bought(contacts=5, days_ago=3)
    sweep()
    found = months(read_cohorts(lens(days=90)))
    assert sum(month.purchases for month in found) == 9
    assert sum(month.interactions for month in found) == 18
    assert [month.start for month in found] == sorted(month.start for month in found)
    assert all(month.mean == 2.0 for month in found)
    assert found[-1].end <= lens().mature_until
    assert all((month.bounds is not None) == (month.interactions >= 10) for month in found)


def test_weeks_need_twenty_of_them_and_whole_ones():
    for days_ago in range(10, 200, 7):
        bought(contacts=1, days_ago=days_ago)
    sweep()
    few = weeks(read_cohorts(lens(days=90)))
    assert isinstance(few.chart, NotYet)
    assert few.chart.have < 20
    many = weeks(read_cohorts(lens(days=200)))
    assert isinstance(many.chart, Chart)
    assert all(start.weekday() == 0 for start in many.starts)
    assert many.starts[-1] + timedelta(days=6) <= lens().today - timedelta(days=8)
    assert many.chart.centre == pytest.approx(1.0)


def test_an_interval_is_given_only_where_it_is_honest():
    assert mean_interval(1, 20, 400) is None
    assert mean_interval(100, 9, 9) is None
    # 100 purchases of 0 or 2: s² = 100/99
    bounds = mean_interval(100, 100, 200)
    assert bounds.low == pytest.approx(1 - 1.96 * (100 / 99 / 100) ** 0.5, abs=1e-4)
    assert share_interval(0, 0) is None
    # Wilson for 81 of 263 (Newcombe 1998, Statistics in Medicine 17:857-872): 0.2553 to 0.3662
    assert share_interval(81, 263) == Interval(
        pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4)
    )
    assert share_interval(0, 20) == Interval(0.0, pytest.approx(0.1611, abs=1e-4))


def test_all_time_has_no_period_before_it():
    whole = Lens(FIRST_DAY, lens().today, lens().today, WINDOW, maturity=default_curve(WINDOW))
    assert whole.before().end < FIRST_DAY
    assert DayTotal(FIRST_DAY, 1).net == 0
