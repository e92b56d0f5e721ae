"""Streaming reader for CSV files from people we do not know.

Memory stays bounded whatever the file holds: lines, cells, rows and chunks have a greatest size,
and a row that breaks a rule is rejected while the file goes on.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from helpdesk.lib.csvfiles.encoding import (
    LINE_LIMIT,
    TextFacts,
    examine,
    line_too_long,
    not_utf8,
)
from helpdesk.lib.csvfiles.mapping import Column, ColumnMap, check_header, map_columns
from helpdesk.lib.csvfiles.refusals import CsvRefused, Rejection
from helpdesk.lib.folding import fold_key

DELIMITERS = (",", ";", "\t")
CHUNK_ROWS = 2000
# Characters in one chunk: the last row may go over it by a mebibyte.
_CHUNK_SIZE = 4 * LINE_LIMIT
_SAMPLE_LINES = 50
_PREVIEW_ROWS = 20


class Row(NamedTuple):
    """One row: the line it begins on, {our column: cell as written}, and all cells as they stand."""

    line: int
    values: dict[str, str]
    cells: list[str]


@dataclass(frozen=True)
class Chunk:
    """Rows to load together, the rows of that stretch that cannot be read, and bytes read so far."""

    rows: list[Row]
    rejections: list[Rejection]
    position: int


@dataclass(frozen=True)
class Table:
    """An opened file: what it is, which column is which, and its rows."""

    stream: BinaryIO
    facts: TextFacts
    delimiter: str
    map: ColumnMap
    skip: int

    def chunks(self, size: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The rows in stretches of at most `size`, from the first row on; each call begins anew.

        Raises CsvRefused when a required column is missing, or when the file changed meanwhile.
        """
        self.map.demand()
        source = _Source(self.stream, self.facts.encoding)
        try:
            source.skip(self.skip)
            reader = _Reader(source, self.delimiter, self.map)
            reader.take_header()
            while chunk := reader.take(size):
                yield chunk
        finally:
            source.release()

    def preview(self, size: int = _PREVIEW_ROWS) -> Chunk:
        """The first rows."""
        return next(self.chunks(size), Chunk([], [], 0))


def open_table(
    stream: BinaryIO, columns: Sequence[Column], mapping: Mapping[str, str] | None = None
) -> Table:
    """Examine a seekable stream and find `columns` in it; see `map_columns` for `mapping`.

    Reads the stream through once. Raises CsvRefused, for the whole file, when it is not CSV; a
    missing required column shows in `table.map.missing` and is refused by `table.chunks()`.
    """
    facts = examine(stream)
    source = _Source(stream, facts.encoding)
    try:
        sample = source.sample(_SAMPLE_LINES)
    finally:
        source.release()
    stated = "".join(sample[:1]).rstrip("\r\n").lower()
    skip = 1 if stated.startswith("sep=") else 0
    # "sep=;" as the first line is Excel's own way to state the delimiter.
    delimiter = stated[4:] if skip else _delimiter(sample, columns)
    if delimiter not in DELIMITERS:
        raise CsvRefused(_("The cells of a row must be separated by comma, semicolon or tab."))
    header = check_header(_first_row(sample[skip:], delimiter))
    return Table(stream, facts, delimiter, map_columns(header, columns, mapping), skip)


def _first_row(sample: Sequence[str], delimiter: str) -> list[str]:
    """The cells of the first row that has any. Raises CsvRefused when there is none."""
    try:
        return next(
            cells for cells in csv.reader(sample, delimiter=delimiter, strict=True) if cells
        )
    except StopIteration as error:
        raise CsvRefused(_("The file has no row of column names.")) from error
    except csv.Error as error:
        raise CsvRefused(
            _("The row of column names cannot be read: a quotation mark is not closed.")
        ) from error


def _delimiter(sample: Sequence[str], columns: Sequence[Column]) -> str:
    """The delimiter under which the headings make most sense; a comma when all are alike."""
    known = {key for column in columns for key in column.keys}

    def score(delimiter: str) -> tuple[int, int]:
        # Not strict: a header with bad quotes is refused later, under the right delimiter.
        rows = csv.reader(sample, delimiter=delimiter)
        try:
            cells = next((cells for cells in rows if cells), [])
        except csv.Error:
            return (-1, 0)
        return (len(known.intersection(map(fold_key, cells))), len(cells))

    return max(DELIMITERS, key=score)


class _RowTooLongError(Exception):
    """A row of many lines that never ends."""


class _Source:
    """The physical lines of a stream, counted."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        stream.seek(0)
        self.stream = stream
        # No translation of line ends: the csv module wants to see those inside quotes.
        self._text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        self.row_size = 0
        self.number = 0

    def lines(self) -> Iterator[str]:
        """The lines that follow. Raises _RowTooLongError; the caller resets `row_size` at each row."""
        readline = self._text.readline
        try:
            while line := readline(LINE_LIMIT + 1):
                self.number += 1
                self.row_size += len(line)
                if self.row_size > LINE_LIMIT:
                    if len(line) > LINE_LIMIT:
                        raise line_too_long(self.number)
                    raise _RowTooLongError
                yield line
        except UnicodeDecodeError as error:
            raise not_utf8(self.number + 1, error) from error

    def skip(self, count: int) -> None:
        """Leave out lines."""
        self.sample(count)

    def sample(self, count: int) -> list[str]:
        """The next lines, at most a mebibyte of them."""
        self.row_size = 0
        found: list[str] = []
        with suppress(_RowTooLongError):
            found.extend(islice(self.lines(), count))
        return found

    def release(self) -> None:
        """Leave the stream to its owner; without this the wrapper would close it."""
        self._text.detach()


class _Reader:
    """The rows of a source."""

    def __init__(self, source: _Source, delimiter: str, columns: ColumnMap) -> None:
        self._source = source
        self._delimiter = delimiter
        self._width = len(columns.header)
        self._names = list(columns.sources)
        self._pick = _picker([columns.index(name) for name in self._names])
        self._records = self._new_records()

    def _new_records(self) -> Iterator[list[str]]:
        return csv.reader(self._source.lines(), delimiter=self._delimiter, strict=True)

    def take_header(self) -> None:
        """Read past the row of column names."""
        self._source.row_size = 0
        next(cells for cells in self._records if cells)

    def take(self, size: int) -> Chunk | None:
        """The next rows; None at the end."""
        source, names, pick, width = self._source, self._names, self._pick, self._width
        rows: list[Row] = []
        rejections: list[Rejection] = []
        held = 0
        while len(rows) + len(rejections) < size and held < _CHUNK_SIZE:
            line = source.number + 1
            source.row_size = 0
            try:
                cells = next(self._records)
            except StopIteration:
                break
            except csv.Error as error:
                rejections.append(Rejection(line, "", "", _csv_error(error, line, source.number)))
                continue
            except _RowTooLongError:
                rejections.append(Rejection(line, "", "", _too_long(line, source.number)))
                self._records = self._new_records()
                continue
            held += source.row_size
            if len(cells) == width:
                rows.append(Row(line, dict(zip(names, pick(cells), strict=True)), cells))
            elif cells:
                rejections.append(_wrong_width(line, cells, width))
        if not rows and not rejections:
            return None
        return Chunk(rows, rejections, source.stream.tell())


def _picker(indexes: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """A function that takes these cells of a row; itemgetter where it gives a tuple."""
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return lambda cells: tuple(cells[i] for i in indexes)


def _wrong_width(line: int, cells: list[str], width: int) -> Rejection:
    """The rejection of a row with too few or too many cells."""
    reason = _("The row has %(found)d cells, the first row has %(wanted)d.")
    return Rejection(
        line, "", str(len(cells)), reason % {"found": len(cells), "wanted": width}, tuple(cells)
    )


def _too_long(first: int, last: int) -> str:
    reason = _(
        "The row is longer than a million characters; lines %(first)d to %(last)d are left out."
    )
    return reason % {"first": first, "last": last}


def _csv_error(error: csv.Error, first: int, last: int) -> str:
    """What the csv module complains of, for a person."""
    text = str(error)
    if "expected after" in text:
        reason = _("A quotation mark inside a quoted cell must be doubled.")
    elif "field larger" in text:
        reason = _("A cell is longer than 131,072 characters, or its quotation mark is not closed.")
    else:
        reason = _("A quotation mark is opened and never closed.")
    if last > first:
        lines = _("Lines %(first)d to %(last)d are left out.") % {"first": first, "last": last}
        return f"{reason} {lines}"
    return reason
