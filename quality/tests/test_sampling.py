"""How many to inspect, how many may be bad, and what such a plan lets pass."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.rules import sampling_tables as tables
from quality.rules.sampling import (
    Decision,
    SamplingPlan,
    Severity,
    acceptance_probability,
    code_letter,
    decide,
    plan_of_letter,
    sampling_plan,
)
from thresholds.tests.cases import shared_case

SEVERITIES = {
    "normal": Severity.NORMAL,
    "tightened": Severity.TIGHTENED,
    "reduced_MIL105E": Severity.REDUCED,
}


def told(plan: SamplingPlan) -> list[int]:
    return [plan.size, plan.accept, plan.reject]


@pytest.mark.parametrize(
    ("lot_size", "level", "letter"),
    [
        (1, "II", "A"),
        (8, "II", "A"),
        (9, "II", "B"),
        (500, "II", "H"),
        (501, "II", "J"),
        (501, "III", "K"),
        (501, "S-1", "C"),
        (600_000, "III", "R"),
    ],
)
def test_a_lot_has_the_letter_of_table_one(lot_size: int, level: str, letter: str) -> None:
    assert code_letter(lot_size, level) == letter


@pytest.mark.parametrize(
    ("letter", "aql", "severity", "plan"),
    [
        ("H", "1.0", Severity.NORMAL, SamplingPlan("H", 50, 1, 2)),
        # Down to the first plan below, and up to the first above.
        ("G", "1.0", Severity.NORMAL, SamplingPlan("H", 50, 1, 2)),
        ("G", "0.65", Severity.NORMAL, SamplingPlan("F", 20, 0, 1)),
        ("R", "0.010", Severity.NORMAL, SamplingPlan("Q", 1250, 0, 1)),
        ("L", "1.0", Severity.TIGHTENED, SamplingPlan("L", 200, 3, 4)),
        ("Q", "0.025", Severity.TIGHTENED, SamplingPlan("S", 3150, 1, 2)),
        ("L", "1.0", Severity.REDUCED, SamplingPlan("L", 80, 2, 5)),
    ],
)
def test_a_letter_has_the_plan_its_arrow_points_at(
    letter: str, aql: str, severity: Severity, plan: SamplingPlan
) -> None:
    assert plan_of_letter(letter, aql, severity) == plan


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    assert sampling_plan(8, aql="0.65") == SamplingPlan("F", 8, 0, 1, everything=True)
    assert sampling_plan(20, aql="6.5") == SamplingPlan("D", 8, 1, 2)


@pytest.mark.parametrize("bad", [{"lot_size": 0}, {"level": "IV"}, {"aql": "3"}])
def test_what_the_tables_do_not_know_is_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match=r"."):
        sampling_plan(**{"lot_size": 100, "aql": "1.0"} | bad)


def test_while_inspection_is_stopped_there_is_no_plan() -> None:
    with pytest.raises(ValueError, match="stopped"):
        sampling_plan(100, aql="1.0", severity=Severity.STOPPED)


def test_between_the_two_numbers_a_reduced_lot_is_accepted_and_told() -> None:
    plan = plan_of_letter("L", "1.0", Severity.REDUCED)
    assert [decide(plan, bad) for bad in (2, 3, 4, 5)] == [
        Decision(accepted=True),
        Decision(accepted=True, between=True),
        Decision(accepted=True, between=True),
        Decision(accepted=False),
    ]


def test_how_often_a_bad_lot_is_accepted() -> None:
    plan = SamplingPlan("L", 200, 7, 8)
    assert acceptance_probability(plan, 0.04) == pytest.approx(0.450104, abs=5e-7)
    small = SamplingPlan("B", 3, 0, 1)
    # 2 of 10 bad, 3 drawn: (8·7·6) ÷ (10·9·8) let them all be good.
    assert acceptance_probability(small, 0.2, 10) == pytest.approx(336 / 720)
    # One per cent of twenty is at least one: (19·18·17) ÷ (20·19·18).
    assert acceptance_probability(small, 0.01, 20) == pytest.approx(17 / 20)
    assert acceptance_probability(small, 0.0, 10) == 1.0
    assert acceptance_probability(small, 1.0, 10) == 0.0
    assert acceptance_probability(small, 1.0) == 0.0
    # Every unit seen: whatever is bad is found.
    assert acceptance_probability(SamplingPlan("F", 8, 0, 1, everything=True), 0.02, 8) == 0.0


@given(
    lot_size=st.integers(2, 5000),
    level=st.sampled_from(tables.LEVELS),
    aql=st.sampled_from(tables.AQLS),
    severity=st.sampled_from(list(SEVERITIES.values())),
)
def test_more_defects_are_never_accepted_more_often(
    lot_size: int, level: str, aql: str, severity: Severity
) -> None:
    plan = sampling_plan(lot_size, level=level, aql=aql, severity=severity)
    assert 1 <= plan.size <= lot_size
    assert 0 <= plan.accept < plan.reject
    odds = [acceptance_probability(plan, share, lot_size) for share in (0, 0.01, 0.05, 0.2, 1)]
    assert odds[0] == 1.0
    assert all(before >= after - 1e-7 for before, after in itertools.pairwise(odds))


@pytest.mark.shared
def test_every_cell_of_the_shared_tables_is_met() -> None:
    case = shared_case("12_sampling_tables.json")
    assert tuple(case["aql_values"]) == tables.AQLS
    assert tuple(case["levels"]) == tables.LEVELS
    differing = [
        (severity, letter, aql)
        for severity, letters in case["plans"].items()
        for letter, columns in letters.items()
        for aql, expected in columns.items()
        if told(plan_of_letter(letter, aql, SEVERITIES[severity])) != expected
    ]
    assert differing == []
    for (first, last), letters in zip(case["lot_ranges"], case["code_letters"], strict=True):
        for level, letter in zip(tables.LEVELS, letters, strict=True):
            assert code_letter(first, level) == code_letter(last or 10**7, level) == letter
    for row in case["common_level_II_normal"]:
        for aql in ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5"):
            assert (
                told(plan_of_letter(code_letter(row["lot"][0], "II"), aql, Severity.NORMAL))
                == (row[aql])
            )
    for point in case["oc_points_binomial"]:
        plan = SamplingPlan("L", point["n"], point["c"], point["c"] + 1)
        assert acceptance_probability(plan, point["p"]) == pytest.approx(point["Pa"], abs=1e-6)
