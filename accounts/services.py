"""Writes of the accounts room."""

from collections.abc import Mapping

from django.db import models, transaction

from accounts.models import HistoryEntry, Shop, User


def record_history(
    *,
    subject: models.Model,
    verb: str,
    actor: User | None,
    changes: Mapping[str, tuple[object, object]] | None = None,
    note: str = "",
) -> HistoryEntry:
    """Write who did what to which row; call it in the transaction of the change itself.

    ``changes`` maps a field's name to its old and new value; values are kept as text, None as null.
    """
    told = {
        field: [None if side is None else str(side) for side in sides]
        for field, sides in (changes or {}).items()
    }
    return HistoryEntry.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        verb=verb,
        changes=told,
        note=note,
        actor=actor,
    )


def publish_number(
    *,
    threshold: int,
    kind: str,
    normal_mean: float | None,
    nine_in_ten: int | None,
    odds: int | None,
) -> None:
    """Put the number in force on the shop's row, where every tally reads it (thresholds calls this)."""
    Shop.objects.filter(pk=1).update(
        threshold=threshold,
        threshold_kind=kind,
        normal_mean=normal_mean,
        normal_nine_in_ten=nine_in_ten,
        threshold_odds=odds,
    )


@transaction.atomic
def change_password(*, user: User, password: str, actor: User | None) -> None:
    """Give a person another password; all their sessions end. The history says that, not which."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_history(subject=user, verb="changed password", actor=actor)
