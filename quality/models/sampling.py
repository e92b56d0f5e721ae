from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Product
from quality.models.classes import Severity
from quality.models.inspections import Inspection

TAKEN = ["normal", "tightened", "reduced"]


class SampleSize(models.Model):
    """How many units of a class are inspected and how many may be bad, fixed at the opening.

    At most ``accept`` bad ones accept the lot, ``reject`` and more refuse it; between the two
    (reduced inspection only) it is accepted and inspection returns to normal. ``counted_at``: when
    its lot was counted for the switching rules.
    """

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, related_name="sample_sizes"
    )
    severity = models.CharField(max_length=8, choices=Severity)
    taken = models.CharField(max_length=9)
    letter = models.CharField(max_length=1)
    aql = models.CharField(max_length=5)
    size = models.PositiveIntegerField()
    accept = models.PositiveSmallIntegerField()
    reject = models.PositiveSmallIntegerField()
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "severity"], name="samplesize_once"),
            models.CheckConstraint(
                condition=Q(severity__in=["critical", "major", "minor"], taken__in=TAKEN),
                name="samplesize_words_known",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, reject__gt=F("accept")), name="samplesize_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.severity}: {self.size}, {self.accept}/{self.reject}"


class Switch(models.Model):
    """How hard the next lot of a product is inspected in a class (MIL-STD-105E 4.7).

    ``recent``: the last lots at this severity, oldest first, A accepted and R refused.
    """

    class State(models.TextChoices):
        NORMAL = "normal", _("Normal")
        TIGHTENED = "tightened", _("Tightened")
        REDUCED = "reduced", _("Reduced")
        STOPPED = "stopped", _("Stopped")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="switches")
    severity = models.CharField(max_length=8, choices=Severity)
    state = models.CharField(max_length=9, choices=State, default=State.NORMAL)
    recent = models.CharField(max_length=10, blank=True)
    refused = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    # Who agreed to reduced inspection, or that a stop is over; and why.
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "severity"], name="switch_once"),
            models.CheckConstraint(
                condition=Q(severity__in=["critical", "major", "minor"])
                & Q(state__in=["normal", "tightened", "reduced", "stopped"]),
                name="switch_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="reduced") | (Q(agreed_by__isnull=False) & ~Q(reason="")),
                name="switch_reduced_was_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.severity}: {self.state}"
