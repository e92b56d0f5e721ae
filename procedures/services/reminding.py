"""Telling people of what waits too long. The rows are the queue; each moment is told once."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices.services import notify
from procedures.models import Procedure, Record

CHUNK = 200


def tell_of_late_words() -> int:
    """Tell approvers of deviations whose word is late; safe twice, late and beside itself."""
    told = 0
    while found := _late_words():
        told += found
    return told


def tell_of_reviews() -> int:
    """Tell owners of procedures whose day to be looked at has come; an inactive owner's approvers."""
    told = 0
    today = timezone.localdate()
    due = Procedure.objects.in_use().filter(review_on__lte=today, review_told_on__isnull=True)
    for procedure in due.select_related("owner")[:CHUNK]:
        with transaction.atomic():
            still = Procedure.objects.filter(
                pk=procedure.pk, review_told_on__isnull=True, review_on=procedure.review_on
            )
            if not still.update(review_told_on=procedure.review_on):
                continue
            owner = procedure.owner
            people = [owner] if owner.is_active else list(User.objects.deciders())
            notify(
                people=people,
                kind="procedure_review",
                key=f"procedure:{procedure.pk}:review:{procedure.review_on}",
                params={"title": procedure.title},
                link=reverse("procedure_page", args=[procedure.pk]),
            )
            told += 1
    return told


@transaction.atomic
def _late_words() -> int:
    waiting = Record.objects.filter(
        word_due_at__lte=timezone.now(), decided_at__isnull=True, late_told_at__isnull=True
    ).order_by("word_due_at", "pk")
    locked = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = list(locked.select_related("step", "recorded_by")[:CHUNK])
    for record in found:
        notify(
            people=list(User.objects.approvers(other_than=record.recorded_by)),
            kind="deviation_late",
            key=f"deviation:{record.pk}:late",
            params={"by": record.recorded_by.name, "step": record.step.title},
            link=reverse("deviation_page", args=[record.pk]),
        )
    Record.objects.filter(pk__in=[one.pk for one in found]).update(late_told_at=timezone.now())
    return len(found)
