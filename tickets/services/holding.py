"""Files chosen for a form that is not saved yet: held, given to what the form made, forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from typing import IO

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from files.services import delete_files
from tickets.models import Attachment, CallDraft, Interaction, TicketEvent
from tickets.services.attachments import attach_files
from tickets.services.events import event

# Files of one form.
MOST_HELD = 10
# A form that nobody saved, and that is no open call either, loses its files after this long.
KEPT = timedelta(days=1)
CHUNK = 100


def hold_files(
    *, uploads: Sequence[tuple[IO[bytes], str]], form_key: str, actor: User
) -> tuple[list[Attachment], list[str]]:
    """Keep files until the form of ``form_key`` is saved; why each of the others was refused.

    They are the actor's alone until then. The same rules as for a file on a ticket hold
    (``attach_file``), and there are MOST_HELD of them at most.
    """
    room = MOST_HELD - Attachment.objects.held(actor, form_key).count()
    taken = uploads[: max(room, 0)]
    made, refusals = attach_files(uploads=taken, actor=actor, form_key=form_key)
    if len(uploads) > len(taken):
        refusals.append(_("Only %(n)d files are taken at once.") % {"n": MOST_HELD})
    return made, refusals


@transaction.atomic
def discard_held(*, attachment: Attachment) -> None:
    """Take a file out of a form again; it is gone. One that belongs to something by now stays."""
    _delete([attachment.pk])


def held_names(keys: Sequence[int], *, form_key: str | None, actor: User) -> dict[int, str]:
    """Of these keys, the files the actor holds for the form, with their names."""
    if not keys or form_key is None:
        return {}
    held = Attachment.objects.held(actor, form_key).filter(pk__in=keys)
    return dict(held.values_list("pk", "file__name"))


def give_to_note(held: dict[int, str], note: TicketEvent) -> None:
    """The files of ``held_names`` belong to the note from now on."""
    Attachment.objects.filter(pk__in=held).update(form_key=None, note=note)


def give_to_contact(keys: Sequence[int], contact: Interaction, *, actor: User) -> list[TicketEvent]:
    """What the actor held for the contact's form belongs to the contact; returns its history."""
    held = held_names(keys, form_key=contact.form_key, actor=actor)
    if held:
        Attachment.objects.filter(pk__in=held).update(form_key=None, interaction=contact)
    return [event(TicketEvent.Kind.FILE_ADDED, actor=actor, note=name) for name in held.values()]


def forget_held_files() -> int:
    """Delete the files of forms that nobody saved, a day after; how many. Those of a call that
    is still open stay with its draft. Safe twice and beside itself; some at a time."""
    drafted = CallDraft.objects.filter(form_key=OuterRef("form_key"))
    old = Attachment.objects.filter(
        ~Exists(drafted), form_key__isnull=False, added_at__lte=timezone.now() - KEPT
    )
    deleted = 0
    while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
        deleted += _delete(keys)
    return deleted


@transaction.atomic
def _delete(keys: Sequence[int]) -> int:
    """Delete held files under lock; one that was given to something meanwhile stays."""
    rows = Attachment.objects.select_for_update(of=("self",))
    held = list(rows.filter(pk__in=keys, form_key__isnull=False))
    Attachment.objects.filter(pk__in=[one.pk for one in held]).delete()
    files = [key for one in held for key in (one.file_id, one.preview_id) if key is not None]
    delete_files(keys=files)
    return len(held)
