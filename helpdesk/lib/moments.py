"""Which years a person or a file may name: those that calendars and both databases reckon with."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1900, 2199


def check_year(day: date) -> None:
    """A validator of days and moments: from 1900 to 2199. Raises ValidationError."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("The year must be between 1900 and 2199."))
