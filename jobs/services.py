"""Writes of the jobs room. The row is the queue: a nudge only makes it start sooner."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile
from helpdesk.lib.nudge import nudge, nudge_or_run
from jobs.models import Job

TELL_TASK = "notices.tasks.tell_of_jobs"
# Claims without any progress after which a job is given up.
MOST_STALLED = 5
# Without a report, progress is written at most this often.
_PACE = timedelta(seconds=1)
_MOST_AT_ONCE = 100


def create_job(
    *,
    kind: str,
    task: str,
    params: Mapping[str, Any],
    actor: User | None,
    input_file: StoredFile | None = None,
    total: int | None = None,
) -> Job:
    """Note down long work; on commit a worker is asked to run `task` with the job's id.

    `params` is JSON; `total` what `progress` counts up to, None while unknown.
    """
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            task=task,
            params=dict(params),
            input_file=input_file,
            total=total,
            started_by=actor,
        )
        transaction.on_commit(partial(nudge, task, job.pk))
    return job


def claim_job(*, job_id: int) -> Job | None:
    """Take a job to work on it; None when there is nothing to do.

    That is: it ended, another worker has it and said so within two minutes, or it made no progress
    in five starts and has been given up just now.
    """
    now = timezone.now()
    claimed = (
        Job.objects.to_start()
        .filter(pk=job_id)
        .update(
            state=Job.State.RUNNING,
            started_at=Coalesce(F("started_at"), Value(now)),
            heartbeat_at=now,
            attempts=F("attempts") + 1,
            stalled=F("stalled") + 1,
        )
    )
    if not claimed:
        return None
    job = Job.objects.select_related("started_by", "input_file").get(pk=job_id)
    if job.stalled > MOST_STALLED:
        fail_job(
            job=job,
            message=_(
                "It was started %(times)d times and stopped each time without getting further. "
                "What was done before stays. Tell your administrator; the log of the worker says why."
            )
            % {"times": MOST_STALLED},
        )
        return None
    return job


def report_progress(
    *, job: Job, progress: int, total: int | None = None, report: Mapping[str, Any] | None = None
) -> bool:
    """Say how far a claimed job is; False tells the worker to stop (cancelled or taken over).

    With a `report` it is always written: call it in the transaction of the work it tells of, so
    that a restarted job knows where to go on. Without, at most once a second. Progress never goes
    back, also when a restarted job begins anew.
    """
    now = timezone.now()
    if report is None and job.heartbeat_at is not None and now - job.heartbeat_at < _PACE:
        return True
    values: dict[str, Any] = {
        "progress": Greatest(F("progress"), Value(progress)),
        "heartbeat_at": now,
        "stalled": Case(
            When(progress__lt=progress, then=Value(0)),
            default=F("stalled"),
            output_field=PositiveSmallIntegerField(),
        ),
    }
    if total is not None:
        values["total"] = total
    if report is not None:
        values["report"] = dict(report)
    job.heartbeat_at = now
    return bool(Job.objects.held(job).update(**values))


def release_job(*, job: Job) -> bool:
    """Lay a claimed job down half-way, so that another worker takes it up at once."""
    if not Job.objects.held(job).update(state=Job.State.WAITING):
        return False
    transaction.on_commit(partial(nudge, job.task, job.pk))
    return True


def finish_job(
    *,
    job: Job,
    report: Mapping[str, Any] | None = None,
    result_file: StoredFile | None = None,
    message: str = "",
) -> bool:
    """End a claimed job well; False when it was cancelled or taken over meanwhile."""
    return _end(job, Job.State.DONE, report=report, result_file=result_file, message=message)


def fail_job(
    *,
    job: Job,
    message: str,
    report: Mapping[str, Any] | None = None,
    result_file: StoredFile | None = None,
) -> bool:
    """End a claimed job badly; `message` says what happened, why, and what to do."""
    return _end(job, Job.State.FAILED, report=report, result_file=result_file, message=message)


@transaction.atomic
def cancel_job(*, job: Job) -> None:
    """Stop a waiting or running job; its worker notices at its next report.

    Raises ValidationError when it has ended already.
    """
    now = timezone.now()
    unfinished = Job.objects.unfinished().filter(pk=job.pk)
    if not unfinished.update(state=Job.State.CANCELLED, finished_at=now):
        raise ValidationError(_("This job has ended already, so there is nothing to stop."))


def start_waiting_jobs() -> int:
    """Ask workers to start what waits or was left by a dead worker; how many there were."""
    jobs = Job.objects.to_start().order_by("created_at", "pk").values_list("task", "pk")
    found = list(jobs[:_MOST_AT_ONCE])
    for task, pk in found:
        nudge_or_run(task, pk)
    return len(found)


@transaction.atomic
def _end(
    job: Job,
    state: Job.State,
    *,
    report: Mapping[str, Any] | None,
    message: str,
    result_file: StoredFile | None = None,
) -> bool:
    """End a job that is still the caller's, and have its owner told."""
    now = timezone.now()
    values: dict[str, Any] = {"state": state, "message": message, "finished_at": now}
    if report is not None:
        values["report"] = dict(report)
    if result_file is not None:
        values["result_file"] = result_file
    if state == Job.State.DONE:
        values["progress"] = Coalesce(F("total"), F("progress"))
    if not Job.objects.held(job).update(**values):
        return False
    transaction.on_commit(partial(nudge, TELL_TASK))
    return True
