"""Inspections as a file: at once as CSV, by a worker as a spreadsheet."""

import csv
from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.csvfiles.neutralising import neutralise
from jobs.services import create_job
from quality.services.exporting import HEADS, cells, rows

EXPORT_TASK = "quality.tasks.export_inspections"


@roles(Role.MANAGER)
@require_safe
def inspection_export(request: PersonRequest) -> StreamingHttpResponse:
    """Every inspection in force that may be told of, newest first, as CSV."""
    answer = StreamingHttpResponse(csv_lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="inspections.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@roles(Role.MANAGER)
@require_POST
def inspection_xlsx(request: PersonRequest) -> HttpResponse:
    """The same as a spreadsheet, in a job of which this person is told."""
    job = create_job(kind="export_inspections", task=EXPORT_TASK, params={}, actor=request.user)
    messages.info(request, _("The spreadsheet is being written. You can leave this page."))
    return redirect("job_page", job.pk)


class Echo:
    """What the csv module writes into: it gives each line back."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def csv_lines() -> Iterator[str]:
    """The head and a line for each inspection, formulas neutralised."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADS)
    for row in rows():
        yield writer.writerow([plain(cell) for cell in cells(row)])


def plain(cell: str | int | datetime | None) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, datetime) else neutralise(cell)
