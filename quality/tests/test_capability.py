"""Cp, Cpk, x̄ limits, and what a pre-packed good may weigh too little."""

from decimal import Decimal

import pytest

from quality.rules.capability import (
    Limits,
    capability,
    chi_square,
    cp_bounds,
    cpk_bounds,
    subgroups,
    told_capability,
)
from quality.rules.prepacked import tolerance
from thresholds.tests.cases import shared_case


def test_the_handbooks_process_has_its_indices() -> None:
    found = capability(16, 2, Limits(8, 20))
    assert found is not None
    assert (found.cp, found.cpk) == (1.0, pytest.approx(2 / 3))
    assert (found.lower, found.off_centre) == (pytest.approx(4 / 3), pytest.approx(1 / 3))


def test_an_open_side_asks_nothing() -> None:
    found = capability(10, 1, Limits(upper=13))
    assert found is not None
    assert (found.cp, found.lower, found.upper, found.cpk) == (None, None, 1.0, 1.0)
    assert capability(10, 1, Limits()) is None
    assert capability(10, 0, Limits(upper=13)) is None


def test_intervals_of_fifty_values() -> None:
    # χ²(0.025; 49) = 31.555 and χ²(0.975; 49) = 70.222 by the tables.
    assert chi_square(-1.959964, 49) == pytest.approx(31.555, abs=0.01)
    assert chi_square(1.959964, 49) == pytest.approx(70.222, abs=0.01)
    bounds = cp_bounds(1.0, 50)
    assert (bounds.low, bounds.high) == (
        pytest.approx(0.8025, abs=2e-4),
        pytest.approx(1.1971, abs=2e-4),
    )
    bounds = cpk_bounds(1.0, 50)
    assert bounds.high - 1 == pytest.approx(1.959964 * (1 / 450 + 1 / 98) ** 0.5)


def test_forty_nine_values_are_too_few() -> None:
    values = [9.0, 11.0] * 24 + [10.0]
    assert told_capability(values, Limits(8, 12)) is None
    told = told_capability([*values, 12.5], Limits(8, 12))
    assert told is not None
    assert (told.number, told.below, told.above) == (50, 0, 1)
    assert told_capability([10.0] * 60, Limits(8, 12)) is None
    assert told_capability(values * 2, Limits()) is None


def test_a_size_without_a_factor_is_refused() -> None:
    with pytest.raises(ValueError, match="subgroups"):
        subgroups([1.0, 2.0], 3)
    with pytest.raises(ValueError, match="subgroups"):
        subgroups([1.0] * 40, 20)


@pytest.mark.parametrize(
    ("nominal", "error"), [("30", "2.7"), ("33", "3.0"), ("125", "5.7"), ("500", "15")]
)
def test_a_percentage_is_rounded_up_to_a_tenth(nominal: str, error: str) -> None:
    found = tolerance(Decimal(nominal))
    assert found.error == Decimal(error)
    assert found.second == Decimal(nominal) - 2 * Decimal(error)


@pytest.mark.parametrize("nominal", ["4.9", "10000.1"])
def test_outside_the_directive_there_is_no_tolerance(nominal: str) -> None:
    with pytest.raises(ValueError, match="between"):
        tolerance(Decimal(nominal))


@pytest.mark.shared
def test_the_shared_capabilities_are_met() -> None:
    cases = {case["id"]: case for case in shared_case("06_capability_and_tolerance.json")["cases"]}
    nist = capability(16, 2, Limits(8, 20))
    assert nist is not None
    names = {"Cp": nist.cp, "Cpk": nist.cpk, "Cpl": nist.lower, "k_offcentre": nist.off_centre}
    for name, expected in cases["nist_1_6"]["expected"].items():
        assert names[name] == pytest.approx(expected["value"], abs=expected["tol"]), name

    rings = cases["pistonrings"]
    values, expected = rings["data"]["values"], rings["expected"]
    within = subgroups(values, rings["data"]["subgroup_size"])
    told = {
        "xbarbar": within.mean,
        "Rbar": within.mean_range,
        "sigma_Rbar_over_d2": within.sigma,
        "xbar_UCL": within.upper,
        "xbar_LCL": within.lower,
    }
    for name, value in told.items():
        assert value == pytest.approx(expected[name]["value"], abs=expected[name]["tol"]), name
    for lower, upper in ((73.95, 74.05), (73.99, 74.01)):
        wanted = expected[f"LSL{lower}_USL{upper}"]
        found = capability(within.mean, within.sigma, Limits(lower, upper))
        assert found is not None
        indices = {
            "Cp": found.cp,
            "Cp_l": found.lower,
            "Cp_u": found.upper,
            "Cp_k": found.cpk,
            "Cpm": found.cpm,
        }
        for name, value in indices.items():
            assert value == pytest.approx(wanted[name], abs=wanted["tol"]), name
    overall = told_capability(values, Limits(73.99, 74.01))
    assert overall is not None
    assert (overall.below, overall.above) == (wanted["count_below"], wanted["count_above"])
    shares = [100 * count / overall.number for count in (overall.below, overall.above)]
    assert shares == [wanted["obs_below_LSL_pct"], wanted["obs_above_USL_pct"]]

    for row in cases["prepackage_tolerable_negative_error"]["expected"]:
        packed = tolerance(Decimal(str(row["Qn"])))
        assert [float(packed.error), float(packed.first), float(packed.second)] == pytest.approx(
            [row["T"], row["min_T1"], row["min_T2"]], abs=1e-9
        )
