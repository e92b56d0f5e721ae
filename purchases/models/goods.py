from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProductQuerySet(models.QuerySet["Product"]):
    def offered(self) -> "ProductQuerySet":
        """Products that are still sold."""
        return self.filter(retired_at__isnull=True)

    def categories(self) -> list[str]:
        """The categories in use, in order."""
        named = self.exclude(category="").order_by("category")
        return list(named.values_list("category", flat=True).distinct())


class Product(models.Model):
    sku = models.CharField(_("SKU"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_folded = models.CharField(max_length=200, editable=False, db_index=True)
    category = models.CharField(_("category"), max_length=100, blank=True, db_index=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(sku=""), name="product_sku_not_empty")]

    def __str__(self) -> str:
        return self.name


class LotQuerySet(models.QuerySet["Lot"]):
    def for_list(self) -> "LotQuerySet":
        """With the product and the maker, for rows of a list."""
        return self.select_related("product", "maker")


class Lot(models.Model):
    """The batch, or single serial, a product was made in, and by whom.

    ``state`` is written by the quality app through ``purchases.services.set_lot_state``. The maker
    cannot change once an inspection exists (a trigger of the quality app).
    """

    class State(models.TextChoices):
        MADE = "made", _("Not inspected")
        IN_INSPECTION = "in_inspection", _("In inspection, do not ship")
        RELEASED = "released", _("Released")
        ON_HOLD = "on_hold", _("On hold")
        REJECTED = "rejected", _("Rejected")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(_("lot number"), max_length=80, db_index=True)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("maker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lots_made",
    )
    made_on = models.DateField(_("made on"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity made"), null=True, blank=True)
    # Parts that were decided while the rest was not: sums kept by the quality app.
    quantity_released = models.PositiveIntegerField(default=0, editable=False)
    quantity_rejected = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=13, choices=State, default=State.MADE, editable=False)
    state_reason = models.CharField(max_length=300, blank=True, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    # Since when a customer waits for goods of it that have not left; NULL: nobody does.
    awaited_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="lot_once_per_product"),
            models.CheckConstraint(condition=~Q(number=""), name="lot_number_not_empty"),
            models.CheckConstraint(
                condition=Q(state__in=["made", "in_inspection", "released", "on_hold", "rejected"]),
                name="lot_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["on_hold", "rejected"]) | ~Q(state_reason=""),
                name="lot_hold_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(quantity_released=0, quantity_rejected=0)
                | Q(
                    quantity__isnull=False,
                    quantity__gte=models.F("quantity_released") + models.F("quantity_rejected"),
                ),
                name="lot_parts_within_quantity",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "state_since"], name="lot_by_state"),
            models.Index(
                fields=["awaited_since", "state_since", "id"],
                condition=Q(state="made"),
                name="lot_to_inspect",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def remaining(self) -> int | None:
        """How many are neither released nor rejected as parts; None where nobody counted."""
        if self.quantity is None:
            return None
        return self.quantity - self.quantity_released - self.quantity_rejected
