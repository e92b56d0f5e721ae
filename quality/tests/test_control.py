"""Control charts of inspections: limits, Laney's correction, signals."""

import pytest

from quality.rules.control import Chart, NotYet, c_chart, p_chart, weekly_p_chart
from thresholds.tests.cases import shared_case

# Defects on wafers: NIST/SEMATECH e-Handbook 6.3.3.1; mean 16, limits 4 and 28.
WAFERS = (
    16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13,
)  # fmt: skip
# Orange juice cans, 30 samples of 50: Montgomery, 2nd ed. 1991, pp. 152-155; p̄ 0.2313, limits
# 0.0524 and 0.4102, samples 15 and 23 beyond.
CANS = (
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13,
    9, 6,
)  # fmt: skip


def test_a_wafer_on_its_limit_is_inside() -> None:
    chart = c_chart(WAFERS)
    assert chart.centre == 16
    assert (chart.points[0].lower, chart.points[0].upper) == (4, 28)
    assert [point.position + 1 for point in chart.points if point.beyond] == [24]


def test_the_juice_cans_have_montgomerys_limits() -> None:
    chart = p_chart(CANS, [50] * 30, laney=False)
    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert chart.points[0].lower == pytest.approx(0.0524, abs=1e-4)
    assert chart.points[0].upper == pytest.approx(0.4102, abs=1e-4)
    assert [point.position + 1 for point in chart.points if point.beyond] == [15, 23]
    assert not chart.is_laney


def test_where_weeks_vary_more_than_chance_the_limits_are_laneys() -> None:
    calm = p_chart([50, 51] * 12, [1000] * 24)
    assert calm.sigma_z == 1.0
    wild = p_chart([20, 80] * 12, [1000] * 24)
    assert wild.is_laney
    assert wild.signals == ()
    assert len(p_chart([20, 80] * 12, [1000] * 24, laney=False).signals) == 24
    # z is ±4.353 (p̄ 0.05): each step 8.706, ÷ 1.128.
    assert wild.sigma_z == pytest.approx(2 * 0.03 / (0.05 * 0.95 / 1000) ** 0.5 / 1.128)


def test_suspiciously_few_finds_are_a_signal_of_their_own() -> None:
    chart = p_chart([90, 110] * 12 + [20], [500] * 25)
    assert [(p.position, p.beyond) for p in chart.low_signals] == [(24, -1)]
    assert chart.high_signals == ()


def test_the_eighth_week_in_a_row_below_the_mean_is_a_low_signal() -> None:
    found = [12, 8] * 8 + [11] * 9 + [9] * 9
    chart = p_chart(found, [100] * len(found), laney=False)
    assert chart.centre == pytest.approx(0.1)
    assert [(p.position, p.run) for p in chart.signals] == [(23, 1), (24, 1), (32, -1), (33, -1)]
    assert [p.position for p in chart.low_signals] == [32, 33]
    assert [p.position for p in chart.high_signals] == [23, 24]


def test_limits_stay_between_nothing_and_everything() -> None:
    points = p_chart([0, 1, 3], [4, 4, 4]).points
    assert (min(p.lower for p in points), max(p.upper for p in points)) == (0.0, 1.0)
    assert p_chart([0] * 25, [9] * 25).signals == ()
    assert p_chart([9] * 25, [9] * 25).signals == ()
    assert p_chart([], []).points == c_chart([]).points == ()


def test_under_twenty_weeks_there_is_no_chart_yet_and_empty_weeks_do_not_count() -> None:
    assert weekly_p_chart([1] * 25, [10] * 19 + [0] * 6) == NotYet(have=19)
    chart = weekly_p_chart([0] + [1] * 20, [0] + [10] * 20)
    assert isinstance(chart, Chart)
    assert [point.position for point in chart.points] == list(range(1, 21))


@pytest.mark.shared
def test_the_shared_c_charts_are_met() -> None:
    cases = shared_case("01_c_chart.json")["cases"]
    assert len(cases) == 3
    for case in cases:
        counts, expected = case["data"]["counts"], case["expected"]
        chart = c_chart(counts)
        assert len(chart.points) == expected.get("n", len(counts))
        assert sum(counts) == expected.get("total", {"value": sum(counts)})["value"]
        first = chart.points[0]
        for name, value in (("CL", chart.centre), ("UCL", first.upper), ("LCL", first.lower)):
            assert value == pytest.approx(expected[name]["value"], abs=expected[name]["tol"])
        beyond = [point.position + 1 for point in chart.points if point.beyond]
        assert beyond == expected.get("out_of_control_1based", [])
        later = c_chart(case.get("phase2_counts", []), chart.centre)
        assert [point for point in later.points if point.beyond] == []
