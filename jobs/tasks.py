from celery import shared_task

from jobs.services import start_waiting_jobs


@shared_task(name="jobs.tasks.sweep")
def sweep() -> None:
    """Start the jobs that wait or were left behind."""
    start_waiting_jobs()
