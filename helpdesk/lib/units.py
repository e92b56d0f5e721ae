"""Units of measure: exact conversion and exact reading of what was typed.

Factors are exact by definition (the international pound and inch of 1959, the SI). Nothing is
rounded: what cannot be said in 15 digits is refused, and comparisons are made in fractions.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIGITS = 15
_NUMBER = re.compile(r"([+\-\u2212]?)\s*([0-9]*)(?:[.,]([0-9]+))?")
_QUANTITY = re.compile(r"\s*([+\-\u2212]?\s*[0-9.,]+)\s*(\D*?)\s*")


class UnitMismatch(ValueError):  # noqa: N818 (a name of the design)
    """Two units that do not measure the same thing."""


class UnknownUnit(ValueError):  # noqa: N818 (a name of the design)
    """A unit that is not in the table."""


class InexactConversion(ValueError):  # noqa: N818 (a name of the design)
    """The result would need more than 15 digits."""


class UnreadableNumber(ValueError):  # noqa: N818 (a name of the design)
    """A text that is not one number of at most 15 digits. `reason` is meant for the person."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Unit:
    """A unit: `value * factor + offset` is the value in the base unit of its dimension."""

    symbol: str
    dimension: str
    factor: Fraction
    offset: Fraction = Fraction(0)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quantity:
    """A number with its unit."""

    value: Decimal
    unit: str


def _unit(symbol: str, dimension: str, factor: str, *aliases: str, offset: str = "0") -> Unit:
    return Unit(symbol, dimension, Fraction(factor), Fraction(offset), aliases)


_TABLE = (
    _unit("g", "mass", "1", "gram", "grams", "gr"),
    _unit("mg", "mass", "0.001", "milligram", "milligrams"),
    _unit("kg", "mass", "1000", "kilo", "kilos", "kilogram", "kilograms"),
    _unit("t", "mass", "1000000", "tonne", "tonnes"),
    _unit("oz", "mass", "28.349523125", "ounce", "ounces"),
    _unit("lb", "mass", "453.59237", "lbs", "pound", "pounds"),
    _unit("mm", "length", "1", "millimetre", "millimetres", "millimeter", "millimeters"),
    _unit("µm", "length", "0.001", "um", "micron", "microns"),
    _unit("cm", "length", "10", "centimetre", "centimetres", "centimeter", "centimeters"),
    _unit("m", "length", "1000", "metre", "metres", "meter", "meters"),
    _unit("in", "length", "25.4", "inch", "inches", '"'),
    _unit("ft", "length", "304.8", "foot", "feet"),
    _unit("ml", "volume", "1", "millilitre", "millilitres", "milliliter", "milliliters"),
    _unit("cl", "volume", "10", "centilitre", "centilitres"),
    _unit("l", "volume", "1000", "litre", "litres", "liter", "liters"),
    _unit("pcs", "count", "1", "pc", "piece", "pieces", "piece(s)"),
    _unit("°C", "temperature", "1", "c", "°c", "degc", "celsius"),
    _unit("°F", "temperature", "5/9", "f", "°f", "degf", "fahrenheit", offset="-160/9"),
    _unit("K", "temperature", "1", "kelvin", offset="-273.15"),
    _unit("s", "time", "1", "sec", "second", "seconds"),
    _unit("ms", "time", "0.001", "millisecond", "milliseconds"),
    _unit("min", "time", "60", "minute", "minutes"),
    _unit("h", "time", "3600", "hour", "hours"),
    _unit("%", "share", "1", "percent"),
    _unit("‰", "share", "0.1", "permille"),
    _unit("V", "voltage", "1", "volt", "volts"),
    _unit("mV", "voltage", "0.001"),
    _unit("A", "current", "1", "amp", "ampere"),
    _unit("mA", "current", "0.001"),
    _unit("W", "power", "1", "watt", "watts"),
    _unit("kW", "power", "1000"),
    _unit("N", "force", "1", "newton"),
    _unit("kPa", "pressure", "1"),
    _unit("bar", "pressure", "100"),
    _unit("°", "angle", "1", "deg", "degree", "degrees"),
    _unit("Ω", "resistance", "1", "ohm", "ohms"),
    _unit("pH", "acidity", "1"),
)
UNITS: dict[str, Unit] = {unit.symbol: unit for unit in _TABLE}
# Only names are read without regard to case: mA and MA, ms and Ms are not the same.
_ALIASES = {alias: unit for unit in _TABLE for alias in unit.aliases}


def find_unit(text: str) -> Unit:
    """The unit with this symbol or name. Raises UnknownUnit."""
    cleaned = text.strip().replace("\u03bc", "\u00b5").replace("\u2126", "\u03a9")
    unit = UNITS.get(cleaned) or _ALIASES.get(cleaned.lower()) or UNITS.get(cleaned.lower())
    if unit is None:
        raise UnknownUnit(text)
    return unit


def same_dimension(one: str, other: str) -> bool:
    """Whether two units measure the same thing."""
    return find_unit(one).dimension == find_unit(other).dimension


def exact(value: Decimal, unit: str, to: str) -> Fraction:
    """`value` expressed in `to`, exactly: what a limit is judged with.

    Raises UnitMismatch, UnknownUnit.
    """
    source, target = find_unit(unit), find_unit(to)
    if source.dimension != target.dimension:
        msg = f"{source.symbol} ({source.dimension}) is not {target.symbol} ({target.dimension})"
        raise UnitMismatch(msg)
    base = Fraction(value) * source.factor + source.offset
    return (base - target.offset) / target.factor


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """`value` expressed in `to`, as a decimal of at most 15 digits and never rounded.

    Raises UnitMismatch, UnknownUnit, and InexactConversion when 15 digits cannot say it.
    """
    if find_unit(unit) == find_unit(to):
        return value
    result = exact(value, unit, to)
    # A decimal of d places is a fraction whose denominator divides 10**d.
    for places in range(DIGITS + 1):
        scaled = result * 10**places
        if scaled.denominator == 1:
            found = Decimal(scaled.numerator).scaleb(-places)
            if _digits(found) <= DIGITS:
                return found
    msg = f"{value} {unit} cannot be said in {to} with {DIGITS} digits"
    raise InexactConversion(msg)


def parse_decimal(text: str) -> Decimal:
    """The number written in `text`, with comma or point before the decimals.

    Thousands separators, exponents and more than 15 digits are refused, never guessed or rounded.
    Raises UnreadableNumber.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise UnreadableNumber(
            _("This is not a number. Write it like 1250 or 0.5, without thousands separators.")
        )
    whole, decimals = match[2].lstrip("0"), match[3] or ""
    if max(len((whole + decimals).lstrip("0")), len(decimals)) > DIGITS:
        raise UnreadableNumber(_("The number has more than 15 digits. Leave out some decimals."))
    sign = "-" if match[1] in {"-", "\u2212"} else ""
    return Decimal(f"{sign}{whole or '0'}.{decimals}" if decimals else f"{sign}{whole or '0'}")


def parse_quantity(text: str, default: str = "") -> Quantity:
    """The number and unit written in `text`: "0,5 kg"; without a unit, the `default` one.

    Raises UnreadableNumber, UnknownUnit.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnreadableNumber(_("This is not a number with a unit. Write it like 0.5 kg."))
    value = parse_decimal(match[1])
    written = match[2]
    if not written and not default:
        return Quantity(value, "")
    return Quantity(value, find_unit(written or default).symbol)


def _digits(number: Decimal) -> int:
    """How many digits it takes to write the number, without leading zeros."""
    parts = number.as_tuple()
    exponent = int(parts.exponent)
    significant = len(str(int("".join(map(str, parts.digits)))))
    return max(significant + max(exponent, 0), -exponent)
