"""Several entries of one inspection at once: those that can be read are kept, the others told."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from quality.models import Inspection
from quality.services.recording import Entry, own_open, write_entry


@transaction.atomic
def record_entries(
    *, inspection: Inspection, entries: Mapping[str, Entry], actor: User
) -> dict[str, str]:
    """Write them under one lock; {name: why} of those that were refused.

    Raises ValidationError when nothing may be written in this inspection at all.
    """
    inspection = own_open(inspection, actor)
    refused = {}
    for name, entry in entries.items():
        try:
            write_entry(inspection, entry)
        except ValidationError as error:
            refused[name] = error.messages[0]
    return refused
