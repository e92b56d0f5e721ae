from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.phones import Phone
from purchases.models.indexes import searched


class CustomerQuerySet(models.QuerySet["Customer"]):
    def living(self) -> "CustomerQuerySet":
        """Customers that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def for_list(self) -> "CustomerQuerySet":
        """With addresses and numbers, for rows of a list."""
        return self.prefetch_related(
            models.Prefetch("emails", CustomerEmail.objects.order_by("pk")),
            models.Prefetch("phones", CustomerPhone.objects.order_by("pk")),
        )


class Customer(models.Model):
    """A person or company that buys. Names are searched through the folded columns."""

    ref = models.CharField(_("customer number"), max_length=80, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    name_folded = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    # The same with the last word first, so that "verm" finds "Els Vermeulen" by a prefix.
    last_first_folded = models.CharField(max_length=200, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    note = models.TextField(_("note"), blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # When it was last compared with the others; null: it is new or has changed since.
    compared_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="customer_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(ref__isnull=True) | ~Q(ref=""), name="customer_ref_not_empty"
            ),
            models.UniqueConstraint(fields=["ref"], name="customer_ref_once"),
        ]
        indexes = [
            searched("last_first_folded", name="customer_last_first"),
            models.Index(
                fields=["id"], condition=Q(compared_at__isnull=True), name="customer_to_compare"
            ),
            models.Index(fields=["postcode"], condition=~Q(postcode=""), name="customer_postcode"),
        ]

    def __str__(self) -> str:
        return self.name or self.ref or str(_("Customer without a name"))

    def survivor(self) -> "Customer":
        """The one who took this customer over, however many merges that took; else this one."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


class CustomerEmail(models.Model):
    # Its unique constraint, which begins with the customer, is its index.
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="emails", db_index=False
    )
    address = models.EmailField(_("e-mail"), max_length=254)
    address_folded = models.CharField(max_length=254, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "address_folded"], name="customer_email_once"
            )
        ]
        indexes = [searched("address_folded", name="email_address")]

    def __str__(self) -> str:
        return self.address


class CustomerPhone(models.Model):
    """``number`` is E.164 where it can be known; ``digits_reversed`` finds it by its last digits."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="phones", db_index=False
    )
    number = models.CharField(_("phone number"), max_length=32)
    typed = models.CharField(max_length=40, blank=True)
    digits_reversed = models.CharField(max_length=32, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="customer_phone_once")
        ]
        indexes = [
            models.Index(fields=["number"], name="phone_number"),
            searched("digits_reversed", name="phone_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def display(self, country: str) -> str:
        """As people in `country` write it."""
        return Phone(self.number).display(country)
