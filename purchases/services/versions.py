"""One way to change a row: only what differs, only from the version it was drawn from, with history."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import HistoryEntry, User
from accounts.services import record_history

Changes = dict[str, tuple[object, object]]


def differences(row: models.Model, values: Mapping[str, object]) -> Changes:
    """{field: (old, new)} of what would change."""
    return {
        field: (getattr(row, field), value)
        for field, value in values.items()
        if getattr(row, field) != value
    }


def change_row(
    *,
    row: Any,
    version: int | None,
    values: Mapping[str, object],
    unseen: Mapping[str, object] | None = None,
    more: Changes | None = None,
    verb: str = "changed",
    actor: User | None,
) -> bool:
    """Write `values` that differ to `row` and tell the history; False when nothing differs.

    `unseen` are derived columns that go along but are no news; `more` are changes of rows that
    belong to it. `version` is the one the page was drawn from (None: whatever is there now).
    Raises ValidationError when somebody else changed the row since; nothing is written then.
    """
    changes = {**differences(row, values), **(more or {})}
    if version is not None and version != row.version:
        raise stale(row)
    if not changes:
        return False
    fields = {**dict(values), **dict(unseen or {})}
    manager = type(row)._default_manager
    count = manager.filter(pk=row.pk, version=row.version).update(
        **fields, version=F("version") + 1
    )
    if not count:
        raise stale(row)
    for field, value in fields.items():
        setattr(row, field, value)
    row.version += 1
    record_history(subject=row, verb=verb, actor=actor, changes=changes)
    return True


def stale(row: models.Model) -> ValidationError:
    """The refusal of a change that was made from an old page: says whose change came between."""
    last = (
        HistoryEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
        .select_related("actor")
        .order_by("-at", "-pk")
        .first()
    )
    who = last.actor.name if last and last.actor else _("Somebody else")
    fields = ", ".join(last.changes) if last else ""
    text = _(
        "%(who)s changed this while you were editing (%(fields)s). Nothing of yours was saved: "
        "open the page again, look at the change and enter yours again."
    )
    return ValidationError(text, code="stale", params={"who": who, "fields": fields or "?"})


@contextmanager
def refused_as(message: str, field: str | None = None) -> Iterator[None]:
    """Turn a refusal of the database into a ValidationError, on `field` if named.

    The form has looked before; this catches what two people do at the same moment.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ValidationError({field: message} if field else message) from error
