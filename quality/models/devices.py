from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quality.models.inspections import Inspection


class DeviceEntry(models.Model):
    """An entry that a device of the bench sent, perhaps long after it was typed: what became of it.

    ``seq`` counts what the device sends for this inspection from 1, without a gap. The row is
    written with the entry itself, so that the same one sent again is answered and not done again.
    """

    class Kind(models.TextChoices):
        RECORD = "record", _("Recorded")
        EXPLAIN = "explain", _("Said what is wrong")
        CLEAR = "clear", _("Taken back")

    device = models.UUIDField()
    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, related_name="device_entries"
    )
    seq = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    # The number of the screen, from 1.
    number = models.PositiveIntegerField()
    # Why it was not taken; empty when it was.
    refusal = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "device", "seq"], name="device_entry_once"
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="device_entry_counts_from_one"),
            models.CheckConstraint(
                condition=Q(kind__in=["record", "explain", "clear"]), name="device_entry_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.seq}"
