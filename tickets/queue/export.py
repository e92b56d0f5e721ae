"""The rows of the queue as a file: what is on the screen, to its last page."""

import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import BinaryIO, cast

from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from helpdesk.lib.csvfiles.neutralising import SafeWriter, neutralise
from helpdesk.lib.paging import in_order
from tickets.models import Ticket
from tickets.queue.builtin import ORDERINGS
from tickets.queue.columns import Cell, cells, heads
from tickets.queue.reading import Queue, read_queue

CHUNK = 1_000
FILE_NAME = "tickets"
# A sheet has 1,048,576 rows, the heads among them.
SHEET_ROWS = 1_048_575

# Told how many rows are written; False stops the work.
Progress = Callable[[int], bool]


class StoppedError(Exception):
    """Somebody asked for the work to stop."""


class TooManyRowsError(Exception):
    """More rows than a sheet has."""


def read_for_export(query: str, *, person: User, zone: tzinfo) -> Queue:
    """The queue that the address asks for, as this person sees it now."""
    return read_queue(QueryDict(query), person=person, zone=zone)


def rows_of(queue: Queue) -> Iterator[Ticket]:
    """All its tickets in its order, a thousand at a time."""
    for part in in_order(queue.tickets.for_queue(), ORDERINGS, queue.sort):
        yield from part.iterator(chunk_size=CHUNK)


def csv_pieces(queue: Queue, *, zone: tzinfo) -> Iterator[bytes]:
    """The file piece by piece; every cell is neutralised, moments are in ``zone``.

    Named, because the pieces are asked for when the request and its time zone are over.
    """
    stream = io.BytesIO()

    def taken() -> bytes:
        piece = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return piece

    with SafeWriter(stream) as writer:
        writer.row(heads(queue.shown))
        for place, ticket in enumerate(rows_of(queue), start=1):
            with timezone.override(zone):
                row = cells(ticket, queue.shown)
            writer.row(row)
            if place % CHUNK == 0:
                yield taken()
        yield taken()


def write_sheet(queue: Queue, *, progress: Progress) -> BinaryIO:
    """The rows as an XLSX file in a temporary one; moments stay moments, texts are neutralised.

    Raises StoppedError, or TooManyRowsError.
    """
    from openpyxl import Workbook  # noqa: PLC0415  large, and only a worker needs it

    book = Workbook(write_only=True)
    sheet = book.create_sheet(FILE_NAME)
    sheet.freeze_panes = "A2"
    sheet.append([safe(head) for head in heads(queue.shown)])
    for place, ticket in enumerate(rows_of(queue), start=1):
        if place > SHEET_ROWS:
            raise TooManyRowsError
        sheet.append([safe(cell) for cell in cells(ticket, queue.shown)])
        if place % CHUNK == 0 and not progress(place):
            raise StoppedError
    stream = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  the caller closes it
    book.save(stream)
    return stream


def safe(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula; numbers and moments as they are."""
    return neutralise(cell) if isinstance(cell, str) else cell
