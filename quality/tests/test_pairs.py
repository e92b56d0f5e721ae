"""What two people who looked at the same thing say of each other."""

import math

import pytest

from quality.rules.finding import Finding
from quality.rules.pairs import (
    Pairs,
    agreement,
    chapman,
    cohen_kappa,
    escape_share,
    expected_agreement,
    fleiss_kappa,
    kappa_error,
    lincoln_petersen,
    what_pairs_say,
)
from thresholds.tests.cases import shared_case

# Appraisers A and B of AIAG's attribute study (Measurement Systems Analysis, 4th ed. 2010, p. 134).
AIAG = ((44, 6), (3, 97))
TEXTBOOK = ((20, 5), (10, 15))


def test_kappa_is_the_agreement_beyond_chance() -> None:
    assert agreement(TEXTBOOK) == pytest.approx(0.7)
    assert expected_agreement(TEXTBOOK) == pytest.approx(0.5)
    assert cohen_kappa(TEXTBOOK) == pytest.approx(0.4)
    assert cohen_kappa(AIAG) == pytest.approx(0.86, abs=0.005)


def test_the_error_of_kappa_is_the_published_one() -> None:
    # Multiple sclerosis patients, Landis & Koch 1977: R's vcd prints 0.2079 with error 0.0505.
    patients = ((38, 5, 0, 1), (33, 11, 3, 0), (10, 14, 5, 6), (3, 7, 3, 10))
    assert cohen_kappa(patients) == pytest.approx(0.2079425, abs=1e-6)
    assert kappa_error(patients) == pytest.approx(0.0505, abs=5e-5)
    fun = ((7, 7, 2, 3), (2, 8, 3, 7), (1, 5, 4, 9), (2, 8, 9, 14))
    assert kappa_error(fun) == pytest.approx(0.0686, abs=5e-5)


def test_where_all_pass_kappa_is_not_told() -> None:
    said = what_pairs_say(Pairs(both_pass=80))
    assert (said.agreement, said.kappa, said.escapes) == (1.0, None, None)
    assert said.no_rejects
    assert said.cannot_tell
    with pytest.raises(ValueError, match="undefined"):
        kappa_error(((0, 0), (0, 80)))


@pytest.mark.parametrize(
    "pairs",
    [
        Pairs(both_fail=5, first_only=2, both_pass=22),
        Pairs(both_fail=3, first_only=1, both_pass=60),
    ],
    ids=["29 pairs", "4 rejects"],
)
def test_kappa_is_suppressed_under_thirty_pairs_or_five_rejects(pairs: Pairs) -> None:
    said = what_pairs_say(pairs)
    assert said.kappa is None
    assert said.cannot_tell
    assert said.agreement is not None


def test_thirty_pairs_with_a_wide_interval_cannot_tell_either() -> None:
    said = what_pairs_say(Pairs(both_fail=3, first_only=1, second_only=1, both_pass=25))
    assert said.kappa is not None
    assert said.kappa.is_wide
    assert said.cannot_tell


def test_many_pairs_tell_all_of_it() -> None:
    said = what_pairs_say(Pairs(44, 6, 3, 97, copied=15))
    assert said.kappa is not None
    assert (said.kappa.low, said.kappa.high) == (
        pytest.approx(0.776, abs=0.001),
        pytest.approx(0.950, abs=0.001),
    )
    assert not said.cannot_tell
    assert said.first_effectiveness == pytest.approx(44 / 47)
    assert said.second_effectiveness == pytest.approx(44 / 50)
    assert said.copied_share == pytest.approx(0.1)
    assert said.escapes is not None
    assert said.escapes.missed == pytest.approx(51 * 48 / 45 - 1 - 53)


def test_no_pairs_say_nothing() -> None:
    said = what_pairs_say(Pairs())
    assert (said.agreement, said.kappa, said.escapes, said.copied_share) == (None,) * 4
    assert not said.no_rejects
    assert fleiss_kappa([]) is None


def test_the_proofreaders_missed_about_one() -> None:
    assert lincoln_petersen(10, 12, 8) == 15
    assert chapman(10, 12, 8).total == pytest.approx(14.888889, abs=1e-6)
    assert chapman(10, 12, 8).error == pytest.approx(math.sqrt(11 * 13 * 2 * 4 / (81 * 10)))
    assert lincoln_petersen(3, 2, 0) is None
    assert chapman(3, 2, 0).total == 11.0


def test_a_second_who_copies_the_first_lets_everything_pass() -> None:
    assert escape_share(0.8, 0.8) == pytest.approx(0.04)
    assert escape_share(0.8, 0.8, 0.25) == pytest.approx(0.08)
    assert escape_share(0.8, 0.8, 1) == pytest.approx(0.2)


@pytest.mark.shared
def test_the_shared_tables_have_their_kappa() -> None:
    cases = {case["id"]: case for case in shared_case("07_agreement_kappa.json")["cases"]}
    study = cases["aiag_msa_attribute_study"]
    for name, expected in study["expected"]["kappa"].items():
        assert cohen_kappa(study["data"][name]) == pytest.approx(
            expected, abs=study["expected"]["tol"]
        ), name
    for person in "ABC":
        (both, alarms), (missed, good) = study["data"][f"{person}*ref"]
        miss, false = study["expected"]["miss_rate_pct"], study["expected"]["false_alarm_pct"]
        assert 100 * missed / (both + missed) == pytest.approx(miss[person], abs=miss["tol"])
        assert 100 * alarms / (alarms + good) == pytest.approx(false[person], abs=false["tol"])
    for name in ("ms_neurologists_winnipeg", "sexual_fun"):
        kappa = cases[name]["expected"]["cohen_kappa"]
        assert cohen_kappa(cases[name]["data"]) == pytest.approx(kappa["value"], abs=kappa["tol"])
    book = cases["textbook_2x2"]
    assert agreement(book["data"]) == pytest.approx(book["expected"]["po"], abs=1e-9)
    assert expected_agreement(book["data"]) == pytest.approx(book["expected"]["pe"], abs=1e-9)
    assert cohen_kappa(book["data"]) == pytest.approx(book["expected"]["cohen_kappa"], abs=1e-9)
    diagnoses = cases["fleiss_1971_diagnoses"]
    fleiss = diagnoses["expected"]["fleiss_kappa"]
    assert fleiss_kappa(diagnoses["data"]["category_counts_6_raters"]) == pytest.approx(
        fleiss["value"], abs=fleiss["tol"]
    )
    fourteen = cases["fleiss_14_raters"]
    fleiss = fourteen["expected"]["fleiss_kappa"]
    assert fleiss_kappa(fourteen["data"]) == pytest.approx(fleiss["value"], abs=fleiss["tol"])
    # Parts judged right in all three trials: 42, 45 and 40 of 50 (the file has no part-level data).
    effective = study["expected"]["effectiveness_pct"]
    for person, right in zip("ABC", (42, 45, 40), strict=True):
        share = Finding(right, 50).share
        assert share is not None
        assert 100 * share == pytest.approx(effective[person], abs=effective["tol"])
    # Both pass everything: no kappa, and the words for it instead of 1.0.
    assert "undefined" in cases["degenerate"]["expected"]["all_pass_both"]
    said = what_pairs_say(Pairs(both_pass=50))
    assert (said.kappa, said.agreement, said.no_rejects) == (None, 1.0, True)
    assert cohen_kappa([[0, 0], [0, 50]]) is None
    lonely = cases["degenerate"]["expected"]["one_rater_all_pass"]
    assert cohen_kappa(lonely["table"]) == pytest.approx(lonely["kappa"])


@pytest.mark.shared
def test_the_shared_second_inspectors_are_met() -> None:
    cases = {case["id"]: case for case in shared_case("08_second_inspector.json")["cases"]}
    polya = cases["polya_proofreading"]
    data, expected = polya["data"], polya["expected"]
    a, b, both = data["A"], data["B"], data["both"]
    n_hat = lincoln_petersen(a, b, both)
    assert n_hat == pytest.approx(expected["N_hat"]["value"], abs=1e-9)
    assert a + b - both == expected["found"]
    assert n_hat - (a + b - both) == pytest.approx(expected["missed_hat"]["value"], abs=1e-9)
    assert chapman(a, b, both).total == pytest.approx(expected["chapman_N"]["value"], abs=1e-6)
    said = what_pairs_say(Pairs(both, a - both, b - both, 0))
    assert said.first_effectiveness == pytest.approx(expected["inspector1_effectiveness"], abs=1e-6)
    assert said.second_effectiveness == pytest.approx(
        expected["inspector2_effectiveness"], abs=1e-6
    )
    none = cases["no_overlap"]
    assert lincoln_petersen(3, 2, 0) is None
    assert chapman(*none["data"].values()).total == none["expected"]["chapman_N"]
    for name in ("escape_independent", "escape_dependent"):
        for row in cases[name]["expected"]:
            found = escape_share(row["p1"], row["p2"], row.get("rho", 0))
            assert found == pytest.approx(row["escape"], abs=1e-9)
