"""The queue as a file: at once as CSV, by a worker as a spreadsheet."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from jobs.services import create_job
from tickets.queue.address import LONGEST
from tickets.queue.export import FILE_NAME, csv_pieces, read_for_export

EXPORT_TASK = "tickets.tasks.export_queue"


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def queue_csv(request: PersonRequest) -> StreamingHttpResponse:
    """What is on the screen, to its last page, with its filters, sort and columns."""
    query = request.GET.urlencode()
    queue = read_for_export(query, person=request.user, zone=request.shop.zone)
    pieces = csv_pieces(queue, zone=timezone.get_current_timezone())
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def queue_xlsx(request: PersonRequest) -> HttpResponse:
    """The same as a spreadsheet, in a job of which this person is told."""
    query = request.POST.get("query", "")[:LONGEST]
    job = create_job(
        kind="export_tickets", task=EXPORT_TASK, params={"query": query}, actor=request.user
    )
    messages.info(request, _("The spreadsheet is being written. You can leave this page."))
    return redirect("job_page", job.pk)
