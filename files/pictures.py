"""Previews of pictures: made anew from the pixels, so that nothing else of the upload is shown."""

import io
import warnings
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

# What is decoded at all, by the names Pillow has for them.
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
# More pixels than this are not decoded: a small file can claim a picture as large as the memory.
MOST_PIXELS = 50_000_000
PREVIEW_SIZE = (960, 960)
QUALITY = 80


def make_preview(stream: IO[bytes], content_type: str) -> io.BytesIO:
    """The picture as a JPEG of at most 960 pixels, upright, without what else the file carries.

    Raises ValidationError when it is no picture of its type, broken, or too large to decode.
    """
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(stream, formats=[FORMATS[content_type]])
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_large()
            picture.draft("RGB", PREVIEW_SIZE)
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(PREVIEW_SIZE)
            flat = Image.new("RGB", upright.size, "white")
            clear = upright.convert("RGBA")
            flat.paste(clear, mask=clear)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValidationError(
            _("This picture cannot be read. Open it and save it anew as JPEG or PNG.")
        ) from error
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=QUALITY, optimize=True)
    made.seek(0)
    return made


def _too_large() -> ValidationError:
    """The refusal of a picture that would fill the memory."""
    return ValidationError(
        _("This picture has more than %(n)d million pixels. Make it smaller and send it again.")
        % {"n": MOST_PIXELS // 1_000_000}
    )
