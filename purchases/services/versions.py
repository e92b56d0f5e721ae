"""One way to change a row: only what differs, only from the version it was drawn from, with history."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services.history import changes_of, record_history, save_version

Changes = dict[str, tuple[object, object]]


def change_row(
    *,
    row: Any,
    version: int | None,
    values: Mapping[str, object],
    unseen: Mapping[str, object] | None = None,
    more: Changes | None = None,
    actor: User | None,
) -> bool:
    """Write `values` that differ to `row` and tell the history; False when nothing differs.

    `unseen` are derived columns that go along but are no news; `more` are changes of rows that
    belong to it. `version` is the one the page was drawn from (None: the one `row` was read with).
    Raises ValidationError when somebody else changed the row since; nothing is written then.
    """
    changes = {**changes_of(row, values), **(more or {})}
    if not changes and version in {None, row.version}:
        return False
    save_version(
        row,
        version=row.version if version is None else version,
        values={**dict(values), **dict(unseen or {})},
    )
    record_history(subject=row, verb="changed", actor=actor, changes=changes)
    return True


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
