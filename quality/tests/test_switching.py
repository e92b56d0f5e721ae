"""Normal, tightened, reduced, stopped: what the next lot is inspected with.

The switching score of ISO 2859-1, which the case file has too, is not used: ten lots accepted on
normal inspection allow reduced inspection, and somebody agrees to it.
"""

from collections import defaultdict
from dataclasses import replace

import pytest

from quality.rules.sampling import (
    SamplingPlan,
    Severity,
    acceptance_probability,
    plan_of_letter,
)
from quality.rules.switching import (
    LotResult,
    NotYetError,
    Switching,
    after_lot,
    agree_to_reduce,
    replay,
    resume,
    return_to_normal,
)
from thresholds.tests.cases import shared_case

A, R = LotResult(accepted=True), LotResult(accepted=False)


def severities(lots: str, start: Switching | None = None) -> list[str]:
    """With what each lot was inspected, and the next one."""
    return [state.severity.value for state in replay([A if x == "A" else R for x in lots], start)]


def test_the_second_refused_of_five_tightens() -> None:
    assert severities("ARAAAR") == ["normal"] * 6 + ["tightened"]
    assert severities("ARAAAAR") == ["normal"] * 8


def test_five_accepted_in_a_row_loosen_and_the_count_begins_anew() -> None:
    assert severities("RRAAAAA") == ["normal"] * 2 + ["tightened"] * 5 + ["normal"]
    assert severities("RRAAAAAR")[-1] == "normal"


def test_the_fifth_refused_while_tightened_stops_until_something_is_mended() -> None:
    states = replay([R, R, R, A, R, A, A, R, R, A, R])
    assert [s.severity for s in states][-2:] == [Severity.TIGHTENED, Severity.STOPPED]
    with pytest.raises(NotYetError):
        after_lot(states[-1], A)
    assert resume(states[-1]) == Switching(Severity.TIGHTENED)
    with pytest.raises(NotYetError):
        resume(Switching())


def test_a_lot_handed_in_again_is_not_counted() -> None:
    again = LotResult(accepted=False, original=False)
    assert replay([R, again, again])[-1] == Switching(Severity.NORMAL, (False,))


def test_reduced_needs_ten_accepted_in_a_row_and_somebody_who_agrees() -> None:
    nine = replay([R, *[A] * 9])[-1]
    assert not nine.may_reduce
    with pytest.raises(NotYetError):
        agree_to_reduce(nine)
    ten = after_lot(nine, A)
    assert (ten.severity, ten.may_reduce) == (Severity.NORMAL, True)
    assert agree_to_reduce(ten) == Switching(Severity.REDUCED)


@pytest.mark.parametrize(
    "lot",
    [R, LotResult(accepted=True, between=True), LotResult(accepted=True, steady=False)],
    ids=["refused", "between Ac and Re", "not steady"],
)
def test_reduced_ends_with_the_first_trouble(lot: LotResult) -> None:
    reduced = Switching(Severity.REDUCED)
    assert after_lot(reduced, A).severity == Severity.REDUCED
    assert after_lot(reduced, lot) == Switching(Severity.NORMAL)


def test_unsteady_production_ends_reduced_inspection_only() -> None:
    assert return_to_normal(Switching(Severity.REDUCED)) == Switching(Severity.NORMAL)
    assert return_to_normal(Switching(Severity.TIGHTENED)) == Switching(Severity.TIGHTENED)


def accepted_in_the_long_run(normal: SamplingPlan, tightened: SamplingPlan, bad: float) -> float:
    """The share of lots that normal and tightened inspection together accept, by the rules above.

    A Markov chain over their states; five lots of memory are all they look at, and stopping is
    left out, as Stephens and Larson do.
    """
    odds = {
        Severity.NORMAL: acceptance_probability(normal, bad),
        Severity.TIGHTENED: acceptance_probability(tightened, bad),
    }
    share = {Switching(): 1.0}
    for _lot in range(3000):
        after: dict[Switching, float] = defaultdict(float)
        for state, weight in share.items():
            for lot, chance in ((A, odds[state.severity]), (R, 1 - odds[state.severity])):
                then = after_lot(state, lot)
                after[replace(then, recent=then.recent[-5:], refused=0)] += weight * chance
        share = after
    return sum(weight * odds[state.severity] for state, weight in share.items())


@pytest.mark.shared
def test_normal_and_tightened_together_accept_what_stephens_and_larson_found() -> None:
    case = shared_case("12_sampling_tables.json")
    normal, tightened = (
        plan_of_letter("L", "1.5", severity) for severity in (Severity.NORMAL, Severity.TIGHTENED)
    )
    assert (normal.size, normal.accept, tightened.accept) == (200, 7, 5)
    for row in case["scheme_normal_tightened_Stephens_Larson_1967"]:
        found = accepted_in_the_long_run(normal, tightened, row["p"])
        assert found == pytest.approx(row["Pa_scheme"], abs=2e-6), row["p"]
    # "consumer point p=.064 Pa=.054" of the same plan.
    assert acceptance_probability(normal, 0.064) == pytest.approx(0.054, abs=5e-4)


@pytest.mark.shared
def test_the_shared_cases_are_met() -> None:
    cases = shared_case("13_switching_rules.json")["cases"]
    assert len(cases) == 4
    for case in cases:
        found = severities(case["lots"])
        applied = case["severity_applied_to_each_lot"]
        assert found[: len(applied)] == applied
        assert found[-1] == case["severity_for_next_lot"]
