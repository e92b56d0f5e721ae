from celery import shared_task

from jobs.importing.work import work_on_import
from jobs.services import start_waiting_jobs


@shared_task(name="jobs.tasks.sweep")
def sweep() -> None:
    """Start the jobs that wait or were left behind."""
    start_waiting_jobs()


@shared_task(name="jobs.tasks.run_import")
def run_import(job_id: int) -> None:
    """Import the file of a job, or go on with it."""
    work_on_import(job_id=job_id)
