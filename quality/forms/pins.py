"""PINs as they are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.pins import people_with_pin


def pin_field(label: Any) -> forms.CharField:
    """Digits that are not shown and never offered by the browser."""
    widget = forms.PasswordInput(
        attrs={
            "class": "form-control td-bench-field",
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": "8",
        }
    )
    return forms.CharField(label=label, max_length=8, widget=widget)


class PinForm(forms.Form):
    """A new PIN, with the password to show whose it is."""

    pin = pin_field(_("New PIN, four to eight digits"))
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(
            attrs={"class": "form-control td-bench-field", "autocomplete": "current-password"}
        ),
    )


class ChangeForm(forms.Form):
    """Who takes over the tablet."""

    person = forms.ModelChoiceField(User.objects.none())
    pin = pin_field(_("PIN"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_with_pin()  # type: ignore[attr-defined]
