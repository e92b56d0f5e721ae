"""Gauges: named, and calibrated until a day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import changes_of, record_history
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
                made = Gauge.objects.create(name=name, due_on=due_on)
                record_history(subject=made, verb="created", actor=actor)
                return made
            values = {"name": name, "due_on": due_on}
            changes = changes_of(gauge, values)
            rows = Gauge.objects.filter(pk=gauge.pk)
            if version is not None:
                rows = rows.filter(version=version)
            if not rows.update(**values, version=F("version") + 1):
                raise ValidationError(_("Somebody else changed this meanwhile: look again."))
    except IntegrityError as error:
        raise taken from error
    record_history(subject=gauge, verb="changed", actor=actor, changes=changes)
    gauge.refresh_from_db()
    return gauge
