from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models.customers import Customer
from purchases.models.goods import Lot, Product
from purchases.models.indexes import searched


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    def for_list(self) -> "PurchaseQuerySet":
        """With the customer and the lines, for rows of a list."""
        lines = PurchaseLine.objects.select_related("product").order_by("pk")
        return self.select_related("customer").prefetch_related(models.Prefetch("lines", lines))

    def for_edit(self) -> "PurchaseQuerySet":
        """With everything that its form shows."""
        lines = PurchaseLine.objects.select_related("product", "lot").order_by("pk")
        return self.select_related("customer").prefetch_related(models.Prefetch("lines", lines))

    def judged(self) -> "PurchaseQuerySet":
        """Purchases that take part in the statistics: not cancelled before dispatch."""
        return self.exclude(status=Purchase.Status.CANCELLED, dispatched=False)

    def marked(self) -> "PurchaseQuerySet":
        """Purchases not yet evaluated, oldest mark first. The marks are the queue."""
        return self.filter(waiting__isnull=False).order_by("waiting__mark", "pk")


class Purchase(models.Model):
    """An order: the denominator of everything.

    The counters are derived from the purchase's interactions by ``tickets.rules`` and can be
    recomputed at any time. While it waits to be evaluated it has an ``EvaluationMark``.
    """

    class Status(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        DISPATCHED = "dispatched", _("Dispatched")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Cancelled")

    UNFINISHED_FLAG = ("open", "acknowledged")

    class Clock(models.TextChoices):
        DELIVERY = "delivery", _("from its delivery")
        ORDER = "order", _("from the order date plus the usual transit time")

    class FlagState(models.TextChoices):
        NONE = "", _("not flagged")
        OPEN = "open", _("flagged")
        ACKNOWLEDGED = "acknowledged", _("flag acknowledged")
        CLOSED = "closed", _("flag closed")
        DISMISSED = "dismissed", _("flag dismissed")

    order_number = models.CharField(_("order number"), max_length=80)
    # Letters and digits only, lower case: "a24817" finds "A-24817".
    order_folded = models.CharField(max_length=80, editable=False)
    # The index purchase_by_customer begins with it.
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="purchases", db_index=False
    )
    ordered_at = models.DateTimeField(_("ordered"))
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ORDERED)
    # A cancelled purchase that had left the house still counts.
    dispatched = models.BooleanField(_("has left the house"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    clock_kind = models.CharField(max_length=8, choices=Clock, editable=False)
    clock_at = models.DateTimeField(editable=False)
    # The date of clock_at in the shop's zone: the cohort.
    clock_day = models.DateField(editable=False)
    window_ends_at = models.DateTimeField(editable=False)

    gross_interactions = models.PositiveIntegerField(default=0, editable=False)
    net_interactions = models.PositiveIntegerField(default=0, editable=False)
    merged_interactions = models.PositiveIntegerField(default=0, editable=False)
    later_interactions = models.PositiveIntegerField(default=0, editable=False)
    first_week_net = models.PositiveIntegerField(default=0, editable=False)
    last_interaction_at = models.DateTimeField(null=True, editable=False)
    # How often its tickets changed hands (tickets.services.recount_handoffs).
    handoffs = models.PositiveSmallIntegerField(default=0, editable=False)
    flag_state = models.CharField(
        max_length=12, choices=FlagState, default=FlagState.NONE, blank=True, editable=False
    )
    last_score = models.PositiveSmallIntegerField(null=True, editable=False)
    # Promises about it that were broken: faults of ours, never contacts.
    broken_promises = models.PositiveSmallIntegerField(db_default=0, editable=False)
    # The cohort day under which the maintained counters hold this purchase; the evaluator moves
    # it, so that a changed delivery date also empties the day it came from.
    counted_day = models.DateField(null=True, editable=False)

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number"], name="purchase_order_number_once"),
            models.CheckConstraint(
                condition=~Q(order_number=""), name="purchase_order_number_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["ordered", "dispatched", "delivered", "returned", "cancelled"]
                ),
                name="purchase_status_known",
            ),
            models.CheckConstraint(
                condition=Q(flag_state__in=["", "open", "acknowledged", "closed", "dismissed"]),
                name="purchase_flag_state_known",
            ),
            models.CheckConstraint(
                condition=Q(clock_kind="delivery", delivered_at__isnull=False)
                | Q(clock_kind="order", delivered_at__isnull=True),
                name="purchase_clock_fits_delivery",
            ),
            models.CheckConstraint(
                condition=Q(window_ends_at__gt=F("clock_at")), name="purchase_window_after_clock"
            ),
            models.CheckConstraint(
                condition=Q(gross_interactions__gte=F("net_interactions")),
                name="purchase_net_within_gross",
            ),
            models.CheckConstraint(
                condition=Q(net_interactions__gte=F("first_week_net")),
                name="purchase_first_week_within_net",
            ),
            models.CheckConstraint(
                condition=Q(last_score__isnull=True) | Q(last_score__range=(1, 5)),
                name="purchase_last_score_1_to_5",
            ),
        ]
        indexes = [
            searched("order_folded", name="purchase_order_folded"),
            models.Index(fields=["customer", "-ordered_at"], name="purchase_by_customer"),
            models.Index(fields=["-ordered_at", "-id"], name="purchase_newest"),
            # Lists of what is under way or came to nothing: few rows, and among them none to skip.
            models.Index(
                fields=["status", "-ordered_at", "-id"],
                condition=~Q(status="delivered"),
                name="purchase_undelivered",
            ),
            models.Index(fields=["clock_day", "net_interactions"], name="purchase_cohort"),
            models.Index(fields=["-net_interactions", "-id"], name="purchase_by_net"),
            models.Index(
                fields=["flag_state", "-id"], condition=~Q(flag_state=""), name="purchase_flagged"
            ),
        ]

    def __str__(self) -> str:
        return self.order_number

    @property
    def is_judged(self) -> bool:
        """Whether it takes part in the statistics: not cancelled before dispatch."""
        return self.status != Purchase.Status.CANCELLED or self.dispatched


class PurchaseLine(models.Model):
    """One product of a purchase; ``occurrence`` tells equal lines apart (the n-th such row)."""

    # The constraint line_once_with_lot begins with it.
    purchase = models.ForeignKey(
        Purchase, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(
        Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    occurrence = models.PositiveSmallIntegerField(default=1, editable=False)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    unit_price = models.DecimalField(
        _("unit price"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purchase", "product", "lot", "occurrence"], name="line_once_with_lot"
            ),
            models.UniqueConstraint(
                fields=["purchase", "product", "occurrence"],
                condition=Q(lot__isnull=True),
                name="line_once_without_lot",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0),
                name="line_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True) | Q(unit_price__gte=0),
                name="line_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
