from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models.customers import Customer


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def waiting(self) -> "DuplicatePairQuerySet":
        """Pairs that nobody has looked at yet."""
        return self.filter(dismissed_at__isnull=True)


class DuplicatePair(models.Model):
    """Two customers who may be one. Found by what they share; ``first`` is the older row.

    Derived, and found again after every change; only that somebody said *not the same* is kept.
    """

    class Why(models.TextChoices):
        EMAIL = "email", _("the same e-mail address")
        PHONE = "phone", _("the same phone number")
        NAME = "name", _("the same name and postcode")

    # The constraint begins with it.
    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=5, choices=Why)
    found_at = models.DateTimeField(default=timezone.now)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"
            ),
            models.CheckConstraint(
                condition=Q(why__in=["email", "phone", "name"]), name="duplicate_pair_why_known"
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
                name="duplicate_pair_dismissed_by_somebody",
            ),
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
        ]
        indexes = [
            models.Index(
                fields=["-id"], condition=Q(dismissed_at__isnull=True), name="duplicate_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"
