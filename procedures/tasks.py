from celery import shared_task

from procedures.services.reminding import tell_of_late_words, tell_of_reviews


@shared_task(name="procedures.tasks.remind")
def remind() -> None:
    """Tell people of words that are late and of procedures to be looked at again."""
    tell_of_late_words()
    tell_of_reviews()
