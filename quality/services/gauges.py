"""Gauges: named, and calibrated until a day."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Shop, User
from accounts.services import changes_of, record_history
from helpdesk.lib.periods import day_start
from quality.models import Gauge


@transaction.atomic
def save_gauge(
    *,
    actor: User,
    name: str,
    due_on: date | None,
    gauge: Gauge | None = None,
    version: int | None = None,
) -> Gauge:
    """Make a gauge, or enter its next calibration. Raises ValidationError: name taken, stale."""
    taken = ValidationError({"name": _("There is a gauge of this name already.")})
    try:
        with transaction.atomic():
            if gauge is None:
                made = Gauge.objects.create(name=name, due_on=due_on, closes_at=closing(due_on))
                record_history(subject=made, verb="created", actor=actor)
                return made
            values = {"name": name, "due_on": due_on}
            changes = changes_of(gauge, values)
            rows = Gauge.objects.filter(pk=gauge.pk)
            if version is not None:
                rows = rows.filter(version=version)
            closes_at = closing(due_on)
            if not rows.update(**values, closes_at=closes_at, version=F("version") + 1):
                raise ValidationError(_("Somebody else changed this meanwhile: look again."))
    except IntegrityError as error:
        raise taken from error
    record_history(subject=gauge, verb="changed", actor=actor, changes=changes)
    gauge.refresh_from_db()
    return gauge


def closing(due_on: date | None) -> datetime | None:
    """The end of the day by which a gauge has to be calibrated, in the shop's zone."""
    if due_on is None:
        return None
    return day_start(due_on + timedelta(days=1), Shop.objects.get(pk=1).zone)
