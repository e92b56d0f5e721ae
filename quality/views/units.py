"""The units a value may be typed in, with what the browser needs to convert them exactly."""

from dataclasses import dataclass
from fractions import Fraction

from helpdesk.lib.units import UNITS


@dataclass(frozen=True)
class UnitOption:
    """A unit in the list beside the value: `value * factor + offset` is in the first one."""

    symbol: str
    factor: Fraction
    offset: Fraction
    chosen: bool


def unit_options(symbols: list[str], *, chosen: str) -> list[UnitOption]:
    """The options for symbols of one dimension; factors relative to the first."""
    base = UNITS.get(symbols[0])
    options = []
    for symbol in symbols:
        unit = UNITS.get(symbol)
        factor, offset = Fraction(1), Fraction(0)
        if unit and base:
            factor = unit.factor / base.factor
            offset = (unit.offset - base.offset) / base.factor
        options.append(UnitOption(symbol, factor, offset, chosen=symbol == chosen))
    return options
