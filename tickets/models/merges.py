from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Customer
from tickets.models.tickets import Ticket


class TicketMergeQuerySet(models.QuerySet["TicketMerge"]):
    def standing(self) -> "TicketMergeQuerySet":
        """Those that nobody has undone, newest first."""
        return self.filter(undone_at__isnull=True).order_by("-at", "-pk")


class TicketMerge(models.Model):
    """Two tickets made one, and exactly what moved, so that it can move back.

    ``moved`` is {"contacts": [[key, purchase, customer], …], "promises": [key, …], …} as it stood
    before; ``before`` and ``after`` are the columns that were written: {"merged": {…}, "into": {…}}.
    """

    merged = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges_here")
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TicketMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged=F("into")), name="ticket_merge_is_of_two_tickets"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at")),
                name="ticket_merge_undone_after_it",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="ticket_merged_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.into_id}"

    @property
    def contacts(self) -> int:
        """How many contacts moved."""
        return len(self.moved.get("contacts", []))


class CustomerMergeQuerySet(models.QuerySet["CustomerMerge"]):
    def standing(self) -> "CustomerMergeQuerySet":
        """Those that nobody has undone, newest first."""
        return self.filter(undone_at__isnull=True).order_by("-at", "-pk")


class CustomerMerge(models.Model):
    """Two customers made one, and the keys of exactly what moved: {"purchases": […], …}."""

    merged = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_here")
    moved = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CustomerMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged=F("into")), name="customer_merge_is_of_two_customers"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at")),
                name="customer_merge_undone_after_it",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="customer_merged_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.into_id}"
