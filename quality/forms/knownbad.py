"""A known-bad unit as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from quality.forms.nonconformances import box
from quality.models import Plan


class KnownBadForm(forms.Form):
    """The number on it, who is said to have made it, and what is wrong with it."""

    number = forms.CharField(
        label=_("Lot or serial number"),
        max_length=80,
        widget=forms.TextInput(attrs=box(autocomplete="off")),
        help_text=_("As the others are numbered: nobody must be able to tell it from them."),
    )
    maker = forms.ModelChoiceField(
        label=_("Made by"),
        queryset=User.objects.none(),
        empty_label=_("Choose who made it"),
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("Whoever made it, or whoever makes the others; not who is to inspect it."),
    )
    wrong = forms.MultipleChoiceField(
        label=_("What is wrong with it"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=_("Each line of the plan that a good inspection finds out of limits."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=box(autocomplete="off")),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["maker"].queryset = User.objects.active().order_by("name", "pk")  # type: ignore[attr-defined]
        names = plan.characteristics.values_list("name", flat=True)
        self.fields["wrong"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
