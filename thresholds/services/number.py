"""The number in force: where it stands, where it comes from, and putting another in its place."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Shop
from accounts.services import publish_number
from helpdesk.lib.nudge import nudge
from thresholds.models import Threshold
from thresholds.rules.negative_binomial import tail
from thresholds.rules.sentence import one_in
from thresholds.rules.threshold import ThresholdSettings


def the_threshold(*, lock: bool = False) -> Threshold:
    """The one threshold row, made on first use; with ``lock`` held until the transaction ends."""
    Threshold.objects.get_or_create(pk=1)
    if lock:
        # Apart from its revision: an outer join cannot be locked.
        Threshold.objects.select_for_update(no_key=True).get(pk=1)
    return Threshold.objects.select_related("in_force").get(pk=1)


def threshold_to_read() -> Threshold:
    """The threshold for a page that only looks: the row, or what it will be when first needed."""
    row = Threshold.objects.select_related("in_force", "pinned_by").filter(pk=1).first()
    return row or Threshold(pk=1)


def settings_in_use(threshold: Threshold, shop: Shop) -> ThresholdSettings:
    """The fit's settings: the threshold's own and the two that stand on the shop."""
    return ThresholdSettings(
        alpha=threshold.alpha,
        floor=threshold.floor,
        trim=threshold.trim,
        starting_number=threshold.starting_number,
        window_days=shop.window_days,
        history_days=threshold.history_days,
        merge_hours=shop.merge_hours,
    )


def number_in_force(threshold: Threshold) -> int:
    """The pinned number, else the published one, else the starting number."""
    if threshold.pinned_number is not None:
        return threshold.pinned_number
    return threshold.in_force.number if threshold.in_force else threshold.starting_number


def put_in_force(threshold: Threshold, *, before: int) -> None:
    """Write the number where every tally reads it; ``before`` is the one that held until now.

    A raised number clears no flag; a lowered one brings purchases over the line, which the sweep
    flags. Call it under the lock of ``the_threshold(lock=True)``.
    """
    number = number_in_force(threshold)
    fit = threshold.in_force
    odds = None
    if fit is not None and fit.mu is not None:
        odds = one_in(tail(number, fit.mu, fit.k))
    publish_number(
        threshold=number,
        kind=_kind(threshold),
        normal_mean=fit.mu if fit else None,
        nine_in_ten=fit.nine_in_ten if fit else None,
        odds=odds,
    )
    changed: dict[str, object] = {"version": F("version") + 1}
    if number != before:
        changed |= {"number_before": before, "number_changed_at": timezone.now()}
    Threshold.objects.filter(pk=1).update(**changed)
    if number < before:
        # The sweep finds by itself who is over the line now; nothing needs to be remembered.
        transaction.on_commit(partial(nudge, "thresholds.tasks.sweep"))


def check_version(threshold: Threshold, version: int) -> None:
    """ValidationError if the threshold is no longer the one the page was drawn from."""
    if threshold.version != version:
        raise ValidationError(
            _(
                "The number or its settings changed while you were looking at them. Nothing of "
                "yours was saved; the page now shows how it stands, so look and enter it again."
            ),
            code="stale",
        )


def _kind(threshold: Threshold) -> str:
    if threshold.pinned_number is not None:
        return Shop.NumberKind.PINNED.value
    return threshold.in_force.kind if threshold.in_force else Shop.NumberKind.STARTING.value
