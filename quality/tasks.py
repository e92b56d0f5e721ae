"""The Celery tasks of the quality room. Each is one call."""

from celery import shared_task

from quality.services.exporting import work_on_export
from quality.services.telling import tell_of_actions, tell_of_silence


@shared_task(name="quality.tasks.tell_of_actions")
def tell_of_due_actions() -> None:
    """Tell of corrective actions that are due or to be checked."""
    tell_of_actions()


@shared_task(name="quality.tasks.tell_of_silence")
def tell_of_silent_weeks() -> None:
    """Tell managers where inspections found suspiciously little."""
    tell_of_silence()


@shared_task(name="quality.tasks.export_inspections")
def export_inspections(job_id: int) -> None:
    """Write all inspections as a spreadsheet, asked for in the browser."""
    work_on_export(job_id=job_id)
