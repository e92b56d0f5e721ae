"""An import in a worker: claimed, carried on where it stopped, reported."""

import time
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import Shop
from files.models import StoredFile
from files.services import store_file
from helpdesk.lib.csvfiles.refusals import CsvRefused
from jobs.importing.engine import ImportRun
from jobs.importing.kinds import import_kinds
from jobs.importing.report import ImportReport
from jobs.models import Job
from jobs.services import claim_job, fail_job, finish_job, release_job, report_progress

# Seconds after which a worker hands the rest to the next one: well below the tasks' time limit.
TURN = 300.0


def work_on_import(*, job_id: int) -> None:
    """Import the file of a job, or go on with it; nothing happens when somebody else does."""
    job = claim_job(job_id=job_id)
    if job is None or job.input_file is None:
        return
    try:
        with default_storage.open(job.input_file.path) as stream:
            _import(job, cast("BinaryIO", stream), _rejects_path(job))
    except CsvRefused as refused:
        fail_job(job=job, message=" ".join(refused.messages))
    except FileNotFoundError:
        fail_job(job=job, message=_("The uploaded file is no longer there. Upload it again."))


def _import(job: Job, stream: BinaryIO, rejects: Path) -> None:
    """One turn of work."""
    end = time.monotonic() + TURN
    held = True
    report = ImportReport.from_json(job.report) if job.report else ImportReport()

    def tell(report: ImportReport) -> bool:
        nonlocal held
        held = report_progress(
            job=job, progress=report.rows, total=report.total, report=report.as_json()
        )
        return held and time.monotonic() < end

    rejects.parent.mkdir(parents=True, exist_ok=True)
    rejects.touch()
    with rejects.open("r+b") as refused:
        run = ImportRun(
            kind=import_kinds()[job.params["kind"]],
            shop=Shop.objects.get(pk=1),
            actor=job.started_by,
            stream=stream,
            mapping=job.params["mapping"],
            rejects=refused,
            on_chunk=tell,
            report=report,
        )
        run.run()
        if report.finished:
            _finish(job, report, refused)
    if report.finished or not held:
        rejects.unlink()
    else:
        release_job(job=job)


def _finish(job: Job, report: ImportReport, refused: BinaryIO) -> None:
    """End the job, with the refused rows as its result where there are any."""
    result = None
    if report.rejected and job.input_file:
        name = Path(job.input_file.name)
        result = store_file(
            stream=refused,
            name=f"{name.stem}-rejected.csv",
            purpose=StoredFile.Purpose.RESULT,
            actor=job.started_by,
        )
    end = fail_job if report.gave_up else finish_job
    end(job=job, report=report.as_json(), result_file=result, message=report.outcome())


def _rejects_path(job: Job) -> Path:
    """Where the refused rows stand while the import goes on, also over several turns."""
    return Path(default_storage.path(f"work/import-{job.pk}.csv"))
