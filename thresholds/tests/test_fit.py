import math
import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds.rules.negative_binomial import pmf, tail
from thresholds.rules.posterior import MUS, SIZES
from thresholds.rules.threshold import (
    DEFAULT_SETTINGS,
    FitKind,
    ThresholdSettings,
    fit_threshold,
    threshold_number,
)
from thresholds.tests.cases import GREENWOOD_YULE, REFERENCE_FITS, SIMULATED, shared_case

few = settings(max_examples=12, derandomize=True, deadline=None, database=None)
Rows = list[tuple[int, float, int]]


def mature(counts: dict[int, int], times: int = 1) -> Rows:
    return [(net, 1.0, number * times) for net, number in counts.items()]


def expected_rows(mu: float, k: float, purchases: int, exposure: float = 1.0) -> Rows:
    """About as many purchases at each count as NB(mu * exposure, k) expects."""
    rows = [(net, round(purchases * pmf(net, mu * exposure, k))) for net in range(60)]
    return [(net, exposure, number) for net, number in rows if number]


def simulated_rows(mu: float, k: float, purchases: int, seed: int) -> Rows:
    chance = random.Random(seed)  # noqa: S311 - a repeatable sample, no secret
    found: Counter[tuple[int, float]] = Counter()
    for _ in range(purchases):
        exposure = chance.choice((0.3, 0.7, 1.0, 1.0))
        limit = math.exp(-chance.gammavariate(k, mu * exposure / k))
        net, product = 0, chance.random()
        while product > limit:
            net += 1
            product *= chance.random()
        found[net, exposure] += 1
    return [(net, exposure, number) for (net, exposure), number in found.items()]


def test_the_grid_is_the_one_of_the_method() -> None:
    assert (len(MUS), MUS[0], MUS[-1]) == (70, 0.02, pytest.approx(20))
    assert (len(SIZES), SIZES[0], SIZES[-1]) == (45, 0.15, pytest.approx(30))


@pytest.mark.parametrize("case", REFERENCE_FITS)
def test_the_fit_is_the_reference_fit(case: str) -> None:
    counts, mu, k, number = REFERENCE_FITS[case]
    fit = fit_threshold(mature(counts))
    assert (fit.number, fit.kind) == (number, FitKind.LEARNED)
    assert fit.mu == pytest.approx(mu, abs=0.0006)
    assert fit.k == pytest.approx(k, rel=0.001)


@pytest.mark.shared
def test_the_shared_reference_fits_are_met() -> None:
    shared = shared_case("14_threshold_reference.json")
    assert (shared["alpha"], shared["floor"], shared["trim"]) == (
        DEFAULT_SETTINGS.alpha,
        DEFAULT_SETTINGS.floor,
        DEFAULT_SETTINGS.trim,
    )
    assert shared["start_number_when_sum_maturity_lt_30"] == DEFAULT_SETTINGS.starting_number
    assert {case["id"] for case in shared["cases"]} == set(REFERENCE_FITS)
    for case in shared["cases"]:
        fit, wanted = fit_threshold(map(tuple, case["rows"])), case["reference"]
        assert abs(fit.number - wanted["T"]) <= wanted["T_tolerance"]
        assert fit.mu == pytest.approx(wanted["mu"], abs=0.0006)
        assert fit.k == pytest.approx(wanted["k"], rel=0.001)
        assert (fit.n, fit.sum_exposure) == (case["n"], case["sum_maturity"])
        assert fit.raw_mean == pytest.approx(case["mean_exposure_adjusted"], abs=5e-6)


def test_ten_disasters_move_the_raw_mean_and_nothing_else() -> None:
    clean, spoiled = fit_threshold(mature(SIMULATED)), fit_threshold(mature(SIMULATED | {20: 10}))
    assert (clean.raw_mean, round(spoiled.raw_mean, 3)) == (0.57, 0.951)
    assert spoiled.mu == pytest.approx(clean.mu, rel=1e-9)
    assert (spoiled.number, spoiled.nine_in_ten) == (clean.number, clean.nine_in_ten) == (6, 2)
    assert (clean.excluded_rows, spoiled.excluded_rows) == (12, 22)
    assert (spoiled.n, spoiled.learned_rows, spoiled.too_young) == (510, 488, 0)


@pytest.mark.parametrize("case", REFERENCE_FITS)
def test_two_in_a_hundred_disasters_change_the_number_by_nothing(case: str) -> None:
    counts, _, _, number = REFERENCE_FITS[case]
    disasters = round(0.02 * sum(counts.values()))
    spoiled = fit_threshold([*mature(counts), (20, 1.0, disasters)])
    assert spoiled.number == number


@few
@given(mu=st.floats(0.1, 1.5), k=st.floats(0.6, 4), purchases=st.integers(250, 2000))
def test_no_ordinary_shop_is_moved_by_two_in_a_hundred_disasters(
    mu: float, k: float, purchases: int
) -> None:
    rows = expected_rows(mu, k, purchases)
    clean = fit_threshold(rows)
    assert abs(fit_threshold([*rows, (20, 1.0, purchases // 50)]).number - clean.number) <= 1


@pytest.mark.parametrize("case", REFERENCE_FITS)
def test_ten_times_the_same_data_change_the_number_by_at_most_one(case: str) -> None:
    counts, _, _, number = REFERENCE_FITS[case]
    assert abs(fit_threshold(mature(counts, 10)).number - number) <= 1


@pytest.mark.parametrize("case", REFERENCE_FITS)
def test_purchases_bought_today_change_nothing(case: str) -> None:
    counts = REFERENCE_FITS[case][0]
    before = fit_threshold(mature(counts))
    after = fit_threshold([*mature(counts), (0, 0.0, 500), (0, 0.096, 500), (7, 0.099, 3)])
    assert after == replace(before, n=before.n + 1003, too_young=1003)


def test_below_thirty_mature_purchases_the_starting_number_holds() -> None:
    fit = fit_threshold([(9, 1.0, 29), (0, 0.9, 1)])
    assert (fit.kind, fit.number, fit.sum_exposure) == (FitKind.STARTING, 5, 29.9)
    assert (fit.mu, fit.k, fit.nine_in_ten, fit.chance, fit.number_low) == (None,) * 5
    assert fit.raw_mean == pytest.approx(261 / 29.9)
    assert not fit.at_grid_edge
    assert fit_threshold([]).raw_mean is None
    assert fit_threshold([(9, 1.0, 29)], ThresholdSettings(starting_number=8)).number == 8


def test_from_thirty_on_it_is_an_early_estimate_and_from_two_hundred_on_learned() -> None:
    early = fit_threshold([(0, 1.0, 20), (1, 1.0, 7), (2, 1.0, 3)])
    assert (early.kind, early.sum_exposure) == (FitKind.EARLY, 30.0)
    assert early.number_low <= early.number <= early.number_high
    assert early.number_high - early.number_low >= 2
    assert fit_threshold([(0, 0.9, 222)]).kind == FitKind.EARLY
    assert fit_threshold([(0, 1.0, 200)]).kind == FitKind.LEARNED


def test_the_range_of_the_number_narrows_with_more_purchases() -> None:
    widths = []
    for times in (1, 10, 100):
        fit = fit_threshold(mature(SIMULATED, times))
        widths.append(fit.number_high - fit.number_low)
    assert widths == [2, 0, 0]


def test_the_number_is_never_below_the_floor() -> None:
    quiet = mature({0: 200})
    assert fit_threshold(quiet).number == 3
    assert fit_threshold(quiet, ThresholdSettings(floor=4)).number == 4
    assert fit_threshold(quiet, ThresholdSettings(floor=1)).number == 2
    assert threshold_number(0.6, 0.8, 0.005, 3) == 6


def test_a_stricter_alpha_gives_a_higher_number() -> None:
    numbers = [
        fit_threshold(mature(GREENWOOD_YULE), ThresholdSettings(alpha=alpha)).number
        for alpha in (0.02, 0.005, 0.001)
    ]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[2]


def test_the_chance_is_the_tail_at_the_number_and_nine_in_ten_the_normal_end() -> None:
    fit = fit_threshold(mature(SIMULATED))
    assert fit.chance == tail(6, fit.mu, fit.k)
    assert fit.chance <= 0.005 < tail(5, fit.mu, fit.k)
    assert 1 - tail(fit.nine_in_ten + 1, fit.mu, fit.k) >= 0.9


@pytest.mark.parametrize(("mu", "k"), [(0.3, 0.5), (0.6, 0.8), (1.5, 2.0), (5.0, 0.8)])
def test_young_and_old_purchases_together_give_back_their_true_mean(mu: float, k: float) -> None:
    fit = fit_threshold(simulated_rows(mu, k, 4000, seed=2))
    assert fit.mu == pytest.approx(mu, rel=0.1)
    assert fit.k == pytest.approx(k, rel=0.25)
    assert abs(fit.number - threshold_number(mu, k, 0.005, 3)) <= max(1, 0.1 * fit.number)


def test_the_order_and_splitting_of_rows_do_not_matter() -> None:
    rows = [(0, 1.0, 300), (1, 0.52, 60), (3, 0.96, 20), (2, 0.3, 25)]
    split = [(3, 1.0, 11), (2, 0.25, 25), (1, 0.5, 60), (0, 1.0, 299), (0, 1.0, 1), (3, 1.0, 9)]
    assert fit_threshold(rows) == fit_threshold(split)
    assert fit_threshold(rows) == fit_threshold(rows)


def test_data_that_leave_the_grid_say_so() -> None:
    none_at_all = fit_threshold(mature({0: 200}))
    assert (none_at_all.mu_at_edge, none_at_all.k_at_edge) == (True, False)
    regular = fit_threshold(mature({1: 5000}))
    assert regular.k_at_edge
    assert not fit_threshold(mature(SIMULATED)).at_grid_edge


def test_the_fit_ends_for_two_populations_and_for_enormous_counts() -> None:
    fit = fit_threshold([(0, 1.0, 500), (12, 1.0, 450), (300, 1.0, 40)])
    assert 1 <= fit.rounds <= 8
    assert fit.learned_rows + fit.excluded_rows == 990
    everyone = fit_threshold([(400, 1.0, 300)])
    assert everyone.mu == pytest.approx(20, rel=0.05)
    assert (everyone.mu_at_edge, everyone.learned_rows, everyone.excluded_rows) == (True, 0, 300)


def test_growing_counts_are_flagged_exactly_when_their_end_is() -> None:
    # A constant T: looking at a purchase every day flags no more than looking at it once.
    chance = random.Random(3)  # noqa: S311 - a repeatable sample, no secret
    number = fit_threshold(mature(SIMULATED)).number
    for _ in range(300):
        daily, total = [], 0
        for _ in range(90):
            total += chance.random() < 0.03
            daily.append(total)
        assert any(net >= number for net in daily) == (daily[-1] >= number)


def test_rows_that_cannot_be_are_refused() -> None:
    for row in ((-1, 1.0, 1), (1, 1.2, 1), (1, -0.1, 1), (1, 1.0, -1), (1, math.nan, 1)):
        with pytest.raises(ValueError, match="Not a row"):
            fit_threshold([row])


@pytest.mark.parametrize(
    "wrong",
    [
        {"alpha": 0},
        {"alpha": 0.5},
        {"trim": 0},
        {"trim": 0.3},
        {"floor": 0},
        {"starting_number": 0},
        {"minimum_exposure": 0},
        {"learned_exposure": 10},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|at least 1"):
        ThresholdSettings(**wrong)


def test_a_small_shop_looks_back_twice_as_far() -> None:
    assert DEFAULT_SETTINGS.days_to_look_back(199) == 730
    assert DEFAULT_SETTINGS.days_to_look_back(200) == 365
