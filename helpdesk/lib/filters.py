"""Filters that live in the address of a list: an allowlist, declared once for each page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from helpdesk.lib.folding import fold
from helpdesk.lib.paging import query_with
from helpdesk.lib.periods import day_start, parse_day

M = TypeVar("M", bound=Model)
Text = str | Promise
Choices = Iterable[tuple[object, Text]]
# Reads one value of the address; raises ValueError with the message for the person.
Parse = Callable[[str, tzinfo], tuple[object, str]]

_LONGEST_VALUE = 200
_MOST_VALUES = 50
_BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Filter:
    """One parameter of the address: `parse` gives (value for `lookup`, words for the person).

    A value that is a condition itself (Q) needs no lookup.
    """

    name: str
    lookup: str
    label: Text
    parse: Parse
    multiple: bool = False


@dataclass(frozen=True)
class FilterError:
    """A value that was ignored, and why."""

    name: str
    label: Text
    value: str
    message: str


@dataclass(frozen=True)
class ActiveFilter:
    """A value in force, as shown on the page: its label, its words, and how to take it away."""

    name: str
    label: Text
    value: str
    text: str
    all_values: tuple[str, ...]

    def query_without(self, request: HttpRequest) -> str:
        """The query of this page without this value, from its first page."""
        left = [v for v in self.all_values if v != self.value]
        return query_with(request, **{self.name: left or None, "after": None, "before": None})


@dataclass(frozen=True)
class Filtered:
    """What the address asks for. `values` holds what was typed, good or bad, to fill the form."""

    condition: Q
    values: dict[str, list[str]] = field(default_factory=dict)
    errors: tuple[FilterError, ...] = ()
    active: tuple[ActiveFilter, ...] = ()

    def apply(self, queryset: QuerySet[M]) -> QuerySet[M]:
        """The rows that meet every filter in force."""
        return queryset.filter(self.condition)

    def value(self, name: str) -> str:
        """The (first) value typed for a filter, "" for none."""
        return next(iter(self.values.get(name, [])), "")


def read_filters(params: QueryDict, declared: Sequence[Filter], zone: tzinfo) -> Filtered:
    """The declared filters found in the address.

    Unknown parameters and empty values are ignored. A value that cannot be read becomes an error
    to show and filters nothing. Days begin at midnight in `zone`. Several values of one filter
    mean any of them.
    """
    condition = Q()
    values: dict[str, list[str]] = {}
    errors: list[FilterError] = []
    active: list[ActiveFilter] = []
    for one in declared:
        typed = _typed(params, one)
        if not typed:
            continue
        values[one.name] = typed
        wanted = []
        for text in typed:
            try:
                value, words = _parse(one, text, zone)
            except ValueError as error:
                errors.append(FilterError(one.name, one.label, text[:_LONGEST_VALUE], str(error)))
                continue
            wanted.append(value)
            active.append(ActiveFilter(one.name, one.label, text, words, tuple(typed)))
        if wanted:
            condition &= _condition(one, wanted)
    return Filtered(condition, values, tuple(errors), tuple(active))


def choice_filter(
    name: str,
    lookup: str,
    label: Text,
    choices: Choices | Callable[[], Choices],
    *,
    multiple: bool = True,
) -> Filter:
    """One (or several) of a list of (value, words), or of a function that gives it when needed."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        offered = choices() if callable(choices) else choices
        for value, words in offered:
            if str(value) == text:
                return value, str(words)
        raise ValueError(_("This choice does not exist (any more). Choose one from the list."))

    return Filter(name, lookup, label, parse, multiple)


def integer_filter(
    name: str, lookup: str, label: Text, least: int = 0, most: int = _BIGGEST
) -> Filter:
    """A whole number from `least` to `most`."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        message = _("Enter a whole number from %(least)d to %(most)d.")
        if not text.removeprefix("-").isdecimal() or not least <= int(text) <= most:
            raise ValueError(message % {"least": least, "most": most})
        return int(text), text

    return Filter(name, lookup, label, parse)


def day_filter(
    name: str, lookup: str, label: Text, *, moment: bool = True, after: bool = False
) -> Filter:
    """A day written YYYY-MM-DD; for a `moment` column its first moment in the zone.

    `after`: the day that follows, so that `__lt` includes the day named.
    """

    def parse(text: str, zone: tzinfo) -> tuple[object, str]:
        try:
            day = parse_day(text)
        except ValueError as error:
            raise ValueError(_("Write the date as 2026-01-31.")) from error
        bound = day + timedelta(days=1) if after else day
        return (day_start(bound, zone) if moment else bound), day.isoformat()

    return Filter(name, lookup, label, parse)


def text_filter(name: str, lookup: str, label: Text, *, folded: bool = True) -> Filter:
    """A text, folded for a column that holds folded text."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        if "\0" in text:
            raise ValueError(_("The text contains a character that cannot be searched for."))
        return (fold(text) if folded else text), text

    return Filter(name, lookup, label, parse)


def flag_filter(name: str, lookup: str, label: Text) -> Filter:
    """Yes (1) or no (0)."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        if text not in {"0", "1"}:
            raise ValueError(_("Choose yes or no."))
        return text == "1", _("yes") if text == "1" else _("no")

    return Filter(name, lookup, label, parse)


def _typed(params: QueryDict, one: Filter) -> list[str]:
    """The values given for a filter, without the empty ones and repetitions."""
    given = params.getlist(one.name)[:_MOST_VALUES] if one.multiple else [params.get(one.name, "")]
    return list(dict.fromkeys(text.strip() for text in given if text and text.strip()))


def _parse(one: Filter, text: str, zone: tzinfo) -> tuple[object, str]:
    """One value of one filter. Raises ValueError with the message for the person."""
    if len(text) > _LONGEST_VALUE:
        raise ValueError(_("This value is too long to be a filter."))
    return one.parse(text, zone)


def _condition(one: Filter, wanted: list[object]) -> Q:
    """Rows that match any of the values."""
    condition = Q()
    for value in wanted:
        condition |= value if isinstance(value, Q) else Q(**{one.lookup: value})
    return condition
