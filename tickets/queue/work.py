"""The queue as a spreadsheet, written by a worker."""

import zoneinfo
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, Shop
from files.models import StoredFile
from files.services import store_file
from jobs.models import Job
from jobs.services import claim_job, fail_job, finish_job, report_progress
from tickets.queue.export import (
    FILE_NAME,
    StoppedError,
    TooManyRowsError,
    read_for_export,
    write_sheet,
)

READERS = (Role.AGENT, Role.MANAGER)


def work_on_export(*, job_id: int) -> None:
    """Write the file of a job; nothing happens when somebody else does."""
    job = claim_job(job_id=job_id)
    if job is None:
        return
    person = job.started_by
    if person is None or not person.may(*READERS):
        fail_job(job=job, message=_("Whoever asked for this may no longer see the queue."))
        return
    shop = Shop.objects.get(pk=1)
    with timezone.override(zoneinfo.ZoneInfo(person.time_zone or shop.time_zone)):
        queue = read_for_export(job.params["query"], person=person, zone=shop.zone)
        try:
            stream = write_sheet(
                queue, progress=lambda rows: report_progress(job=job, progress=rows)
            )
        except StoppedError:
            return
        except TooManyRowsError:
            fail_job(
                job=job,
                message=_("A sheet has room for 1,048,575 tickets. Filter the view, or take CSV."),
            )
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
