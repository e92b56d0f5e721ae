from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import HistoryEntry, User

Changes = Mapping[str, tuple[object, object]]


def record_history(
    *,
    subject: models.Model,
    verb: str,
    actor: User | None,
    changes: Changes | None = None,
    note: str = "",
) -> HistoryEntry:
    """Write who did what to which row; call it in the transaction of the change itself.

    ``changes`` maps a field's name to its old and new value; values are kept as text, None as null.
    """
    entry = _entry(subject, verb, actor, changes or {}, note)
    entry.save(force_insert=True)
    return entry


def record_histories(
    *, changes: Iterable[tuple[models.Model, Changes]], verb: str, actor: User | None
) -> None:
    """The same for many rows of one deed (an import), in one statement."""
    HistoryEntry.objects.bulk_create(
        [_entry(subject, verb, actor, told, "") for subject, told in changes]
    )


def _entry(
    subject: models.Model, verb: str, actor: User | None, changes: Changes, note: str
) -> HistoryEntry:
    """An unsaved entry."""
    told = {
        field: [None if side is None else str(side) for side in sides]
        for field, sides in changes.items()
    }
    return HistoryEntry(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        verb=verb,
        changes=told,
        note=note,
        actor=actor,
    )


def changes_of(
    subject: models.Model, values: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """The fields of ``values`` that differ from the row as it was read: {field: (old, new)}."""
    before = {name: getattr(subject, name) for name in values}
    return {name: (before[name], new) for name, new in values.items() if before[name] != new}


def save_version(subject: models.Model, *, version: int, values: Mapping[str, object]) -> None:
    """Write ``values`` if the row is still the one the page was drawn from (field ``version``).

    Raises ValidationError telling who changed it meanwhile; then nothing is written.
    """
    rows = type(subject)._default_manager.filter(pk=subject.pk, version=version)
    if rows.update(**values, version=version + 1):
        for name, value in {**values, "version": version + 1}.items():
            setattr(subject, name, value)
        return
    last = HistoryEntry.objects.about(subject).first()
    if last is None or last.actor is None:
        raise ValidationError(_("This was changed meanwhile. Look at it again, then repeat."))
    told = {
        "person": last.actor.name,
        "time": date_format(timezone.localtime(last.at), "H:i"),
    }
    raise ValidationError(
        _(
            "%(person)s changed this at %(time)s, after you opened the page. "
            "Load the page again to see what it says now, then repeat your change."
        ),
        params=told,
    )
