from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, everyone
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from jobs.models import Job
from jobs.services import cancel_job
from jobs.texts import import_counts

ORDERINGS = {"created": Ordering(gettext_lazy("Asked for"), ("created_at",))}


@everyone
@require_safe
def job_list(request: PersonRequest) -> HttpResponse:
    """One's own jobs, the newest first; for managers and admins those of all."""
    jobs = Job.objects.visible_to(request.user).for_list()
    told = {
        "page": read_page(request, jobs, ORDERINGS, "-created"),
        "of_all": request.user.may(Role.MANAGER, Role.ADMIN),
        "may_import": request.user.may(Role.MANAGER, Role.ADMIN, write=True),
    }
    return render(request, "jobs/job_list.html", told)


@everyone
@require_safe
def job_page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far a job is and what came of it."""
    return _show(request, pk, "jobs/job_page.html")


@everyone
@require_safe
def job_progress(request: PersonRequest, pk: int) -> HttpResponse:
    """The part of the job's page that changes; it asks for itself again until the job has ended."""
    return _show(request, pk, "jobs/_job.html")


@everyone
@require_POST
def job_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop a job."""
    job = get_object_or_404(Job.objects.cancellable_by(request.user), pk=pk)
    try:
        cancel_job(job=job)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The job is stopped. What it had done by then stays."))
    return redirect("job_page", pk)


def _show(request: PersonRequest, pk: int, template: str) -> HttpResponse:
    """A job the person may see, drawn with a template."""
    job = get_object_or_404(Job.objects.visible_to(request.user).for_list(), pk=pk)
    may_cancel = (
        job.is_unfinished and Job.objects.cancellable_by(request.user).filter(pk=pk).exists()
    )
    counts = import_counts(job.kind, job.report)
    return render(request, template, {"job": job, "may_cancel": may_cancel, "counts": counts})
