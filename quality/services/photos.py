"""Photos of what was found and pictures of what it should be: kept as made anew from the pixels."""

from pathlib import PurePosixPath
from typing import IO

import filetype
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from files.models import StoredFile
from files.pictures import FORMATS, make_preview
from files.services import store_file
from quality.models import Characteristic, Plan


def keep_photo(*, stream: IO[bytes], name: str, actor: User) -> StoredFile:
    """Store a picture as a JPEG of at most 960 pixels, without what else the file carries.

    Raises ValidationError for what is no picture, broken or too large.
    """
    stream.seek(0)
    content_type = filetype.guess_mime(stream.read(8192)) or ""
    if content_type not in FORMATS:
        raise ValidationError(_("This is no picture. Choose a JPEG, a PNG, a GIF or a WebP."))
    stem = PurePosixPath(name).stem[:150] or "photo"
    return store_file(
        stream=make_preview(stream, content_type),
        name=f"{stem}.jpg",
        purpose=StoredFile.Purpose.ATTACHMENT,
        actor=actor,
    )


@transaction.atomic
def set_picture(
    *, characteristic: Characteristic, which: str, stream: IO[bytes], name: str, actor: User
) -> None:
    """Give a characteristic of a draft its good or bad picture. Raises ValidationError."""
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=characteristic.plan_id)
    if plan.state != Plan.State.DRAFT:
        raise ValidationError(_("This plan does not change any more. Make a new revision."))
    photo = keep_photo(stream=stream, name=name, actor=actor)
    field = "good_picture" if which == "good" else "bad_picture"
    Characteristic.objects.filter(pk=characteristic.pk).update(**{field: photo})
    # Who gives it a picture has written on it.
    Plan.objects.filter(pk=plan.pk).update(made_by=actor)
    record_history(subject=plan, verb="changed", actor=actor, note=photo.name)
