from dataclasses import replace

import pytest

from thresholds.rules.cautions import Caution, CautionCode, Tallies, cautions
from thresholds.rules.sentence import one_in, sentence, sentence_of
from thresholds.rules.threshold import FitKind, ThresholdSettings, fit_threshold
from thresholds.tests.cases import SIMULATED
from thresholds.texts import nine_in_ten_text

FIT = fit_threshold([(net, 1.0, number) for net, number in SIMULATED.items()])
NO_TALLIES = Tallies(mature=0, mature_over=0, interactions=0, unattributed=0, late=0)


def test_the_sentence_of_a_learned_shop_is_the_one_the_method_prints() -> None:
    said = sentence_of(FIT)
    assert (said.mean, said.nine_in_ten, said.number, said.one_in) == (0.6, 2, 6, 100)
    assert (said.kind, said.under_a_tenth) == (FitKind.LEARNED, False)


def test_a_stored_revision_gives_the_same_sentence_as_its_fit() -> None:
    assert sentence_of(FIT) == sentence(
        kind=FIT.kind,
        number=FIT.number,
        mu=FIT.mu,
        k=FIT.k,
        nine_in_ten=FIT.nine_in_ten,
        number_range=(FIT.number_low, FIT.number_high),
        exposure=FIT.sum_exposure,
    )


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.005, 100),
        (0.0028, 100),
        (0.00251, 100),
        (0.0025, 200),
        (0.001, 500),
        (0.0005, 1000),
        (1e-9, 1000),
        (0.0, 1000),
        (0.011, 20),
        (0.25, 2),
        (0.3, None),
    ],
)
def test_the_chance_is_a_round_number_with_a_factor_of_two_to_spare(
    chance: float, said: int | None
) -> None:
    assert one_in(chance) == said


def test_a_pinned_number_has_the_chance_of_that_number() -> None:
    assert (sentence_of(FIT, pinned=4).number, sentence_of(FIT, pinned=4).one_in) == (4, 20)
    assert sentence_of(FIT, pinned=1).one_in is None


def test_a_starting_number_tells_how_far_learning_has_come() -> None:
    said = sentence_of(fit_threshold([(0, 1.0, 12), (1, 0.5, 1)]))
    assert (said.kind, said.number, said.progress, said.progress_needed) == (
        FitKind.STARTING, 5, 12, 30,
    )  # fmt: skip
    assert (said.mean, said.nine_in_ten, said.one_in) == (None, None, None)


def test_an_early_estimate_brings_its_range() -> None:
    said = sentence_of(fit_threshold([(0, 1.0, 30), (1, 1.0, 10), (2, 1.0, 5)]))
    assert said.kind == FitKind.EARLY
    assert said.number_low < said.number_high


def test_a_mean_that_would_read_zero_says_so() -> None:
    said = sentence_of(fit_threshold([(0, 1.0, 300)]))
    assert (said.mean, said.under_a_tenth, said.number, said.one_in) == (0.0, True, 3, 1000)


def test_nothing_is_warned_of_up_to_the_limits() -> None:
    tallies = Tallies(mature=100, mature_over=2, interactions=100, unattributed=10, late=20)
    assert cautions(FIT, tallies) == ()
    assert cautions(FIT, NO_TALLIES) == ()


def test_each_warning_comes_with_its_numbers() -> None:
    tallies = Tallies(mature=100, mature_over=3, interactions=100, unattributed=11, late=21)
    assert cautions(FIT, tallies) == (
        Caution(CautionCode.MANY_OVER, part=3, whole=100),
        Caution(CautionCode.UNATTRIBUTED, part=11, whole=100),
        Caution(CautionCode.WINDOW_SHORT, part=21, whole=100),
    )


def test_an_estimate_at_the_edge_of_the_grid_is_warned_of() -> None:
    fit = replace(FIT, mu_at_edge=True, k_at_edge=True)
    assert cautions(fit, NO_TALLIES) == (
        Caution(CautionCode.MEAN_AT_EDGE, value=FIT.mu),
        Caution(CautionCode.SIZE_AT_EDGE, value=FIT.k),
    )


def test_the_minimum_of_the_settings_shows_in_the_progress() -> None:
    fit = fit_threshold([(0, 1.0, 12)], ThresholdSettings(minimum_exposure=50))
    assert sentence_of(fit).progress_needed == 50


def test_in_a_calm_shop_nine_in_ten_need_none_rather_than_0_or_fewer() -> None:
    assert nine_in_ten_text(0) == "9 in 10 need none"
    assert nine_in_ten_text(1) == "9 in 10 need 1 or fewer"
