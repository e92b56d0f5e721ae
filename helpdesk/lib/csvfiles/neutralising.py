"""Cells that a spreadsheet would run as a formula are made harmless in everything we export."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import BinaryIO, Self

# The first characters that make a spreadsheet read a cell as a formula (OWASP, "CSV Injection"),
# with their full-width forms.
_TRIGGERS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
# A plain negative number is no formula, and would be spoilt by an apostrophe.
_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?")
_MARK = "'"


def neutralise(value: object) -> str:
    """A cell's text, with an apostrophe before what a spreadsheet would take for a formula.

    Numbers of Python's own types stay numbers. `restore` gives the text back.
    """
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    # Leading apostrophes are doubled where one of them would be taken off again.
    bare = text.lstrip(_MARK).lstrip(" \u00a0")
    if bare[:1] in _TRIGGERS and bare and not _NUMBER.fullmatch(text):
        return _MARK + text
    return text


def restore(text: str) -> str:
    """The text that `neutralise` was given, so that what we exported can be imported again."""
    if text[:1] == _MARK and neutralise(text[1:]) == text:
        return text[1:]
    return text


class SafeWriter:
    """Writes a CSV file (UTF-8 with BOM, comma, CRLF) whose every cell is neutralised."""

    def __init__(self, stream: BinaryIO) -> None:
        # Without the BOM Excel takes UTF-8 for the local code page.
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)

    def row(self, cells: Iterable[object]) -> None:
        """Write one row."""
        self._writer.writerow([neutralise(cell) for cell in cells])

    def close(self) -> None:
        """Flush, and leave the stream open for its owner."""
        self._text.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
