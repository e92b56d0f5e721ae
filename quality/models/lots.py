import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Lot
from quality.models.inspections import Inspection

# What may stand between serial numbers.
BETWEEN = re.compile(r"[\s,;]+")


class LotPart(models.Model):
    """A part of a lot that was released or rejected, by an inspection or by a person. Append-only.

    ``quantity`` NULL: all that was left of a lot nobody counted. ``concession``: released although
    its inspections did not pass, by a manager who neither made nor inspected the lot.
    """

    class Outcome(models.TextChoices):
        RELEASED = "released", _("Released")
        REJECTED = "rejected", _("Rejected")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="parts")
    outcome = models.CharField(max_length=8, choices=Outcome)
    quantity = models.PositiveIntegerField(null=True)
    serials = models.TextField(blank=True)
    concession = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    inspection = models.ForeignKey(
        Inspection, null=True, on_delete=models.PROTECT, related_name="parts"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["released", "rejected"]), name="lotpart_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gte=1),
                name="lotpart_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(concession=False) | Q(outcome="released"),
                name="lotpart_concession_releases",
            ),
            models.CheckConstraint(
                condition=Q(concession=False, outcome="released") | ~Q(reason=""),
                name="lotpart_decision_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "decided_at"], name="lotpart_by_lot"),
            models.Index(fields=["id"], condition=~Q(serials=""), name="lotpart_with_serials"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.quantity} of lot {self.lot_id}"

    @property
    def serial_list(self) -> list[str]:
        """The serial numbers as typed, with anything between them."""
        return [one for one in BETWEEN.split(self.serials) if one]
