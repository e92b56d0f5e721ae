import math
from statistics import variance

import pytest

from thresholds.rules.luck import (
    Arm,
    change,
    change_of_reason,
    dispersion_of,
    purchases_needed,
    share_of_luck,
)


def mature_arm(counts: list[int]) -> Arm:
    return Arm(
        purchases=len(counts),
        exposure=float(len(counts)),
        exposure_squared=float(len(counts)),
        interactions=sum(counts),
        interactions_squared=sum(x * x for x in counts),
        interactions_times_exposure=float(sum(counts)),
    )


def test_the_share_of_luck_is_the_one_the_method_names() -> None:
    assert round(share_of_luck(0.6, 0.8), 2) == 0.57
    assert share_of_luck(0.6, None) == 1.0
    assert share_of_luck(0.0, 0.8) == 1.0


def test_a_change_has_the_interval_of_the_sample_variances() -> None:
    before, after = [0, 1, 4, 0, 2, 3, 0, 5], [0, 0, 1, 0, 1, 0, 0, 0]
    found = change(mature_arm(before), mature_arm(after))
    half = 1.959963984540054 * math.sqrt(variance(before) / 8 + variance(after) / 8)
    assert found.difference == pytest.approx(0.25 - 1.875)
    assert (found.low, found.high) == (
        pytest.approx(found.difference - half),
        pytest.approx(found.difference + half),
    )
    assert found.is_clear


def test_young_purchases_weigh_by_their_exposure() -> None:
    # (x, e): (0, 0.5), (1, 0.5), (2, 1): rate 3 / 2, residuals -0.75, 0.25, 0.5.
    arm = Arm(3, 2.0, 1.5, 3, 5, 2.5)
    assert arm.rate == 1.5
    assert arm.rate_variance == pytest.approx(1.5 * (0.5625 + 0.0625 + 0.25) / 4)


def test_with_few_events_no_interval_is_claimed() -> None:
    found = change(mature_arm([1] * 5 + [0] * 50), mature_arm([1] * 4 + [0] * 50))
    assert (found.low, found.high, found.is_clear) == (None, None, False)
    lonely = change(mature_arm([20]), mature_arm([1, 2, 3]))
    assert lonely.low is None
    assert Arm(0, 0.0, 0.0, 0, 0, 0.0).rate == 0.0


def test_a_reasons_change_widens_with_the_shops_dispersion() -> None:
    narrow = change_of_reason((40, 100.0), (60, 100.0), 1.0)
    wide = change_of_reason((40, 100.0), (60, 100.0), 2.25)
    assert narrow.difference == pytest.approx(0.2)
    assert narrow.low == pytest.approx(0.2 - 1.959963984540054 * 0.1)
    assert narrow.is_clear
    assert wide.high - wide.low == pytest.approx(1.5 * (narrow.high - narrow.low))
    assert not wide.is_clear
    assert change_of_reason((0, 0.0), (60, 100.0), 1.0).low is None


def test_the_dispersion_is_variance_over_mean_and_never_below_one() -> None:
    counts = [0, 0, 0, 1, 5]
    assert dispersion_of({0: 3, 1: 1, 5: 1}) == pytest.approx(variance(counts) / 1.2)
    assert dispersion_of({1: 50}) == 1.0
    assert dispersion_of({0: 9}) == 1.0
    assert dispersion_of({}) == 1.0


def test_purchases_needed_follow_the_formula_and_round_up() -> None:
    v = (0.6 + 0.36 / 0.8) + (0.5 + 0.25 / 0.8)
    assert purchases_needed(0.6, 0.5, 0.8) == math.ceil(7.849 * v / 0.01)
    assert purchases_needed(0.6, 0.5, None) == math.ceil(7.849 * 1.1 / 0.01)
    assert purchases_needed(0.6, 0.6, 0.8) is None
