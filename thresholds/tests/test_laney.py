import math

import pytest

from thresholds.rules.laney import Chart, NotYet, laney_chart, u_chart, weekly_chart
from thresholds.tests.cases import CLOTH, CLOTH_SIZES, COMPUTERS, ROLL_SIZES, ROLLS, shared_case


def test_the_computers_have_montgomerys_limits() -> None:
    chart = u_chart(COMPUTERS, [5] * 20)
    assert chart.centre == pytest.approx(1.93, abs=1e-9)
    assert chart.points[0].upper == pytest.approx(3.79, abs=0.01)
    assert chart.points[0].lower == pytest.approx(0.07, abs=0.01)
    assert chart.signals == ()


def test_the_dyed_cloth_has_limits_of_its_own_for_each_roll() -> None:
    chart = u_chart(CLOTH, CLOTH_SIZES)
    assert chart.centre == pytest.approx(1.42, abs=0.005)
    assert (chart.points[1].lower, chart.points[1].upper) == (
        pytest.approx(0.1579, abs=1e-4),
        pytest.approx(2.6886, abs=1e-4),
    )
    assert chart.signals == ()


def test_the_fabric_rolls_have_laneys_sigma() -> None:
    chart = laney_chart(ROLLS, ROLL_SIZES)
    assert chart.centre == pytest.approx(0.2880493, abs=1e-7)
    assert chart.sigma_z == pytest.approx(1.368811, abs=1e-6)
    first = chart.points[0]
    half = 3 * chart.sigma_z * math.sqrt(chart.centre / 30.0)
    assert first.upper == pytest.approx(chart.centre + half)
    assert u_chart(ROLLS, ROLL_SIZES).sigma_z == 1.0


@pytest.mark.shared
def test_the_shared_charts_are_met() -> None:
    cases = shared_case("02_u_chart.json")["cases"]
    assert len(cases) == 3
    for case in cases:
        counts, sizes, expected = case["data"]["counts"], case["data"]["sizes"], case["expected"]
        chart = u_chart(counts, sizes)
        assert chart.centre == pytest.approx(expected["ubar"]["value"], abs=expected["ubar"]["tol"])
        assert [p.position + 1 for p in chart.points if p.beyond] == (
            expected["out_of_control_1based"]
        )
        for point, (lower, upper) in zip(
            chart.points, expected.get("limits_computed", []), strict=False
        ):
            assert (point.lower, point.upper) == (
                pytest.approx(lower, abs=1e-4),
                pytest.approx(upper, abs=1e-4),
            )
        if "laney_sigma_z" in expected:
            sigma = expected["laney_sigma_z"]
            assert laney_chart(counts, sizes).sigma_z == pytest.approx(
                sigma["value"], abs=sigma["tol"]
            )


def test_a_week_beyond_a_limit_is_a_signal() -> None:
    counts = [10, 12] * 12 + [60]
    chart = weekly_chart(counts, [20] * 25)
    assert isinstance(chart, Chart)
    assert [(p.position, p.beyond) for p in chart.signals if p.beyond] == [(24, 1)]


def test_a_week_far_below_is_a_signal_too_and_no_limit_is_below_zero() -> None:
    chart = weekly_chart([100, 104] * 12 + [20], [20] * 25)
    assert isinstance(chart, Chart)
    assert [(p.position, p.beyond) for p in chart.signals if p.beyond] == [(24, -1)]
    assert min(p.lower for p in u_chart([0, 1, 2], [1, 1, 1]).points) == 0.0


def test_the_eighth_week_in_a_row_on_one_side_is_a_signal() -> None:
    counts = [12, 8] * 8 + [11] * 9 + [9] * 9
    chart = laney_chart(counts, [20] * len(counts))
    assert chart.centre == pytest.approx(0.5)
    assert [(p.position, p.run) for p in chart.signals] == [(23, 1), (24, 1), (32, -1), (33, -1)]


def test_a_week_on_the_line_breaks_the_row() -> None:
    counts = [11] * 7 + [10] + [11] * 7 + [9] * 7 + [10] + [9] * 7
    assert [p for p in laney_chart(counts, [20] * len(counts)).points if p.run] == []


def test_under_twenty_weeks_there_is_no_chart_yet() -> None:
    assert weekly_chart([5] * 19, [10] * 19) == NotYet(have=19, needed=20)
    assert weekly_chart([5] * 20, [10] * 19 + [0]) == NotYet(have=19)


def test_weeks_without_a_purchase_are_left_out_and_keep_the_places_of_the_others() -> None:
    chart = weekly_chart([0] + [5] * 20, [0] + [10] * 20)
    assert isinstance(chart, Chart)
    assert [p.position for p in chart.points] == list(range(1, 21))


def test_equal_weeks_and_empty_weeks_are_calm() -> None:
    assert laney_chart([3] * 25, [7] * 25).signals == ()
    silent = laney_chart([0] * 25, [7] * 25)
    assert (silent.centre, silent.sigma_z, silent.signals) == (0.0, 1.0, ())
    assert laney_chart([], []).points == ()
    assert laney_chart([3], [2]).sigma_z == 1.0
