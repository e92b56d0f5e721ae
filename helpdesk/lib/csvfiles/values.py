"""Cells into values. Every parser gets a non-empty, stripped text and raises BadValue."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.csvfiles.mapping import Column, ColumnMap, Parse
from helpdesk.lib.csvfiles.neutralising import restore
from helpdesk.lib.csvfiles.reading import Row
from helpdesk.lib.csvfiles.refusals import BadValue, Rejection
from helpdesk.lib.folding import fold_key
from helpdesk.lib.moments import FIRST_YEAR, LAST_YEAR
from helpdesk.lib.units import UnreadableNumber, parse_decimal

_BIGGEST_INTEGER = 2**31 - 1
_INTEGER_DIGITS = 10
_LONGEST_EMAIL = 254
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


def moment_parser(zone: tzinfo) -> Callable[[str], datetime]:
    """ISO 8601, from 1900 to 2199, in UTC; without a zone it is the time in `zone`."""

    def parse(text: str) -> datetime:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise BadValue(_("Write the moment as 2026-01-31 or 2026-01-31T14:30.")) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise BadValue(_("The year must be between 1900 and 2199."))
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC)

    return parse


def parse_date(text: str) -> date:
    """A day written YYYY-MM-DD, from 1900 to 2199."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadValue(_("Write the date as 2026-01-31.")) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadValue(_("The year must be between 1900 and 2199."))
    return found


def decimal_parser(
    *, digits: int = 12, places: int = 3, least: Decimal | None = None
) -> Callable[[str], Decimal]:
    """A number with comma or point, at most `digits` digits of which `places` are decimals."""

    too_large = Decimal(10) ** (digits - places)

    def parse(text: str) -> Decimal:
        try:
            found = parse_decimal(text)
        except UnreadableNumber as error:
            raise BadValue(error.reason) from None
        # Zeros at the end are no decimals: 1.500 fits where two are kept.
        if not text.isdecimal() and found != round(found, places):
            raise BadValue(format_lazy(_("At most {places} decimals."), places=places))
        if abs(found) >= too_large:
            raise BadValue(_("The number is too large."))
        if least is not None and found < least:
            raise BadValue(format_lazy(_("The number must be at least {least}."), least=least))
        return found

    return parse


def integer_parser(least: int = 0, most: int = _BIGGEST_INTEGER) -> Callable[[str], int]:
    """A whole number from `least` to `most`; "3.0" is one."""

    def parse(text: str) -> int:
        digits = text.removeprefix("-").removesuffix(".0")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= _INTEGER_DIGITS):
            raise BadValue(_("This is not a whole number."))
        found = -int(digits) if text.startswith("-") else int(digits)
        if not least <= found <= most:
            raise BadValue(
                format_lazy(_("The number must be from {least} to {most}."), least=least, most=most)
            )
        return found

    return parse


def choice_parser(choices: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
    """One of the keys of `choices`, by its own name or one of its synonyms; case does not matter."""
    # Looked up first, because folding costs more than the rest of a row.
    as_written = {key: key for key in choices}
    known = {fold_key(word): key for key, words in choices.items() for word in (key, *words)}

    def parse(text: str) -> str:
        found = as_written.get(text) or known.get(fold_key(text))
        if found is None:
            raise BadValue(
                format_lazy(_("It must be one of: {choices}."), choices=", ".join(choices))
            )
        return found

    return parse


def parse_email(text: str) -> str:
    """An e-mail address as written."""
    if len(text) > _LONGEST_EMAIL or not text.isprintable() or not _EMAIL.fullmatch(text):
        raise BadValue(_("This is not an e-mail address."))
    return text


def text_parser(longest: int) -> Callable[[str], str]:
    """A text of at most `longest` characters, without control characters but line ends and tabs."""

    def parse(text: str) -> str:
        found = text if text.isprintable() else _cleaned(text)
        if len(found) > longest:
            raise BadValue(
                format_lazy(
                    _("The text has {length} characters; at most {longest} fit."),
                    length=len(found),
                    longest=longest,
                )
            )
        return found

    return parse


def _cleaned(text: str) -> str:
    """A text without control characters, its lines ended by \\n. Raises BadValue for a NUL."""
    if "\0" in text:
        raise BadValue(_("The text contains a NUL character."))
    return _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


class RowParser:
    """Turns the cells of a row into values by the parsers of its columns."""

    def __init__(self, columns: Sequence[Column], mapped: ColumnMap) -> None:
        self._absent = [c.name for c in columns if c.name not in mapped.sources]
        self._columns: list[tuple[str, Parse | None, bool]] = [
            (c.name, c.parse, c.required) for c in columns if c.name in mapped.sources
        ]
        self._sources = mapped.sources

    def parse(self, row: Row) -> tuple[dict[str, object], list[Rejection]]:
        """{our column: value} with None for empty and absent cells, and what is wrong with it.

        All the values of a row are looked at, so that a person can mend them in one go.
        """
        values: dict[str, object] = dict.fromkeys(self._absent)
        wrong: list[Rejection] = []
        for name, parse, required in self._columns:
            cell = row.values[name].strip()
            if cell[:1] == "'":
                cell = restore(cell)
            try:
                # Of a cell of nothing but control characters, parsing leaves nothing.
                value = cell if parse is None or not cell else parse(cell)
            except BadValue as error:
                wrong.append(self._reject(row, name, error))
                continue
            values[name] = None if isinstance(value, str) and not value.strip() else value
            if required and values[name] is None:
                wrong.append(self._reject(row, name, BadValue(_("This must be filled in."))))
        return values, wrong

    def _reject(self, row: Row, name: str, error: BadValue) -> Rejection:
        return Rejection(
            row.line, self._sources[name], row.values[name], error.reason, tuple(row.cells)
        )
