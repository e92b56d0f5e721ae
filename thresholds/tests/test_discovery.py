import pytest

from thresholds.rules.discovery import adjusted, rejections, second_grade
from thresholds.tests.cases import THROMBOLYSIS, THROMBOLYSIS_ADJUSTED, shared_case


def test_benjamini_and_hochbergs_own_example_is_met() -> None:
    assert adjusted(THROMBOLYSIS) == pytest.approx(THROMBOLYSIS_ADJUSTED, abs=1e-6)
    assert rejections(THROMBOLYSIS, 0.05) == 4


@pytest.mark.shared
def test_the_shared_case_is_met() -> None:
    (case,) = shared_case("09_fdr.json")["cases"]
    expected = case["expected"]
    assert adjusted(case["data"]) == pytest.approx(expected["bh_adjusted"], abs=expected["tol"])
    assert rejections(case["data"], 0.05) == expected["bh_rejections_q05"]
    bonferroni = sum(p <= 0.05 / len(case["data"]) for p in case["data"])
    assert bonferroni == expected["bonferroni_rejections_05"]


def test_the_order_given_is_kept() -> None:
    assert adjusted([0.04, 0.01, 0.5]) == pytest.approx([0.06, 0.03, 0.5])


def test_weights_stand_for_repeated_values() -> None:
    long = adjusted([0.001, 0.001, 0.02, 0.5, 0.5, 0.5])
    assert adjusted([0.001, 0.02, 0.5], [2, 1, 3]) == pytest.approx([long[0], long[2], long[3]])
    assert adjusted([0.02, 0.5, 0.9], [1, 0, 1]) == pytest.approx([0.04, 0.9, 0.9])


def test_nothing_asked_nothing_rejected() -> None:
    assert (adjusted([]), rejections([], 0.1)) == ([], 0)


def test_a_number_that_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjusted([1.5])


def test_the_second_grade_finds_the_count_above_which_purchases_are_wrong() -> None:
    found = second_grade({0: 329, 1: 106, 2: 38, 3: 15, 4: 6, 5: 4, 6: 1, 8: 1, 20: 10}, 0.6, 0.8)
    # P(N >= 8) = 0.00051 for 11 of 510: adjusted 0.00051 * 510 / 11 = 0.024.
    assert (found.least_net, found.purchases, found.judged) == (8, 11, 510)
    assert found.adjusted[0] == 1.0
    assert found.adjusted[6] > 0.1 >= found.adjusted[8]


def test_an_ordinary_shop_has_no_purchase_of_the_second_grade() -> None:
    found = second_grade({0: 329, 1: 106, 2: 38, 3: 15, 4: 6, 5: 0}, 0.6, 0.8)
    assert (found.least_net, found.purchases, found.judged) == (None, 0, 494)
    assert second_grade({}, 0.6, 0.8).judged == 0
