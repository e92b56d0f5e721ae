"""Inspections as a file: everything that figures count, and nothing that is still a secret."""

import tempfile
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import BinaryIO, cast

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, Shop
from files.models import StoredFile
from files.services import store_file
from helpdesk.lib.csvfiles.neutralising import neutralise
from jobs.models import Job
from jobs.services import claim_job, fail_job, finish_job, report_progress
from quality.models import Inspection

CHUNK = 1_000
# A sheet has 1,048,576 rows, the heads among them.
SHEET_ROWS = 1_048_575
FILE_NAME = "inspections"
HEADS = (
    "lot",
    "sku",
    "stage",
    "round",
    "inspector",
    "maker",
    "opened",
    "signed",
    "verdict",
    "units",
)
Cell = str | int | datetime | None
# Told how many rows are written; False stops the work.
Progress = Callable[[int], bool]


class StoppedError(Exception):
    """Somebody asked for the work to stop."""


class TooManyRowsError(Exception):
    """More rows than a sheet has."""


def rows() -> Iterator[Inspection]:
    """Every inspection in force that may be told of, newest first."""
    found = Inspection.objects.for_figures().for_list().order_by("-signed_at", "-pk")
    return found.iterator(chunk_size=CHUNK)


def cells(row: Inspection) -> tuple[Cell, ...]:
    """What stands under the heads; texts as they are, not neutralised yet."""
    return (
        row.lot.number,
        row.lot.product.sku,
        row.stage,
        row.round,
        row.inspector.name,
        row.maker.name if row.maker else "",
        row.opened_at,
        row.signed_at,
        row.verdict,
        row.units,
    )


def write_sheet(*, zone: tzinfo, progress: Progress) -> BinaryIO:
    """The rows as an XLSX file in a temporary one; moments stay moments, texts are neutralised.

    Raises StoppedError, or TooManyRowsError.
    """
    from openpyxl import Workbook  # noqa: PLC0415  large, and only a worker needs it

    book = Workbook(write_only=True)
    sheet = book.create_sheet(FILE_NAME)
    sheet.freeze_panes = "A2"
    sheet.append(HEADS)
    for place, row in enumerate(rows(), start=1):
        if place > SHEET_ROWS:
            raise TooManyRowsError
        sheet.append([_safe(cell, zone) for cell in cells(row)])
        if place % CHUNK == 0 and not progress(place):
            raise StoppedError
    stream = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  the caller closes it
    book.save(stream)
    return stream


def _safe(cell: Cell, zone: tzinfo) -> Cell:
    """No text that a spreadsheet takes for a formula; moments by the clock on the wall."""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).replace(tzinfo=None)
    return neutralise(cell) if isinstance(cell, str) else cell


def work_on_export(*, job_id: int) -> None:
    """Write the spreadsheet of a job; nothing happens when somebody else does."""
    job = claim_job(job_id=job_id)
    if job is None:
        return
    person = job.started_by
    if person is None or not person.may(Role.MANAGER):
        fail_job(job=job, message=_("Whoever asked for this may no longer see the inspections."))
        return
    zone = zoneinfo.ZoneInfo(person.time_zone or Shop.objects.get(pk=1).time_zone)
    with timezone.override(zone):
        try:
            stream = write_sheet(
                zone=zone, progress=lambda done: report_progress(job=job, progress=done)
            )
        except StoppedError:
            return
        except TooManyRowsError:
            fail_job(job=job, message=_("A sheet has room for 1,048,575 rows. Take the CSV."))
            return
    with stream:
        _finish(job, stream)


def _finish(job: Job, stream: BinaryIO) -> None:
    """Store the file as the job's result, unless it is larger than files may be."""
    try:
        stored = store_file(
            stream=stream,
            name=f"{FILE_NAME}.xlsx",
            purpose=StoredFile.Purpose.RESULT,
            actor=job.started_by,
        )
    except ValidationError as refused:
        fail_job(job=job, message=" ".join(refused.messages))
    else:
        finish_job(job=job, result_file=stored)
