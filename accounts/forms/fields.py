"""Choices of more than one form: time zones, countries, currencies, passwords."""

import zoneinfo
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, check_time_zone

# Regions of the zone database that name places; the rest are offsets and old spellings.
PLACE_REGIONS = frozenset(
    {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
CURRENCIES = (
    *("EUR", "GBP", "USD", "CHF", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "BGN", "ISK"),
    *("TRY", "UAH", "AUD", "CAD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "ZAR", "MAD", "AED"),
)


class SuggestInput(forms.TextInput):
    """A text field that suggests values while one types; any other value may be typed."""

    def __init__(self, suggestions: Iterable[str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The field with its list."""
        list_id = f"{(attrs or {}).get('id', name)}-list"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join(
            "", '<option value="{}"></option>', ((item,) for item in self.suggestions)
        )
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


@lru_cache(maxsize=1)
def place_zones() -> Sequence[str]:
    """Time zones by the name of a place, in order."""
    zones = zoneinfo.available_timezones()
    return ["UTC", *sorted(zone for zone in zones if zone.split("/")[0] in PLACE_REGIONS)]


def time_zone_field(*, required: bool = True, **options: Any) -> forms.CharField:
    """A time zone by its place."""
    return forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=required,
        validators=[check_time_zone],
        widget=SuggestInput(place_zones()),
        **options,
    )


class NewPasswordForm(forms.Form):
    """A password typed twice, judged by the same rules everywhere.

    ``person`` is whose it will be: it may not resemble their name or address.
    """

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters. A few words in a row are easy to keep."),
    )
    password_again = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    person: User | None = None

    def clean(self) -> dict[str, Any]:
        """Judge the password, then compare the two."""
        values = super().clean() or self.cleaned_data
        password = values.get("password")
        if not password:
            return values
        try:
            password_validation.validate_password(password, self._owner())
        except ValidationError as refused:
            self.add_error("password", refused)
        if values.get("password_again") and values["password_again"] != password:
            self.add_error(
                "password_again", _("The two are not the same. Type the password once more.")
            )
        return values

    def _owner(self) -> User | None:
        return self.person
