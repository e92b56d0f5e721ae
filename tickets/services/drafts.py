"""Drafts of calls: what a person types is kept on the server before it is saved.

Drafts are a person's own scratch paper: they have no history and count nowhere.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from tickets.models import CallDraft, Interaction

Fields = dict[str, str | list[str]]

# A call nobody went on with is forgotten after this long.
KEPT = timedelta(weeks=4)
# A call that was put away can be taken back for this long.
PUT_AWAY = timedelta(days=1)
CHUNK = 1_000


class DraftSavedAlreadyError(Exception):
    """The form of this draft has made its interaction: there is nothing left to draft."""


class NotYourDraftError(Exception):
    """Another person's draft has this key."""


@transaction.atomic
def save_call_draft(*, person: User, form_key: str, fields: Fields) -> CallDraft:
    """Keep what was typed so far; the last one to come in is what stands. Takes back a discarded one.

    Raises DraftSavedAlreadyError and NotYourDraftError; nothing is written then.
    """
    now = timezone.now()
    if Interaction.objects.filter(form_key=form_key).exists():
        raise DraftSavedAlreadyError
    mine = CallDraft.objects.filter(person=person, form_key=form_key)
    if not mine.update(fields=fields, saved_at=now, discarded_at=None):
        try:
            with transaction.atomic():
                CallDraft.objects.create(
                    person=person, form_key=form_key, fields=fields, started_at=now, saved_at=now
                )
        # Two first savings at once: the other one of this person made the row.
        except IntegrityError:
            if not mine.update(fields=fields, saved_at=now, discarded_at=None):
                raise NotYourDraftError from None
    return mine.get()


@transaction.atomic
def discard_call_draft(*, draft: CallDraft) -> None:
    """Put a call away; it can be taken back for a day. Safe twice."""
    CallDraft.objects.filter(pk=draft.pk, discarded_at__isnull=True).update(
        discarded_at=timezone.now()
    )


@transaction.atomic
def restore_call_draft(*, draft: CallDraft) -> None:
    """Take back a call that was put away. Safe twice."""
    CallDraft.objects.filter(pk=draft.pk).update(discarded_at=None)


def forget_call_drafts() -> int:
    """Delete the drafts of saved calls, of those put away, and of calls weeks old; how many.

    Safe twice and beside itself; a thousand at a time.
    """
    now = timezone.now()
    gone = CallDraft.objects.filter(
        Exists(Interaction.objects.filter(form_key=OuterRef("form_key")))
        | Q(discarded_at__lte=now - PUT_AWAY)
        | Q(saved_at__lte=now - KEPT)
    )
    deleted = 0
    while keys := list(gone.values_list("pk", flat=True)[:CHUNK]):
        deleted += CallDraft.objects.filter(pk__in=keys).delete()[0]
    return deleted
