"""What an inspector types; whether it conforms is judged by the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from purchases.models import Lot
from quality.services.lots import DECISIONS


class ScanForm(forms.Form):
    """One box for a scanner or a keyboard."""

    code = forms.CharField(
        label=_("Lot, serial or order number"),
        max_length=120,
        error_messages={"required": _("Scan a lot, or type its number.")},
    )


class OpenForm(forms.Form):
    """The lot and the kind of inspection chosen after a scan."""

    lot = forms.ModelChoiceField(Lot.objects.select_related("product"))
    stage = forms.CharField(max_length=13, required=False)
    covers = forms.IntegerField(min_value=1, max_value=2_000_000_000, required=False)


class EntryForm(forms.Form):
    """What was found for one characteristic; empty is refused by the service, with its words."""

    typed = forms.CharField(required=False, strip=True)
    unit = forms.CharField(required=False, max_length=12)


class WhyForm(forms.Form):
    """What is wrong, in words."""

    note = forms.CharField(required=False, max_length=300)
    fault = forms.CharField(required=False, max_length=120)


class SignForm(forms.Form):
    """The note and the version of the summary that was read."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control td-bench-field"}),
    )
    pin = forms.CharField(
        label=_("Your PIN"),
        required=False,
        max_length=8,
        widget=forms.PasswordInput(
            attrs={
                "class": "form-control td-bench-field",
                "inputmode": "numeric",
                "autocomplete": "off",
            }
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MakerForm(forms.Form):
    """Who made the lot: anybody but those who inspect it."""

    maker = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Made by"),
        empty_label=_("Choose who made it"),
        widget=forms.Select(attrs={"class": "form-select td-bench-field"}),
    )

    def __init__(self, *args: object, lot: Lot, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = User.objects.exclude(inspections__lot=lot).order_by("name", "pk")
        self.fields["maker"].queryset = people  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """A manager's word on a lot."""

    decision = forms.ChoiceField(choices=[(name, name) for name in DECISIONS])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why: it is shown wherever this lot appears.")},
    )
    quantity = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=2_000_000_000, required=False
    )
    serials = forms.CharField(label=_("Serial numbers"), max_length=2000, required=False)
