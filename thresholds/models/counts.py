"""Maintained counters, so that a dashboard never counts millions of rows.

A day's rows are always rebuilt whole from the facts (``thresholds.services.recount_days``): running
it twice, late or after a kill gives the same rows. ``StaleDay`` is the queue of days to rebuild.

``scope`` is "" for the whole shop, "c:<category>" or "p:<product id>"; a purchase stands once in
each scope it touches. ``channel`` is "" for all channels together; otherwise only net interactions
through that channel are counted. ``day`` is ``Purchase.clock_day``, the cohort, except where said.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from purchases.models import Product
from tickets.models import Reason

SCOPE_LENGTH = 110


class StaleDay(models.Model):
    """A day whose counters no longer fit the facts. ``mark`` changes each time it is marked again."""

    class Kind(models.TextChoices):
        COHORT = "cohort"
        RECEIVED = "received"

    kind = models.CharField(max_length=8, choices=Kind)
    day = models.DateField()
    mark = models.BigIntegerField()
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "day"], name="stale_day_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["cohort", "received"]), name="stale_day_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class CohortCount(models.Model):
    """Judged purchases of a cohort day by their net interactions within the window."""

    day = models.DateField()
    scope = models.CharField(max_length=SCOPE_LENGTH, blank=True)
    channel = models.CharField(max_length=6, blank=True)
    net = models.PositiveIntegerField()
    purchases = models.PositiveIntegerField()
    # Sum of net interactions within 7 days of the clock's start, for the weekly chart.
    first_week_net = models.PositiveIntegerField(default=0)
    later = models.PositiveIntegerField(default=0)
    # Those of the purchases whose clock runs from the order date, for want of a delivery date.
    without_delivery = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "channel", "day", "net"], name="cohort_count_once"
            )
        ]
        indexes = [
            # Beside the constraint, which with further columns would not exist on SQLite.
            models.Index(
                fields=["scope", "channel", "day", "net"],
                include=["purchases", "first_week_net", "later", "without_delivery"],
                name="cohort_count_covering",
            ),
            models.Index(fields=["day"], name="cohort_count_by_day"),
            # The few purchases above a number, wherever they are.
            models.Index(
                fields=["net"],
                include=["scope", "day", "purchases"],
                condition=Q(channel=""),
                name="cohort_count_by_net",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.scope} {self.net}"


class ProductCount(models.Model):
    """Judged purchases of a product and cohort day and their net interactions, for the funnel.

    The sums of CohortCount over net: an order of magnitude fewer rows where products are many.
    """

    day = models.DateField()
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    purchases = models.PositiveIntegerField()
    net = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "product"], name="product_count_once")
        ]
        indexes = [
            models.Index(
                fields=["day", "product"],
                include=["purchases", "net"],
                name="product_count_covering",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.product_id}"


class ReasonCount(models.Model):
    """Net interactions of a cohort day by reason; reason null: no reason yet."""

    day = models.DateField()
    scope = models.CharField(max_length=SCOPE_LENGTH, blank=True)
    channel = models.CharField(max_length=6, blank=True)
    reason = models.ForeignKey(Reason, null=True, on_delete=models.PROTECT, related_name="+")
    net = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["scope", "channel", "day"], include=["reason", "net"], name="reason_count"
            ),
            models.Index(fields=["day"], name="reason_count_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.scope} {self.net}"


class ReceivedCount(models.Model):
    """Current interactions by the day they came in (in the shop's zone): load and data quality."""

    day = models.DateField()
    channel = models.CharField(max_length=6)
    direction = models.CharField(max_length=8)
    received = models.PositiveIntegerField()
    without_reason = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "channel", "direction"], name="received_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.channel} {self.received}"


class ContactCount(models.Model):
    """Net interactions of a cohort day's purchases by what became of them (METHOD 1).

    ``repeats``: less than 7 days after the net one before on the same purchase. ``firsts``: the
    first of their purchase. ``firsts_resolved``: those of them that ended *resolved* with no
    counting one about the same group of reasons within 7 days after, in the window or later.
    """

    day = models.DateField()
    scope = models.CharField(max_length=SCOPE_LENGTH, blank=True)
    net = models.PositiveIntegerField()
    repeats = models.PositiveIntegerField()
    firsts = models.PositiveIntegerField()
    firsts_resolved = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "day"], name="contact_count_once")]
        indexes = [models.Index(fields=["day"], name="contact_count_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.scope} {self.net}"


class ScoreCount(models.Model):
    """Ratings of a cohort day's purchases by score."""

    day = models.DateField()
    scope = models.CharField(max_length=SCOPE_LENGTH, blank=True)
    score = models.PositiveSmallIntegerField()
    ratings = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "day", "score"], name="score_count_once")
        ]
        indexes = [models.Index(fields=["day"], name="score_count_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.score}"
