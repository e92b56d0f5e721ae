from celery import shared_task

from tickets.queue.work import work_on_export
from tickets.services import (
    close_tickets,
    forget_call_drafts,
    mirror_all,
    remind_of_promises,
    tell_of_overdue_help,
    wake_tickets,
)
from tickets.services.deadlines import reset_deadlines_when_due
from tickets.services.holding import forget_held_files
from tickets.services.late import tell_of_late_tickets


@shared_task(name="tickets.tasks.wake")
def wake() -> None:
    """Open the tickets whose moment has come."""
    wake_tickets()


@shared_task(name="tickets.tasks.tell_of_late")
def tell_of_late() -> None:
    """Tell people of deadlines that passed."""
    tell_of_late_tickets()


@shared_task(name="tickets.tasks.reset_deadlines")
def reset_deadlines() -> None:
    """Reckon deadlines again after hours or targets changed."""
    reset_deadlines_when_due()


@shared_task(name="tickets.tasks.close")
def close() -> None:
    """Close the tickets that have been resolved for long enough."""
    close_tickets()


@shared_task(name="tickets.tasks.remind")
def remind() -> None:
    """Tell people of promises that are near, due, or to be tried again."""
    remind_of_promises()


@shared_task(name="tickets.tasks.export_queue")
def export_queue(job_id: int) -> None:
    """Write the queue as a spreadsheet, asked for in the browser."""
    work_on_export(job_id=job_id)


@shared_task(name="tickets.tasks.tell_of_help")
def tell_of_help() -> None:
    """Tell managers of questions whose deadline has passed."""
    tell_of_overdue_help()


@shared_task(name="tickets.tasks.forget_drafts")
def forget_drafts() -> None:
    """Delete the drafts of calls that nobody will go on with."""
    forget_call_drafts()
    forget_held_files()


@shared_task(name="tickets.tasks.mirror")
def mirror() -> None:
    """Compare what tickets keep of their purchases with the purchases."""
    mirror_all()
