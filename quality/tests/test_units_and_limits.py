"""Units and limits as properties: read alike, never rounded, refused across dimensions, exact at
the bounds, and kept by the database as they were judged."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.lib.units import UNITS, parse_quantity, same_dimension
from quality.models import Characteristic, Result
from quality.rules.judging import NotJudged, judge
from quality.services import LineDraft, record_result
from tests import make

SYMBOLS = sorted(UNITS)
numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=3)
steps = st.sampled_from([Decimal("0.001"), Decimal("0.01"), Decimal(1)])


def line(unit: str = "mm", **said: object) -> Characteristic:
    return Characteristic(name="x", kind="measure", unit=unit, **said)


def written(value: Decimal, *, comma: bool = False) -> str:
    return format(value, "f").replace(".", "," if comma else ".")


@given(value=numbers, comma=st.booleans(), unit=st.sampled_from(SYMBOLS), gap=st.booleans())
def test_comma_and_point_and_a_unit_behind_the_number_read_alike(value, comma, unit, gap):
    read = parse_quantity(f"{written(value, comma=comma)}{' ' if gap else ''}{unit}")
    assert (read.value, read.unit) == (value, unit)


@given(
    value=numbers,
    pair=st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(SYMBOLS)),
    behind=st.booleans(),
)
def test_what_measures_something_else_is_refused_wherever_the_unit_stands(value, pair, behind):
    mine, other = pair
    if same_dimension(mine, other):
        return
    typed, unit = (f"{written(value)} {other}", "") if behind else (written(value), other)
    with pytest.raises(NotJudged, match="cannot be compared with"):
        judge(line(mine, upper=Decimal(1)), typed, unit)


@given(limit=numbers, step=steps, inclusive=st.booleans(), upper=st.booleans())
def test_a_bound_itself_is_in_or_out_as_the_plan_says_and_a_step_beyond_it_always_out(
    limit, step, inclusive, upper
):
    side = "upper" if upper else "lower"
    one = line(**{side: limit, f"{side}_inclusive": inclusive})
    away = step if upper else -step
    assert judge(one, written(limit)).conforms is inclusive
    assert judge(one, written(limit + away)).out_by == step
    assert judge(one, written(limit - away)).conforms
    # The other side is open: nothing is too far there.
    assert judge(one, written(limit - away * 1000)).conforms


@given(value=numbers, unit=st.sampled_from(["mm", "cm", "m", "in", "ft", "µm"]))
def test_the_same_length_in_any_unit_is_judged_the_same(value, unit):
    one = line("mm", lower=Decimal(-500), upper=Decimal(500))
    try:
        there = judge(one, written(value), unit)
    except NotJudged:
        return
    back = judge(one, written(there.value))
    assert (back.conforms, back.value) == (there.conforms, there.value)


@given(value=st.decimals(min_value=0, max_value=1000, places=5), places=st.integers(0, 4))
def test_more_decimals_than_the_plan_has_are_refused_and_never_rounded(value, places):
    one = line(upper=Decimal(2000), decimals=places)
    exponent = -int(value.normalize().as_tuple().exponent)
    if exponent > places:
        with pytest.raises(NotJudged, match="nothing is rounded"):
            judge(one, written(value))
    else:
        assert judge(one, written(value)).value == value


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.decimals(min_value=-(10**5), max_value=10**5, places=6),
    unit=st.sampled_from(["g", "mg", "kg", "oz", "lb"]),
)
def test_the_database_keeps_what_was_typed_and_what_it_came_to(weighed, value, unit):
    """On both engines, to the last digit, with the verdict it was judged with."""
    inspection, mass = weighed
    try:
        judged = judge(mass, written(value), unit)
    except NotJudged:
        return
    record_result(
        inspection=inspection,
        characteristic=mass,
        typed=written(value),
        unit=unit,
        actor=inspection.inspector,
    )
    kept = Result.objects.get(inspection=inspection)
    assert (kept.typed, kept.unit) == (written(value), unit)
    assert (kept.value, kept.conforms) == (judged.value, judged.conforms)


@pytest.fixture
def weighed():
    """An open inspection of a mass without a lower limit."""
    plan = make.plan(lines=(LineDraft("Mass", "measure", "g", upper=Decimal(1000)),))
    opened = make.inspection(lot=make.lot(product=plan.product, maker=make.user()))
    return opened, plan.characteristics.get()
