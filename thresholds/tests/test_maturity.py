import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds.rules.maturity import (
    ExposureRow,
    at_risk,
    curve_from_counts,
    curve_from_purchases,
    default_curve,
    exposure_at,
    exposure_rows,
    first_events,
    mean_cumulative,
    share_at,
    tenths,
)
from thresholds.tests.cases import FIVE_PURCHASES, FIVE_PURCHASES_MCF, shared_case

few = settings(max_examples=25, derandomize=True, deadline=None, database=None)


def counted(purchases: tuple, window: int) -> tuple[list[int], list[int]]:
    ages: dict[int, int] = {}
    events = [0] * window
    for age, days in purchases:
        ages[age] = ages.get(age, 0) + 1
        for day in days:
            events[day] += 1
    return events, at_risk(ages, window)


def f0(age: float, window: int = 90) -> float:
    return (1 - math.exp(-age / 20)) / (1 - math.exp(-window / 20))


def test_nelsons_function_of_five_purchases_is_the_one_made_by_hand() -> None:
    mcf = mean_cumulative(*counted(FIVE_PURCHASES, 51))
    for age, value in FIVE_PURCHASES_MCF.items():
        assert mcf[age] == pytest.approx(value, abs=1e-6)
    assert mcf[1] == 0
    assert mcf[15] / mcf[50] == pytest.approx(0.50495, abs=1e-5)


@pytest.mark.shared
def test_the_shared_case_of_the_cumulative_function_is_met() -> None:
    toy, adjusted = shared_case("10_exposure_mcf.json")["cases"]
    purchases = tuple((p["age"], tuple(p["contact_days"])) for p in toy["data"]["purchases"])
    assert purchases == FIVE_PURCHASES
    mcf = mean_cumulative(*counted(purchases, 51))
    for age, value in toy["expected"]["MCF"]:
        assert mcf[age] == pytest.approx(value, abs=toy["expected"]["tol"])
    counts, shares = adjusted["data"]["counts"], adjusted["data"]["maturity"]
    assert sum(counts) / sum(shares) == adjusted["expected"]["mean_per_mature_purchase"]


def test_at_risk_counts_purchases_at_least_that_old() -> None:
    assert at_risk({0: 2, 1: 1, 3: 4, 9: 5}, 4) == [12, 10, 9, 9]
    assert at_risk({}, 3) == [0, 0, 0]
    assert at_risk({-2: 1, 0: 1}, 2) == [2, 0]


def test_at_most_the_first_four_events_of_a_purchase_count() -> None:
    assert first_events([9, 1, 5, 1, 7, 2]) == [1, 1, 2, 5]
    curve = curve_from_purchases([(100, [1, 1, 2, 5, 7, 9])] + [(100, [])] * 19, 90)
    assert curve.events == 4


def test_events_in_the_future_or_beyond_the_window_do_not_count() -> None:
    curve = curve_from_purchases([(100, [89, 90, 99])] * 20 + [(10, [10, 11])] * 20, 90)
    assert curve.events == 40


def test_without_events_the_default_curve_holds() -> None:
    curve = curve_from_counts([0] * 90, [500] * 90)
    assert curve.values == default_curve(90)
    assert (curve.events, curve.shop_weight, curve.reliable_to_age) == (0, 0.0, 89)
    assert curve.raw_share(20) == pytest.approx(f0(20))
    assert (curve.raw_share(0), curve.raw_share(90), curve.share(4000)) == (0.0, 1.0, 1.0)


def test_without_twenty_purchases_at_risk_the_default_curve_holds() -> None:
    curve = curve_from_counts([3] + [0] * 89, [19] * 90)
    assert curve.values == default_curve(90)
    assert curve.reliable_to_age is None


def test_with_only_newborn_purchases_the_default_curve_holds() -> None:
    # F0(0) = 0, so nothing can be continued from age 0.
    curve = curve_from_counts([30] + [0] * 89, [500] + [19] * 89)
    assert curve.values == default_curve(90)
    assert (curve.reliable_to_age, curve.events) == (0, 0)


def test_a_mature_shop_has_its_own_curve_blended_by_its_events() -> None:
    # 200 events, 150 of them at age 0: the weight is 200 / 250.
    events = [150] + [0] * 9 + [50] + [0] * 79
    curve = curve_from_counts(events, [400] * 90)
    assert curve.shop_weight == 0.8
    assert curve.raw_share(0) == pytest.approx(0.8 * 0.75)
    assert curve.raw_share(9) == pytest.approx(0.8 * 0.75 + 0.2 * f0(9))
    assert curve.raw_share(10) == pytest.approx(0.8 + 0.2 * f0(10))
    assert curve.raw_share(89) == pytest.approx(0.8 + 0.2 * f0(89))
    assert (curve.share(0), curve.share(10)) == (0.6, 0.9)
    assert curve.rounded_values[:2] == (0.6, 0.6)


def test_beyond_the_last_reliable_age_the_curve_takes_the_default_shape() -> None:
    # 20 at risk to age 30; the 7 events at age 31 rest on 19 purchases and are not used.
    events = [100] + [0] * 29 + [50, 7] + [0] * 58
    risk = [1000] * 30 + [20] + [19] * 59
    curve = curve_from_counts(events, risk)
    assert (curve.reliable_to_age, curve.events, curve.shop_weight) == (30, 150, 0.75)
    whole = (0.1 + 2.5) / f0(30)
    assert curve.raw_share(0) == pytest.approx(0.75 * 0.1 / whole)
    assert curve.raw_share(30) == pytest.approx(f0(30))
    assert curve.raw_share(60) == pytest.approx(f0(60))


def test_a_curve_is_the_same_from_raw_purchases_and_from_counts() -> None:
    purchases = FIVE_PURCHASES * 30
    assert curve_from_purchases(purchases, 60) == curve_from_counts(*counted(purchases, 60))


@few
@given(
    steps=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), min_size=1, max_size=40),
    newest=st.integers(0, 50),
)
def test_a_curve_rises_from_at_least_zero_to_at_most_one(
    steps: list[tuple[int, int]], newest: int
) -> None:
    left = sum(lost for _, lost in steps) + newest
    risk, events = [], []
    for happened, lost in steps:
        risk.append(left)
        events.append(happened if left else 0)
        left -= lost
    values = curve_from_counts(events, risk).values
    assert all(-1e-12 <= value <= 1 + 1e-12 for value in values)
    assert all(b >= a - 1e-12 for a, b in pairwise(values))


def test_shares_round_to_tenths_half_upwards() -> None:
    assert [tenths(x) for x in (0, 0.04, 0.05, 0.1, 0.25, 0.349, 0.35, 0.95, 1)] == [
        0, 0, 1, 1, 3, 3, 4, 10, 10,
    ]  # fmt: skip


def test_whether_a_purchase_is_learned_from_is_asked_before_rounding() -> None:
    curve = curve_from_counts([0] * 90, [0] * 90)
    # F0(1) = 0.049, F0(2) = 0.096, F0(3) = 0.141.
    assert [curve.share(age) for age in (1, 2, 3)] == [0.0, 0.1, 0.1]
    assert [curve.is_learned_from(age) for age in (1, 2, 3)] == [False, False, True]


def test_stored_values_give_the_same_shares_as_the_curve() -> None:
    curve = curve_from_counts([40] + [1] * 89, [400] * 90)
    stored = [*curve.values, 1.0]
    for age in (-3, 0, 45, 89, 90, 500):
        assert share_at(stored, age) == curve.raw_share(age)
        assert exposure_at(stored, age) == curve.share(age)


def test_rows_to_learn_from_are_merged_where_they_are_equal() -> None:
    curve = curve_from_counts([0] * 90, [0] * 90)
    rows = exposure_rows(curve, [(90, 2, 5), (400, 2, 7), (20, 0, 3)])
    assert sorted(rows) == [
        ExposureRow(0, curve.raw_share(20), 3),
        ExposureRow(2, 1.0, 12),
    ]


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="no purchase has reached"):
        curve_from_counts([0, 1], [5, 0])
    with pytest.raises(ValueError, match="same ages"):
        curve_from_counts([0, 1], [5])
    with pytest.raises(ValueError, match="at least one day"):
        curve_from_counts([], [])
