from celery import shared_task

from notices.services import queue_mails, send_mails, tell_of_ended_jobs


@shared_task(name="notices.tasks.tell_of_jobs")
def tell_of_jobs() -> None:
    """Tell people of their jobs that ended."""
    tell_of_ended_jobs()


@shared_task(name="notices.tasks.gather_mails")
def gather_mails() -> None:
    """Gather notices into one mail for each person who wants them by mail."""
    queue_mails()


@shared_task(name="notices.tasks.send_mails")
def send_queued_mails() -> None:
    """Send the mails that are due."""
    send_mails()
