"""What people decide about the number: pinning another, and the settings of the fit."""

from collections.abc import Mapping
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from helpdesk.lib.nudge import nudge
from thresholds.models import Threshold
from thresholds.services.number import (
    check_version,
    number_in_force,
    put_in_force,
    the_threshold,
)

HIGHEST_PIN = 1000
PIN_FIELDS = ["pinned_number", "pinned_reason", "pinned_by", "pinned_at"]


@transaction.atomic
def pin_number(*, number: int, reason: str, actor: User, version: int) -> None:
    """A manager sets the number by hand, with a reason; the learned one stays visible beside it.

    ValidationError without a reason, outside 1 … 1000, or when somebody changed it meanwhile.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the number is pinned: the next one will ask.")})
    if not 1 <= number <= HIGHEST_PIN:
        raise ValidationError({"number": _("The number must be from 1 to 1000.")})
    threshold = the_threshold(lock=True)
    check_version(threshold, version)
    before = number_in_force(threshold)
    threshold.pinned_number = number
    threshold.pinned_reason = reason.strip()
    threshold.pinned_by = actor
    threshold.pinned_at = timezone.now()
    threshold.save(update_fields=PIN_FIELDS)
    put_in_force(threshold, before=before)
    record_history(
        subject=threshold,
        verb="pinned",
        actor=actor,
        changes={"number": (before, number)},
        note=reason.strip(),
    )


@transaction.atomic
def unpin_number(*, actor: User, version: int) -> None:
    """Let the learned number hold again. ValidationError when it is not pinned or changed since."""
    threshold = the_threshold(lock=True)
    check_version(threshold, version)
    if threshold.pinned_number is None:
        raise ValidationError(_("The number is not pinned, so there is nothing to release."))
    before = number_in_force(threshold)
    threshold.pinned_number = None
    threshold.pinned_reason = ""
    threshold.pinned_by = None
    threshold.pinned_at = None
    threshold.save(update_fields=PIN_FIELDS)
    put_in_force(threshold, before=before)
    record_history(
        subject=threshold,
        verb="unpinned",
        actor=actor,
        changes={"number": (before, number_in_force(threshold))},
    )


@transaction.atomic
def change_settings(
    *,
    actor: User,
    version: int,
    alpha: float,
    floor: int,
    trim: float,
    starting_number: int,
    history_days: int,
) -> bool:
    """Change what the fit works with and ask for a run, which publishes at once (METHOD 3.8).

    False when nothing differs. ValidationError for a value out of range, or when somebody changed
    it meanwhile.
    """
    new: dict[str, float] = {
        "alpha": alpha,
        "floor": floor,
        "trim": trim,
        "starting_number": starting_number,
        "history_days": history_days,
    }
    _check_ranges(new)
    threshold = the_threshold(lock=True)
    check_version(threshold, version)
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(threshold, name), value)
        for name, value in new.items()
        if getattr(threshold, name) != value
    }
    if not changes:
        return False
    Threshold.objects.filter(pk=1).update(
        **new, settings_changed_at=timezone.now(), version=F("version") + 1
    )
    record_history(subject=threshold, verb="settings changed", actor=actor, changes=changes)
    transaction.on_commit(partial(nudge, "thresholds.tasks.learn_when_due"))
    return True


def _check_ranges(values: Mapping[str, float]) -> None:
    """ValidationError with the fields whose value lies outside what the model allows."""
    refused: dict[str, list[str]] = {}
    fields = {field.name: field for field in Threshold._meta.concrete_fields}
    for name, value in values.items():
        try:
            fields[name].run_validators(value)
        except ValidationError as error:
            refused[name] = error.messages
    if refused:
        raise ValidationError(refused)
