"""Writes of the files room: a stream comes in, a row with a file behind it comes out."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile, random_path

_CHUNK = 64 * 1024
_LOOK = 8192
_LONGEST_NAME = 200
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_TEXT = "text/plain"
_OFFICE = "application/vnd.openxmlformats-officedocument"
# What may be stored, by the content itself and never by name or what the browser says.
_ALLOWED: dict[str, frozenset[str]] = {
    StoredFile.Purpose.IMPORT: frozenset({"text/csv"}),
    StoredFile.Purpose.RESULT: frozenset({"text/csv", f"{_OFFICE}.spreadsheetml.sheet"}),
    StoredFile.Purpose.ATTACHMENT: frozenset(
        {
            _TEXT,
            "application/pdf",
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/webp",
            f"{_OFFICE}.spreadsheetml.sheet",
            f"{_OFFICE}.wordprocessingml.document",
        }
    ),
}
_PHONE_PICTURES = frozenset({"image/heic", "image/heif", "image/avif"})
# Path separators, control characters, and the marks that turn the direction of writing round
# ("invoice\u202efdp.exe" is shown as "invoiceexe.pdf").
_UNWANTED = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]")


def store_file(
    *,
    stream: IO[bytes],
    name: str,
    purpose: StoredFile.Purpose,
    actor: User | None,
    limit: int | None = None,
) -> StoredFile:
    """Store what `stream` holds from its start, under a random name; the stream stays open.

    Raises ValidationError when it is larger than `limit` bytes (UPLOAD_LIMIT) or its content is of
    a type that this purpose does not take. Nothing is kept then.
    """
    stream.seek(0)
    content_type = read_type(stream.read(_LOOK), purpose)
    stream.seek(0)
    content = _Measured(stream, limit or settings.UPLOAD_LIMIT)
    path = random_path()
    try:
        path = default_storage.save(path, content)
        return StoredFile.objects.create(
            path=path,
            name=clean_name(name),
            content_type=content_type,
            size=content.length,
            sha256=content.digest.hexdigest(),
            purpose=purpose,
            uploaded_by=actor,
        )
    except (ValidationError, DatabaseError, OSError):
        default_storage.delete(path)
        raise


def delete_files(*, keys: Collection[int]) -> None:
    """Delete files that nothing names any more: the rows now, what is on the disk on commit."""
    rows = StoredFile.objects.filter(pk__in=keys)
    paths = list(rows.values_list("path", flat=True))
    rows.delete()
    for path in paths:
        transaction.on_commit(partial(default_storage.delete, path))


def read_type(head: bytes, purpose: StoredFile.Purpose) -> str:
    """The content type of a file by its first bytes. Raises ValidationError for one not taken."""
    guess = filetype.guess(head)
    if guess is not None:
        found = str(guess.mime)
    elif b"\0" in head and not head.startswith(_UTF16_MARKS):
        found = "application/octet-stream"
    else:
        found = _TEXT if purpose == StoredFile.Purpose.ATTACHMENT else "text/csv"
    if found in _ALLOWED[purpose]:
        return found
    if purpose == StoredFile.Purpose.IMPORT:
        told = _(
            "This file is not CSV (its content is %(type)s). Open it in a spreadsheet and save it "
            "as “CSV UTF-8”."
        )
    elif found in _PHONE_PICTURES:
        told = _(
            "Most computers cannot open %(type)s. Send it as JPEG: on the telephone, choose “Most "
            "compatible” among the formats of the camera."
        )
    else:
        told = _("Files of this kind (%(type)s) are not taken. Send a picture, a PDF or a text.")
    raise ValidationError(told % {"type": found})


def clean_name(name: str) -> str:
    """A file name to show and to offer for saving: no path, no control or direction marks."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _UNWANTED.sub("", unicodedata.normalize("NFC", bare)).strip(" .")
    if len(cleaned) > _LONGEST_NAME:
        suffix = PurePosixPath(cleaned).suffix[:20]
        cleaned = cleaned[: _LONGEST_NAME - len(suffix)] + suffix
    return cleaned or "file"


class _Measured(File):
    """A stream that is measured and hashed while the storage reads it, and stopped at the limit."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__(stream, name="stream")
        self._stream = stream
        self._limit = limit
        self.length = 0
        self.digest = hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The content, piece by piece. Raises ValidationError at the limit."""
        while chunk := self._stream.read(chunk_size or _CHUNK):
            self.length += len(chunk)
            if self.length > self._limit:
                raise ValidationError(
                    _("The file is larger than %(limit)d MB. Split it, or make it smaller.")
                    % {"limit": self._limit // 1024**2}
                )
            self.digest.update(chunk)
            yield chunk
