"""Files on a ticket or a contact: stored, previewed, taken away; each with its history."""

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile
from files.pictures import FORMATS, make_preview
from files.services import clean_name, read_type, store_file
from tickets.models import Attachment, Interaction, Ticket, TicketEvent
from tickets.services.events import event
from tickets.services.locking import lock_ticket

Kind = TicketEvent.Kind
Purpose = StoredFile.Purpose
HEAD = 8192
# What calls itself a picture is one, or it is refused: nobody opens it by mistake.
PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
PROGRAM_ENDINGS = frozenset({".svg", ".svgz", ".html", ".htm", ".xhtml", ".js", ".mjs", ".xml"})


def attach_file(
    *,
    stream: IO[bytes],
    name: str,
    actor: User,
    ticket: Ticket | None = None,
    interaction: Interaction | None = None,
    form_key: str | None = None,
) -> Attachment:
    """Attach a file to a ticket (of a merged one, to the one that took it over) or to a contact,
    or hold it for the form of ``form_key`` (services.holding).

    The same content attached twice is there once: the first is the answer. Raises
    ValidationError: empty, too large, of a kind that is not taken, or a picture that is none.
    Nothing is kept then.
    """
    refuse_disguise(stream, name)
    stored: list[StoredFile] = []
    try:
        with transaction.atomic():
            place = {"form_key": form_key} if form_key else _locked(ticket or interaction)
            return _attach(stream, name, actor, place=place, stored=stored)
    except (ValidationError, DatabaseError, OSError):
        for file in stored:
            default_storage.delete(file.path)
        raise


@transaction.atomic
def remove_attachment(*, attachment: Attachment, actor: User) -> bool:
    """Take a file away: it is served no more. False when somebody did it before."""
    there = Attachment.objects.there().filter(pk=attachment.pk)
    if not there.update(removed_at=timezone.now(), removed_by=actor):
        return False
    _tell(Kind.FILE_REMOVED, attachment, actor)
    return True


def refuse_disguise(stream: IO[bytes], name: str) -> None:
    """Raises ValidationError for nothing, and for what is named otherwise than it is."""
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": clean_name(name)})
    ending = PurePosixPath(clean_name(name)).suffix.casefold()
    found = read_type(head, Purpose.ATTACHMENT)
    if ending in PROGRAM_ENDINGS:
        raise ValidationError(
            _("“%(name)s” can carry a program, so it is not taken. Send a picture of it or a PDF.")
            % {"name": clean_name(name)}
        )
    if ending in PICTURE_ENDINGS and found not in FORMATS:
        raise ValidationError(
            _("“%(name)s” is no picture: its content is %(type)s.")
            % {"name": clean_name(name), "type": found}
        )


def _attach(
    stream: Any,
    name: str,
    actor: User,
    *,
    place: dict[str, Any],
    stored: list[StoredFile],
) -> Attachment:
    """Store it and its preview in a locked ``place``; what is written to the disk is noted in ``stored``."""
    stream.seek(0)
    same = (
        Attachment.objects.there()
        .visible_to(actor)
        .filter(**place, file__sha256=file_digest(stream, "sha256").hexdigest())
    )
    first = same.select_related("file").first()
    if first is not None:
        return first
    limit = settings.ATTACHMENT_LIMIT
    file = store_file(
        stream=stream, name=name, purpose=Purpose.ATTACHMENT, actor=actor, limit=limit
    )
    stored.append(file)
    preview = None
    if file.content_type in FORMATS:
        preview = store_file(
            stream=make_preview(stream, file.content_type),
            name=f"{PurePosixPath(file.name).stem[:150]}.jpg",
            purpose=Purpose.ATTACHMENT,
            actor=actor,
        )
        stored.append(preview)
    made = Attachment.objects.create(**place, file=file, preview=preview, added_by=actor)
    if made.form_key is None:
        _tell(Kind.FILE_ADDED, made, actor)
    return made


def _locked(target: Ticket | Interaction | None) -> dict[str, Any]:
    """What it is attached to, under lock. Raises ValidationError when that is gone."""
    if isinstance(target, Ticket):
        return {"ticket_id": lock_ticket(target.pk, follow=True).pk}
    contacts = Interaction.objects.select_for_update(of=("self",), no_key=True)
    contact = contacts.filter(pk=target.pk).first() if target else None
    if contact is None:
        raise ValidationError(_("There is nothing to attach it to."))
    return {"interaction_id": contact.pk}


def _tell(kind: TicketEvent.Kind, attachment: Attachment, actor: User) -> None:
    """The history of the ticket and of the contact."""
    place = attachment.interaction or attachment.note
    ticket = attachment.ticket
    event(
        kind,
        actor=actor,
        ticket_id=place.ticket_id if place else attachment.ticket_id,
        interaction_id=attachment.interaction_id,
        purchase_id=place.purchase_id if place else ticket.purchase_id if ticket else None,
        note=attachment.file.name,
    ).save(force_insert=True)


def attach_files(
    *,
    uploads: Sequence[tuple[IO[bytes], str]],
    actor: User,
    ticket: Ticket | None = None,
    interaction: Interaction | None = None,
    form_key: str | None = None,
) -> tuple[list[Attachment], list[str]]:
    """Attach several; returns those attached, and why each of the others was refused."""
    made, refusals = [], []
    for stream, name in uploads:
        try:
            attached = attach_file(
                stream=stream,
                name=name,
                actor=actor,
                ticket=ticket,
                interaction=interaction,
                form_key=form_key,
            )
        except ValidationError as refused:
            refusals.append(f"{clean_name(name)[:60]}: {' '.join(refused.messages)}")
        else:
            made.append(attached)
    return made, refusals
