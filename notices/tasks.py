from celery import shared_task

from notices.services import tell_of_ended_jobs


@shared_task(name="notices.tasks.tell_of_jobs")
def tell_of_jobs() -> None:
    """Tell people of their jobs that ended."""
    tell_of_ended_jobs()
