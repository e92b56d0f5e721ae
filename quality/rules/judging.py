"""Reading what was typed and holding it against a characteristic's limits. Pure and exact.

Judged in Python: SQLite keeps a Decimal as a binary fraction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.lib.units import (
    UNITS,
    InexactConversion,
    Quantity,
    UnitMismatch,
    UnknownUnit,
    UnreadableNumber,
    convert,
    find_unit,
    parse_decimal,
    parse_quantity,
)
from quality.models import Characteristic, Inspection

# What the column of values can hold without rounding.
PLACES = 12
LONGEST = 300


class Side(StrEnum):
    """On which side of its limits a value lies."""

    OVER = "over"
    UNDER = "under"


class NotJudged(ValueError):  # noqa: N818 (a refusal, not a fault)
    """What was typed cannot be judged. `reason` is meant for the person."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Judgement:
    """What was typed, read and judged.

    `value` and `out_by` are in the characteristic's unit and exact; `out_by` is how far the value
    lies beyond the limit on `side`, both None when it conforms or is not a number.
    """

    typed: str
    unit: str
    value: Decimal | None
    conforms: bool
    side: Side | None = None
    out_by: Decimal | None = None


def judge(characteristic: Characteristic, typed: str, unit: str = "") -> Judgement:
    """Read `typed` and hold it against the characteristic's limits.

    A limit itself conforms unless the plan says otherwise; more decimals than the plan has are
    refused, never rounded.

    `unit` is the one chosen beside the field (empty: the characteristic's); a unit written behind
    the number wins. Raises NotJudged with what to do.
    """
    text = typed.strip()
    if not text:
        raise NotJudged(_("Nothing was entered. Enter what you found, or skip this one."))
    if len(text) > LONGEST:
        raise NotJudged(_("That is longer than 300 characters. Say it shorter."))
    match characteristic.kind:
        case Characteristic.Kind.PASS_FAIL:
            return _judge_choice(text)
        case Characteristic.Kind.CHOICE:
            return _judge_option(characteristic, text)
        case Characteristic.Kind.TEXT | Characteristic.Kind.PHOTO:
            return Judgement(text, "", None, conforms=True)
        case Characteristic.Kind.COUNT:
            return _hold_against(characteristic, text, characteristic.unit, _read_count(text))
    return _judge_measure(characteristic, text, unit.strip())


def verdict(conformities: Iterable[bool]) -> Inspection.Verdict:
    """Pass when everything recorded conforms. Raises NotJudged when nothing was recorded."""
    found = list(conformities)
    if not found:
        raise NotJudged(_("Nothing was recorded yet. Record at least one characteristic."))
    return Inspection.Verdict.PASS if all(found) else Inspection.Verdict.FAIL


def _judge_choice(text: str) -> Judgement:
    """Pass or fail, by the words the page sends."""
    if text not in Inspection.Verdict.values:
        raise NotJudged(_("Choose whether it conforms or not."))
    return Judgement(text, "", None, conforms=text == Inspection.Verdict.PASS)


def _judge_option(characteristic: Characteristic, text: str) -> Judgement:
    """One of the plan's choices, each of which conforms or does not."""
    good, bad = characteristic.good.splitlines(), characteristic.bad.splitlines()
    if text not in good and text not in bad:
        raise NotJudged(_("Choose one of the list."))
    return Judgement(text, "", None, conforms=text in good)


def _read_count(text: str) -> Decimal:
    """A whole number, not negative."""
    try:
        value = parse_decimal(text)
    except UnreadableNumber as error:
        raise NotJudged(error.reason) from error
    if value < 0 or value != value.to_integral_value():
        raise NotJudged(_("A count is a whole number, like 0 or 12."))
    return value


def _judge_measure(characteristic: Characteristic, text: str, unit: str) -> Judgement:
    """A quantity, expressed exactly in the characteristic's unit."""
    try:
        read = parse_quantity(text, default=unit or characteristic.unit)
        value = convert(read.value, read.unit, characteristic.unit)
    except UnreadableNumber as error:
        raise NotJudged(error.reason) from error
    except UnknownUnit as error:
        said = {"unit": str(error), "wanted": characteristic.unit}
        raise NotJudged(_("“%(unit)s” is no unit we know. Use %(wanted)s.") % said) from error
    except UnitMismatch as error:
        said = {"unit": read.unit, "wanted": characteristic.unit}
        told = _("%(unit)s cannot be compared with %(wanted)s. Measure in %(wanted)s.")
        raise NotJudged(told % said) from error
    except InexactConversion as error:
        raise _inexact(characteristic, text) from error
    if -int(value.normalize().as_tuple().exponent) > PLACES:
        raise _inexact(characteristic, text)
    _refuse_decimals(characteristic, read)
    return _hold_against(characteristic, text, read.unit, value)


def _refuse_decimals(characteristic: Characteristic, read: Quantity) -> None:
    """Refuse more decimals than the plan measures with, in the characteristic's own unit."""
    places = characteristic.decimals
    if places is None or read.unit != characteristic.unit:
        return
    if -int(read.value.normalize().as_tuple().exponent) > places:
        said = {"places": places}
        raise NotJudged(
            ngettext(
                "Measured to %(places)s decimal here. Look again; nothing is rounded.",
                "Measured to %(places)s decimals here. Look again; nothing is rounded.",
                places,
            )
            % said
        )


def _inexact(characteristic: Characteristic, text: str) -> NotJudged:
    """A value that would have to be rounded."""
    said = {"typed": text, "wanted": characteristic.unit}
    return NotJudged(
        _("“%(typed)s” cannot be kept in %(wanted)s without rounding. Enter it in %(wanted)s.")
        % said
    )


def _hold_against(
    characteristic: Characteristic, text: str, unit: str, value: Decimal
) -> Judgement:
    """The value against the limits; an open side is None."""
    c = characteristic
    if c.upper is not None and (value > c.upper or (value == c.upper and not c.upper_inclusive)):
        over = value - c.upper
        return Judgement(text, unit, value, conforms=False, side=Side.OVER, out_by=over)
    if c.lower is not None and (value < c.lower or (value == c.lower and not c.lower_inclusive)):
        under = c.lower - value
        return Judgement(text, unit, value, conforms=False, side=Side.UNDER, out_by=under)
    return Judgement(text, unit, value, conforms=True)


def units_beside(unit: str) -> list[str]:
    """The symbols that measure the same thing as `unit`, itself first; itself alone if unknown."""
    try:
        dimension = find_unit(unit).dimension
    except UnknownUnit:
        return [unit]
    others = [one.symbol for one in UNITS.values() if one.dimension == dimension]
    return [unit, *(symbol for symbol in others if symbol != unit)]


def may_be_negative(characteristic: Characteristic) -> bool:
    """Whether the keypad needs a sign: a limit below zero, or a temperature."""
    limits = (characteristic.lower, characteristic.nominal, characteristic.upper)
    if any(limit is not None and limit < 0 for limit in limits):
        return True
    return UNITS["°C"].symbol in units_beside(characteristic.unit)
