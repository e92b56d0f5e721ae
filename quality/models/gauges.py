from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# So long before its calibration is over a gauge is warned of: on the last day, and 14 before it.
WARNED = timedelta(days=15)


class GaugeQuerySet(models.QuerySet["Gauge"]):
    def in_use(self) -> "GaugeQuerySet":
        """Gauges that are still measured with."""
        return self.filter(retired_at__isnull=True)


class Gauge(models.Model):
    """What is measured with. ``due_on``: the last day before it has to be calibrated again; NULL
    for one that needs no calibration. ``closes_at``: the end of that day in the shop's zone, from
    which the database takes no result measured with it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    due_on = models.DateField(_("calibrate by"), null=True, blank=True)
    closes_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GaugeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="gauge_name_not_empty"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, closes_at__isnull=True)
                | Q(due_on__isnull=False, closes_at__isnull=False),
                name="gauge_closes_when_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, now: datetime | None = None) -> str:
        """fine, due (soon), or over: nothing may be measured with it then."""
        now = now or timezone.now()
        if self.closes_at is None:
            return "fine"
        if now >= self.closes_at:
            return "over"
        return "due" if now + WARNED >= self.closes_at else "fine"
