import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds.rules.negative_binomial import (
    cdf,
    log_pmf,
    pmf,
    pmf_table,
    quantile,
    smallest_rare_count,
    tail,
    variance,
)
from thresholds.tests.cases import HORSE_KICKS, TAILS, shared_case

few = settings(max_examples=25, derandomize=True, deadline=None, database=None)


def exact_tail(count: int, mean: Fraction, size: int) -> Fraction:
    """P(N >= count) for a whole size, in fractions: no rounding at all."""
    q = mean / (mean + size)
    below = sum(math.comb(n + size - 1, n) * (1 - q) ** size * q**n for n in range(count))
    return 1 - below


def test_horse_kicks_have_the_published_expected_frequencies() -> None:
    total = sum(HORSE_KICKS.values())
    mean = sum(n * times for n, times in HORSE_KICKS.items()) / total
    assert mean == 0.61
    expected = [total * p for p in pmf_table(3, mean, None)] + [total * tail(4, mean, None)]
    # The published last class is the exact 4, not "4 and more".
    expected[4] = total * pmf(4, mean, None)
    assert expected == pytest.approx([108.67, 66.29, 20.22, 4.11, 0.63], abs=0.005)
    assert tail(4, mean, None) == pytest.approx(0.003559618, abs=1e-8)
    assert smallest_rare_count(0.005, mean, None) == 4
    assert smallest_rare_count(0.001, mean, None) == 5


@pytest.mark.parametrize(("mean", "size", "number", "chance"), TAILS)
def test_thresholds_and_their_tails_are_the_reference_ones(
    mean: float, size: float | None, number: int, chance: float
) -> None:
    assert smallest_rare_count(0.005, mean, size) == number
    assert tail(number, mean, size) == pytest.approx(chance, abs=6e-8)
    assert tail(number - 1, mean, size) > 0.005


@pytest.mark.shared
def test_every_cell_of_the_shared_grid_of_thresholds_is_met() -> None:
    horses, grid = shared_case("05_poisson_tails_threshold_grid.json")["cases"]
    assert dict(zip(horses["data"]["deaths"], horses["data"]["frequency"], strict=True)) == (
        HORSE_KICKS
    )
    assert len(grid["grid"]) == 30
    for cell in grid["grid"]:
        for alpha in ("0.01", "0.005", "0.001"):
            number = smallest_rare_count(float(alpha), cell["mu"], cell["k"])
            assert number == cell[f"T_{alpha}"], cell
            assert tail(number, cell["mu"], cell["k"]) == pytest.approx(
                cell[f"tail_{alpha}"], abs=6e-8
            )


@pytest.mark.parametrize("count", [1, 2, 5, 20, 60, 300])
@pytest.mark.parametrize("mean", [Fraction(1, 2000), Fraction(3, 5), Fraction(20)])
@pytest.mark.parametrize("size", [1, 3, 30])
def test_small_tails_keep_their_digits(count: int, mean: Fraction, size: int) -> None:
    exact = exact_tail(count, mean, size)
    if exact > Fraction(1, 10**300):
        assert tail(count, float(mean), size) == pytest.approx(float(exact), rel=1e-11)
    assert cdf(count - 1, float(mean), size) == pytest.approx(float(1 - exact), rel=1e-11)


def test_far_poisson_tails_keep_their_digits() -> None:
    # P(N >= 10) at mean 0.001 is 0.001^10/10! (1 - 10/11 * 0.001 + ...).
    lead = 1e-30 / math.factorial(10)
    assert tail(10, 0.001, None) == pytest.approx(lead * (1 - 0.001 * 10 / 11), rel=1e-6)
    assert cdf(0, 700.0, None) == pytest.approx(math.exp(-700), rel=1e-10)
    assert cdf(700, 700.0, None) + tail(701, 700.0, None) == pytest.approx(1, abs=1e-12)


@few
@given(mean=st.floats(0.0005, 30), size=st.none() | st.floats(0.1, 50), count=st.integers(0, 400))
def test_lower_and_upper_part_make_one_and_the_pmf_is_their_step(
    mean: float, size: float | None, count: int
) -> None:
    assert cdf(count, mean, size) + tail(count + 1, mean, size) == pytest.approx(1, abs=1e-12)
    step = tail(count, mean, size) - tail(count + 1, mean, size)
    assert step == pytest.approx(pmf(count, mean, size), rel=1e-6, abs=1e-13)


@few
@given(
    mean=st.floats(0.0005, 30),
    size=st.none() | st.floats(0.15, 30),
    share=st.floats(0.01, 0.99),
)
def test_a_quantile_is_the_first_count_that_reaches_the_share(
    mean: float, size: float | None, share: float
) -> None:
    count = quantile(share, mean, size)
    assert cdf(count, mean, size) >= share - 1e-12
    assert cdf(count - 1, mean, size) < share + 1e-12


@few
@given(mean=st.floats(0.02, 20), size=st.floats(0.15, 30), more=st.floats(1, 3))
def test_the_threshold_rises_with_the_mean_and_falls_with_the_size(
    mean: float, size: float, more: float
) -> None:
    number = smallest_rare_count(0.005, mean, size)
    assert smallest_rare_count(0.005, mean * more, size) >= number
    assert smallest_rare_count(0.005, mean, size * more) <= number
    assert smallest_rare_count(0.005, mean, None) <= number


def test_a_very_large_size_is_the_poisson() -> None:
    for count in range(8):
        assert log_pmf(count, 0.6, 1e7) == pytest.approx(log_pmf(count, 0.6, None), abs=1e-5)


def test_a_mean_of_zero_has_only_zeros() -> None:
    assert pmf_table(2, 0.0, 1.0) == (1.0, 0.0, 0.0)
    assert (cdf(0, 0.0, None), tail(1, 0.0, None), quantile(0.9, 0.0, 1.0)) == (1.0, 0.0, 0)
    assert smallest_rare_count(0.005, 0.0, None) == 1
    assert (log_pmf(-1, 0.5, None), cdf(-1, 0.5, None)) == (-math.inf, 0.0)
    assert variance(0.6, 0.8) == pytest.approx(0.6 + 0.36 / 0.8)


def test_the_walk_to_a_quantile_survives_a_mean_far_from_zero() -> None:
    assert quantile(0.5, 1000.0, None) == 1000
    assert smallest_rare_count(0.005, 800.0, None) == 875


@pytest.mark.parametrize(
    ("mean", "size"), [(-0.1, 1.0), (math.inf, 1.0), (math.nan, 1.0), (0.5, 0.0), (0.5, -1.0)]
)
def test_impossible_parameters_are_refused(mean: float, size: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        tail(1, mean, size)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(1.0, 0.5, None)
    with pytest.raises(ValueError, match="Alpha"):
        smallest_rare_count(0.0, 0.5, None)
