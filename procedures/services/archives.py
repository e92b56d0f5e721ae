"""Several files in one: read out of what was uploaded without trusting it, and packed."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_FILES = 2_000
MOST_BYTES = 60 * 1024**2
# The same content gives the same archive.
NO_DATE = (1980, 1, 1, 0, 0, 0)
ENDINGS = frozenset({".md", ".jpg", ".jpeg", ".png", ".gif", ".webp"})


def unpack_uploads(uploads: Iterable[tuple[str, IO[bytes]]]) -> dict[str, bytes]:
    """Name → content of the files, those of a zip by their names in it; other kinds are left out.

    Nothing is written to a disk, so no name leads anywhere. Raises ValidationError: a zip that
    cannot be read, too many files, or more than they may hold together when unpacked.
    """
    found: dict[str, bytes] = {}
    room = MOST_BYTES
    for name, stream in uploads:
        stream.seek(0)
        if PurePosixPath(name).suffix.lower() == ".zip":
            parts = _unpack(stream, room)
        else:
            parts = {PurePosixPath(name).name: stream.read(room + 1)}
        found |= parts
        room -= sum(len(content) for content in parts.values())
        if room < 0:
            raise ValidationError(_("Together the files are too large: at most 60 MB."))
    return found


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files, by name; the same files give the same bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, NO_DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return packed.getvalue()


def _unpack(stream: IO[bytes], room: int) -> dict[str, bytes]:
    """What a zip holds. What it says of its sizes is not believed: reading stops at the limit."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = [one for one in archive.infolist() if not one.is_dir()]
            if len(infos) > MOST_FILES:
                raise ValidationError(_("There are more than 2,000 files in it."))
            for info in infos:
                path = PurePosixPath(info.filename)
                if path.suffix.lower() not in ENDINGS or path.name.startswith("."):
                    continue
                with archive.open(info) as content:
                    found[str(path)] = content.read(room + 1)
                room -= len(found[str(path)])
                if room < 0:
                    raise ValidationError(_("Unpacked the files are too large: at most 60 MB."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # RuntimeError is what an encrypted one raises.
        raise ValidationError(
            _("This zip cannot be read. Pack the folder again, without a password.")
        ) from error
    return found
