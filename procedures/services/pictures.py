"""Pictures of procedures: stored, with the preview that pages show."""

from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from files.models import StoredFile
from files.pictures import FORMATS, make_preview
from files.services import store_file
from procedures.models import Picture, Procedure

Purpose = StoredFile.Purpose


def add_picture(*, procedure: Procedure, stream: IO[bytes], name: str, actor: User) -> Picture:
    """Keep a picture for the procedure's text. The same content is there once.

    Raises ValidationError for what is no picture, or too large. Nothing is kept then.
    """
    stored: list[StoredFile] = []
    try:
        with transaction.atomic():
            return _add(procedure, stream, name, actor, stored)
    except (ValidationError, DatabaseError, OSError):
        for file in stored:
            default_storage.delete(file.path)
        raise


def _add(
    procedure: Procedure, stream: IO[bytes], name: str, actor: User, stored: list[StoredFile]
) -> Picture:
    limit = settings.ATTACHMENT_LIMIT
    file = store_file(
        stream=stream, name=name, purpose=Purpose.ATTACHMENT, actor=actor, limit=limit
    )
    stored.append(file)
    if file.content_type not in FORMATS:
        raise ValidationError(_("This is no picture. Choose a JPEG, a PNG, a GIF or a WebP."))
    same = Picture.objects.filter(procedure=procedure, file__sha256=file.sha256).first()
    if same is not None:
        default_storage.delete(file.path)
        stored.clear()
        file.delete()
        return same
    preview = store_file(
        stream=make_preview(stream, file.content_type),
        name=f"{PurePosixPath(file.name).stem[:150]}.jpg",
        purpose=Purpose.ATTACHMENT,
        actor=actor,
    )
    stored.append(preview)
    made = Picture.objects.create(procedure=procedure, file=file, preview=preview, added_by=actor)
    record_history(subject=procedure, verb="changed", actor=actor, note=file.name)
    return made
