from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from purchases.forms.fields import LinesField, VersionedForm
from purchases.models import Customer
from purchases.services import CustomerDraft


class CustomerForm(VersionedForm):
    """A customer with all their addresses and numbers."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    emails = LinesField(label=_("E-mail addresses"), help_text=_("One on each line."))
    phones = LinesField(label=_("Phone numbers"), help_text=_("One on each line, in any notation."))
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    country = forms.CharField(
        label=_("Country"), max_length=2, min_length=2, required=False, help_text=_("Two letters.")
    )
    language = forms.CharField(
        label=_("Language"),
        max_length=8,
        required=False,
        help_text=_("In which they like to be answered, like nl or fr."),
    )
    ref = forms.CharField(
        label=_("Customer number"),
        max_length=80,
        required=False,
        help_text=_("In your shop system; imports know the customer by it."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_country(self) -> str:
        """Two capital letters."""
        return str(self.cleaned_data["country"]).upper()

    def draft(self) -> CustomerDraft:
        """What was typed, for the service."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return CustomerDraft(**typed)


def typed_before(customer: Customer, country: str) -> dict[str, Any]:
    """What the form shows of a customer who is there."""
    names = ("name", "street", "postcode", "city", "country", "language", "ref", "note", "version")
    told: dict[str, Any] = {name: getattr(customer, name) for name in names}
    told["emails"] = [row.address for row in customer.emails.order_by("pk")]
    told["phones"] = [row.display(country) for row in customer.phones.order_by("pk")]
    return told
