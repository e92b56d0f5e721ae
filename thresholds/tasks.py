"""The Celery tasks that flag. Each is one call: the marks on the rows are the queue."""

from celery import shared_task

from thresholds.services import as_of as as_of_service
from thresholds.services import evaluation, learning


@shared_task(name="thresholds.tasks.evaluate")
def evaluate(purchase_ids: list[int]) -> None:
    """Judge these purchases now; nudged after each logged interaction."""
    evaluation.evaluate_purchases(purchase_ids=purchase_ids)


@shared_task(name="thresholds.tasks.sweep")
def sweep() -> None:
    """Every minute: judge what is still marked, rebuild the counters of stale days."""
    evaluation.sweep()


@shared_task(name="thresholds.tasks.learn_when_due")
def learn_when_due() -> None:
    """Every hour: learn the number again when the last run is more than a day old."""
    learning.learn_when_due()


@shared_task(name="thresholds.tasks.as_of")
def as_of(job_id: int) -> None:
    """Judge history as of a day, asked for in the browser."""
    as_of_service.run_as_of_job(job_id=job_id)
