"""Whether a planned characteristic can be checked at all. Pure."""

from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.units import UnknownUnit, find_unit
from quality.models import Characteristic


class Line(Protocol):
    """A characteristic as it is about to be planned."""

    @property
    def name(self) -> str:
        """What is checked."""

    @property
    def kind(self) -> str:
        """One of Characteristic.Kind."""

    @property
    def unit(self) -> str:
        """The unit of the limits."""

    @property
    def lower(self) -> Decimal | None:
        """None leaves this side open."""

    @property
    def decimals(self) -> int | None:
        """How many decimals are measured; None: not said."""

    @property
    def good(self) -> str:
        """Choices that conform, one a line."""

    @property
    def bad(self) -> str:
        """Choices that do not conform, one a line."""

    @property
    def nominal(self) -> Decimal | None:
        """What it should be."""

    @property
    def upper(self) -> Decimal | None:
        """None leaves this side open."""


Faults = dict[str, Promise]
MOST_DECIMALS = 6


def faults_of_line(line: Line) -> Faults:
    """{field: what is wrong} of a planned characteristic; empty when it can be checked."""
    if not line.name.strip():
        return {"name": _("Give it a name.")}
    if line.kind in {Characteristic.Kind.COUNT, Characteristic.Kind.MEASURE}:
        return _faults_of_unit(line) or _faults_of_limits(line) or _faults_of_decimals(line)
    if line.kind == Characteristic.Kind.CHOICE:
        return _faults_of_choices(line)
    if line.good or line.bad:
        return {"good": _("Choices need the kind “choice”.")}
    given = any(limit is not None for limit in (line.lower, line.nominal, line.upper))
    return {"lower": _("Limits need a measure or a count.")} if given else {}


def _faults_of_unit(line: Line) -> Faults:
    """A measure needs a unit that values can be converted to."""
    if line.kind == Characteristic.Kind.MEASURE and not _known_unit(line.unit):
        return {"unit": _("Choose a unit we know, like g, mm or °C.")}
    return {}


def _faults_of_limits(line: Line) -> Faults:
    """At least one limit, and in order."""
    if line.lower is None and line.upper is None:
        return {
            "upper": _("Give a lower or an upper limit; leave a side open by leaving it empty.")
        }
    told = [limit for limit in (line.lower, line.nominal, line.upper) if limit is not None]
    if told != sorted(told):
        return {"upper": _("Lower limit, nominal and upper limit must rise in this order.")}
    if line.kind == Characteristic.Kind.COUNT and not all(_is_count(limit) for limit in told):
        return {"upper": _("A count is a whole number, like 0 or 12.")}
    return {}


def _faults_of_choices(line: Line) -> Faults:
    """Something must conform, and nothing both do and not."""
    good, bad = line.good.splitlines(), line.bad.splitlines()
    if any(limit is not None for limit in (line.lower, line.nominal, line.upper)):
        return {"lower": _("Limits need a measure or a count.")}
    if not good:
        return {"good": _("Write at least one choice that conforms, one a line.")}
    if len({*good, *bad}) < len(good) + len(bad):
        return {"bad": _("A choice is there twice.")}
    return {}


def _faults_of_decimals(line: Line) -> Faults:
    """A measure has at most six decimals, and its limits no more than are measured."""
    if line.decimals is None:
        return {}
    if line.kind != Characteristic.Kind.MEASURE or line.decimals > MOST_DECIMALS:
        return {"decimals": _("Only a measure has decimals, at most six.")}
    return {}


def _known_unit(unit: str) -> bool:
    """Whether a value in this unit can be converted."""
    try:
        return find_unit(unit).symbol == unit
    except UnknownUnit:
        return False


def _is_count(value: Decimal) -> bool:
    """Whether it is a whole number, not negative."""
    return value >= 0 and value == value.to_integral_value()
