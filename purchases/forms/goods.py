from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from purchases.forms.fields import ProductField, VersionedForm
from purchases.models import Lot, Product
from purchases.services import LotDraft, ProductDraft


class ProductForm(VersionedForm):
    """A product."""

    sku = forms.CharField(label=_("SKU"), max_length=80)
    name = forms.CharField(label=_("Name"), max_length=200)
    category = forms.CharField(
        label=_("Category"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "category-suggestions", "autocomplete": "off"}),
    )
    retired = forms.BooleanField(
        label=_("No longer sold"),
        required=False,
        help_text=_("It is not offered for new purchases; what was sold stays."),
    )

    def draft(self) -> ProductDraft:
        """What was typed, for the service."""
        told = self.cleaned_data
        return ProductDraft(
            sku=told["sku"], name=told["name"], category=told["category"], retired=told["retired"]
        )

    @staticmethod
    def typed_before(product: Product) -> dict[str, Any]:
        """What the form shows of a product that is there."""
        names = ("sku", "name", "category", "version")
        told = {name: getattr(product, name) for name in names}
        return {**told, "retired": product.retired_at is not None}


class LotForm(VersionedForm):
    """A lot, and who made it."""

    product = ProductField(help_text=_("Type its SKU or name."))
    number = forms.CharField(
        label=_("Lot number"), max_length=80, help_text=_("As it stands on the label.")
    )
    maker = forms.ModelChoiceField(
        label=_("Maker"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("not known"),
        help_text=_("Whoever made it may not inspect it. Cannot change once it was inspected."),
    )
    made_on = forms.DateField(
        label=_("Made on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    quantity = forms.IntegerField(
        label=_("Quantity made"), required=False, min_value=1, max_value=2_000_000_000
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        maker = self.fields["maker"]
        if isinstance(maker, forms.ModelChoiceField):
            maker.queryset = User.objects.order_by("name_folded", "pk")

    def draft(self) -> LotDraft:
        """What was typed, for the service."""
        told = self.cleaned_data
        return LotDraft(
            product=told["product"],
            number=told["number"],
            maker=told["maker"],
            made_on=told["made_on"],
            quantity=told["quantity"],
        )

    @staticmethod
    def typed_before(lot: Lot) -> dict[str, Any]:
        """What the form shows of a lot that is there."""
        names = ("product", "number", "maker", "made_on", "quantity", "version")
        return {name: getattr(lot, name) for name in names}
