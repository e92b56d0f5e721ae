from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# So long before its calibration is due a gauge is warned of.
WARNED = timedelta(days=14)


class GaugeQuerySet(models.QuerySet["Gauge"]):
    def in_use(self) -> "GaugeQuerySet":
        """Gauges that are still measured with."""
        return self.filter(retired_at__isnull=True)


class Gauge(models.Model):
    """What is measured with. ``due_on``: the last day before it has to be calibrated again; NULL
    for one that needs no calibration."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    due_on = models.DateField(_("calibrate by"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GaugeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="gauge_name_not_empty")]

    def __str__(self) -> str:
        return self.name

    def state(self, today: date | None = None) -> str:
        """fine, due (soon), or over: nothing may be measured with it then."""
        today = today or timezone.localdate()
        if self.due_on is None:
            return "fine"
        if today > self.due_on:
            return "over"
        return "due" if today + WARNED >= self.due_on else "fine"
