"""Work of the purchases room that no page waits for."""

from celery import shared_task

from purchases.services.clocks import reset_clocks_when_due
from purchases.services.duplicates import compare_customers as compare_waiting


@shared_task(name="purchases.tasks.reset_clocks")
def reset_clocks() -> None:
    """Derive the clocks again after the shop's settings changed; beat asks again every few minutes."""
    reset_clocks_when_due()


@shared_task(name="purchases.tasks.compare_customers")
def compare_customers() -> None:
    """Find customers who may be one among those that are new or changed."""
    compare_waiting()
