"""Units of measure."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.units import (
    UNITS,
    InexactConversion,
    Quantity,
    UnitMismatch,
    UnknownUnit,
    UnreadableNumber,
    convert,
    exact,
    find_unit,
    parse_decimal,
    parse_quantity,
    same_dimension,
)


@pytest.mark.parametrize(
    ("value", "unit", "to", "result"),
    [
        ("0.5", "kg", "g", "500"),
        ("500", "g", "kg", "0.5"),
        ("1", "oz", "g", "28.349523125"),
        ("1", "lb", "oz", "16"),
        ("12", "in", "mm", "304.8"),
        ("1.5", "l", "ml", "1500"),
        ("20", "°C", "°F", "68"),
        ("-40", "°F", "°C", "-40"),
        ("0", "°C", "K", "273.15"),
        ("2", "min", "s", "120"),
        ("7", "pieces", "pcs", "7"),
        ("0.10", "g", "g", "0.10"),
    ],
)
def test_conversion_is_exact(value: str, unit: str, to: str, result: str) -> None:
    assert convert(Decimal(value), unit, to) == Decimal(result)


def test_weight_is_not_length() -> None:
    with pytest.raises(UnitMismatch, match=r"kg \(mass\) is not mm \(length\)"):
        convert(Decimal(1), "kg", "mm")


def test_what_15_digits_cannot_say_is_refused_and_still_judged_exactly() -> None:
    with pytest.raises(InexactConversion):
        convert(Decimal(1), "g", "oz")
    with pytest.raises(InexactConversion):
        convert(Decimal(100), "°F", "°C")
    assert exact(Decimal(100), "°F", "°C") == Fraction(340, 9)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("0,5 kg", Quantity(Decimal("0.5"), "kg")),
        ("0.50kg", Quantity(Decimal("0.50"), "kg")),
        (" -3 °C ", Quantity(Decimal(-3), "°C")),
        ("\u22123 °c", Quantity(Decimal(-3), "°C")),
        ("3 Pieces", Quantity(Decimal(3), "pcs")),
        (".5 L", Quantity(Decimal("0.5"), "l")),
        ('2"', Quantity(Decimal(2), "in")),
        ("5 \u03bcm", Quantity(Decimal(5), "µm")),
        ("12", Quantity(Decimal(12), "g")),
    ],
)
def test_a_quantity_is_read_with_comma_or_point(text: str, quantity: Quantity) -> None:
    read = parse_quantity(text, default="g")
    assert read == quantity
    assert str(read.value) == str(quantity.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kg",
        "1.234,5 kg",
        "1,234.5",
        "1 234 kg",
        "1e5",
        "NaN",
        "½ kg",
        "1.",
        "--1",
        "1234567890123456",
    ],
)
def test_what_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(UnreadableNumber):
        parse_quantity(text)


def test_fifteen_digits_pass_and_sixteen_do_not() -> None:
    assert parse_decimal("0,000000000000001") == Decimal("1E-15")
    assert parse_decimal("000123456789012345") == Decimal(123456789012345)
    for text in ("0.0000000000000001", "1234567890.123456"):
        with pytest.raises(UnreadableNumber, match="15 digits"):
            parse_decimal(text)


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(UnknownUnit, match="furlong"):
        parse_quantity("3 furlong")


def test_prefixes_keep_their_case() -> None:
    assert find_unit("mV").symbol == "mV"
    assert find_unit("KG").symbol == "kg"
    assert same_dimension("oz", "t")
    assert not same_dimension("m", "min")


@given(
    st.sampled_from(sorted(UNITS)),
    st.sampled_from(sorted(UNITS)),
    st.decimals(-1000, 1000, places=3, allow_nan=False),
)
def test_there_and_back_is_the_same_number(unit: str, to: str, value: Decimal) -> None:
    if not same_dimension(unit, to):
        return
    try:
        there = convert(value, unit, to)
    except InexactConversion:
        return
    assert exact(there, to, unit) == Fraction(value)
