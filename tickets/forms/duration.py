"""How long a contact took: a clock that runs while the form is open, and can be typed over."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_WRITTEN = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)|(\d{1,4}))")
# A form that stayed open longer was forgotten: its clock says nothing.
FORGOTTEN = 4 * 3600
LONGEST = 24 * 3600


class DurationField(forms.CharField):
    """Seconds, written as minutes ("5"), "1:42" or "1:02:03"; None when it was left empty."""

    def clean(self, value: Any) -> int | None:
        """The seconds. Raises ValidationError for anything else, and for more than a day."""
        text = "".join(super().clean(value).split())
        if not text:
            return None
        found = _WRITTEN.fullmatch(text)
        total = _seconds(*found.groups(default="0")) if found else LONGEST + 1
        if total > LONGEST:
            raise ValidationError(
                _("Write minutes and seconds, for example 2:30, or leave it empty.")
            )
        return total


def _seconds(hours: str, minutes: str, seconds: str, alone: str) -> int:
    """Of the parts of what was written; minutes stand alone where no colon was."""
    return (int(hours) * 60 + int(minutes) + int(alone)) * 60 + int(seconds)


def seconds_open(timing: str, *, now: datetime) -> int | None:
    """Since the form was drawn, where no clock ran in the page; ``timing`` is that moment's epoch."""
    if not timing.isdecimal():
        return None
    seconds = int(now.timestamp()) - int(timing)
    return seconds if 0 <= seconds <= FORGOTTEN else None
