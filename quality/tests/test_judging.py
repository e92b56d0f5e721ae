"""Judging a typed value: exact, in its own unit, never guessed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.units import exact
from quality.models import Characteristic, Inspection
from quality.rules.judging import Judgement, NotJudged, Side, judge, units_beside, verdict
from quality.rules.lines import faults_of_line
from quality.rules.words import found, limits, out_of_limits, target, told

MASS = Characteristic(
    name="Mass",
    kind="measure",
    unit="g",
    lower=Decimal(335),
    nominal=Decimal(340),
    upper=Decimal(345),
)
CHIPS = Characteristic(name="Chips", kind="count", upper=Decimal(2))
GLAZE = Characteristic(name="Glaze", kind="pass_fail")
REMARKS = Characteristic(name="Remarks", kind="text")


def refusal(characteristic: Characteristic, typed: str, unit: str = "") -> str:
    with pytest.raises(NotJudged) as caught:
        judge(characteristic, typed, unit)
    return str(caught.value.reason)


@pytest.mark.parametrize(
    ("typed", "unit", "value", "side", "out_by"),
    [
        ("340", "", "340", None, None),
        ("345", "", "345", None, None),
        ("335", "", "335", None, None),
        ("345.000001", "", "345.000001", Side.OVER, "0.000001"),
        ("334,9", "", "334.9", Side.UNDER, "0.1"),
        ("0.345", "kg", "345", None, None),
        ("0,348 kg", "", "348", Side.OVER, "3"),
        ("0.5 kg", "g", "500", Side.OVER, "155"),
        ("12 oz", "", "340.1942775", None, None),
        ("  341  ", "g", "341", None, None),
    ],
)
def test_a_measure_is_judged_in_the_unit_of_its_limits(typed, unit, value, side, out_by):
    judged = judge(MASS, typed, unit)
    assert judged.value == Decimal(value)
    assert (judged.conforms, judged.side) == (side is None, side)
    assert judged.out_by == (None if out_by is None else Decimal(out_by))


@pytest.mark.parametrize(
    ("typed", "unit", "says"),
    [
        ("", "", "Nothing was entered"),
        ("   ", "", "Nothing was entered"),
        ("heavy", "", "not a number"),
        ("1,234.5", "", "not a number"),
        ("1e3", "", "not a number"),
        ("34 cm", "", "cm cannot be compared with g"),
        ("340", "mm", "mm cannot be compared with g"),
        ("340 stone", "", "“stone” is no unit we know"),
        ("1234567890123456", "", "more than 15 digits"),
        ("0.0000000000001", "", "without rounding"),
        ("0.123456789012345 oz", "", "without rounding"),
        ("x" * 301, "", "longer than 300"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_what_to_do(typed, unit, says):
    assert says in refusal(MASS, typed, unit)


def test_a_temperature_that_would_be_rounded_is_refused_and_one_that_fits_is_not():
    oven = Characteristic(name="Oven", kind="measure", unit="°C", upper=Decimal(200))
    assert judge(oven, "212 °F").value == Decimal(100)
    assert "without rounding" in refusal(oven, "100 °F")


@pytest.mark.parametrize(("typed", "conforms"), [("0", True), ("2", True), ("3", False)])
def test_a_count_is_a_whole_number_within_its_limits(typed, conforms):
    assert judge(CHIPS, typed).conforms is conforms


@pytest.mark.parametrize("typed", ["1.5", "-1", "one", "2 pcs"])
def test_a_count_that_is_no_whole_number_is_refused(typed):
    refusal(CHIPS, typed)


def test_pass_or_fail_is_one_of_two_words_and_nothing_else_passes():
    assert judge(GLAZE, "pass").conforms is True
    assert judge(GLAZE, "fail").conforms is False
    assert refusal(GLAZE, "ok") == "Choose whether it conforms or not."
    assert "Nothing was entered" in refusal(GLAZE, "")


def test_a_text_conforms_and_is_kept_as_typed():
    assert judge(REMARKS, " fine ") == Judgement("fine", "", None, conforms=True)


def test_the_verdict_passes_only_when_everything_does_and_not_on_nothing():
    assert verdict([True, True]) is Inspection.Verdict.PASS
    assert verdict([True, False]) is Inspection.Verdict.FAIL
    with pytest.raises(NotJudged):
        verdict([])


numbers = st.decimals(
    min_value=-(10**8), max_value=10**8, allow_nan=False, allow_infinity=False, places=4
)


@given(value=numbers, lower=st.none() | numbers, upper=st.none() | numbers)
def test_a_value_conforms_exactly_when_it_lies_within_its_limits(value, lower, upper):
    if lower is not None and upper is not None and lower > upper:
        lower, upper = upper, lower
    line = Characteristic(name="x", kind="measure", unit="mm", lower=lower, upper=upper)
    judged = judge(line, format(value, "f"))
    within = (lower is None or value >= lower) and (upper is None or value <= upper)
    assert judged.conforms is within
    if judged.side is Side.OVER:
        assert value - judged.out_by == upper
    elif judged.side is Side.UNDER:
        assert value + judged.out_by == lower
    else:
        assert judged.out_by is None


@given(
    value=st.decimals(min_value=0, max_value=10**5, places=3),
    unit=st.sampled_from(["mg", "g", "kg", "oz", "lb", "t"]),
    comma=st.booleans(),
)
def test_a_unit_changes_neither_the_value_nor_the_verdict(value, unit, comma):
    typed = format(value, "f").replace(".", "," if comma else ".")
    try:
        judged = judge(MASS, typed, unit)
    except NotJudged:
        # Only what 15 digits and 12 decimals cannot say may be refused.
        in_grams = exact(value, unit, "g")
        assert in_grams * 10**12 % 1 != 0 or len(str(abs(int(in_grams * 10**12)))) > 15
        return
    assert Fraction(judged.value) == exact(value, unit, "g")
    assert judged.conforms is (335 <= exact(value, unit, "g") <= 345)


@given(value=numbers)
def test_what_is_kept_has_at_most_15_digits_and_12_decimals(value):
    kept = judge(MASS, format(value, "f")).value
    parts = kept.normalize().as_tuple()
    assert len(parts.digits) <= 15
    assert -parts.exponent <= 12


def test_values_and_limits_read_as_one_would_say_them():
    assert (target(MASS), limits(MASS)) == ("340 g ± 5 g", "335 to 345 g")
    assert limits(CHIPS) == "at most 2"
    assert told(MASS, judge(MASS, "348")) == "Mass: 348 g, 3 g over the upper limit"
    assert told(MASS, judge(MASS, "0.33", "kg")) == (
        "Mass: 0.33 kg = 330 g, 5 g under the lower limit"
    )
    assert told(GLAZE, judge(GLAZE, "fail")) == "Glaze: Does not conform"
    assert found(REMARKS, judge(REMARKS, "fine")) == "fine"
    assert out_of_limits(MASS, judge(MASS, "340")) == ""


def test_only_units_of_the_same_dimension_are_offered():
    assert units_beside("g")[0] == "g"
    assert set(units_beside("g")) == {"g", "mg", "kg", "t", "oz", "lb"}
    assert units_beside("widgets") == ["widgets"]


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"kind": "measure", "unit": "g", "upper": Decimal(1)}, set()),
        ({"kind": "measure", "unit": "", "upper": Decimal(1)}, {"unit"}),
        ({"kind": "measure", "unit": "furlong", "upper": Decimal(1)}, {"unit"}),
        ({"kind": "measure", "unit": "g"}, {"upper"}),
        ({"kind": "measure", "unit": "g", "lower": Decimal(2), "upper": Decimal(1)}, {"upper"}),
        ({"kind": "count", "upper": Decimal("1.5")}, {"upper"}),
        ({"kind": "pass_fail", "upper": Decimal(1)}, {"lower"}),
        ({"kind": "text"}, set()),
        ({"kind": "text", "name": " "}, {"name"}),
    ],
)
def test_a_line_that_cannot_be_checked_is_refused(fields, faulty):
    assert set(faults_of_line(Characteristic(**{"name": "x", **fields}))) == faulty
