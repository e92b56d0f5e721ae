from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from accounts.forms.fields import CURRENCIES, NewPasswordForm, SuggestInput, time_zone_field
from accounts.models import Shop, Team, User


class ShopForm(forms.ModelForm):
    """Where the shop is and how it counts."""

    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        widget=SuggestInput(sorted(SUPPORTED_REGIONS), {"autocapitalize": "characters"}),
        help_text=_("Two letters. Telephone numbers typed without +… are read as of here."),
    )
    time_zone = time_zone_field(
        help_text=_("Days begin and end here, for everybody's figures."),
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        widget=SuggestInput(CURRENCIES, {"autocapitalize": "characters"}),
        help_text=_("Three letters, for new purchases."),
    )
    transit_days = forms.IntegerField(
        label=_("Usual transit time, in days"),
        min_value=0,
        max_value=365,
        help_text=_(
            "Without a delivery date, a purchase's clock starts this long after its order."
        ),
    )
    window_days = forms.IntegerField(
        label=_("Window W, in days"),
        min_value=7,
        max_value=3650,
        help_text=_("A purchase is judged by the contacts of this many days."),
    )
    merge_hours = forms.IntegerField(
        label=_("Merge contacts closer than, in hours"),
        min_value=0,
        max_value=168,
        help_text=_("A second contact sooner than this is the same trouble, counted once."),
    )

    class Meta:
        model = Shop
        fields = [
            *("name", "country", "time_zone", "currency"),
            *("transit_days", "window_days", "merge_hours"),
        ]

    def clean_country(self) -> str:
        """A country that telephone numbers know."""
        country: str = self.cleaned_data["country"].upper()
        if country not in SUPPORTED_REGIONS:
            raise ValidationError(
                _("“%(code)s” is not a country's two letters. Belgium is BE, for example."),
                params={"code": country},
            )
        return country

    def clean_currency(self) -> str:
        """Three letters."""
        currency: str = self.cleaned_data["currency"].upper()
        RegexValidator(r"^[A-Z]{3}\Z", _("A currency has three letters, EUR for example."))(
            currency
        )
        return currency

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""


class WelcomeForm(NewPasswordForm):
    """A new shop and its first admin."""

    shop_name = forms.CharField(label=_("Name of the shop"), max_length=120)
    time_zone = time_zone_field(initial="Europe/Brussels")
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ["shop_name", "time_zone", "name", "email", "password", "password_again"]

    def _owner(self) -> User | None:
        """The password may not resemble the name and address typed beside it."""
        given: dict[str, Any] = self.cleaned_data
        return User(name=given.get("name", ""), email=given.get("email", ""))


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ["name"]

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""
