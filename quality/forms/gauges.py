"""A gauge as it is typed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class GaugeForm(forms.Form):
    """Its name and the day of its next calibration."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("As it is written on it: scale B-02."),
    )
    due_on = forms.DateField(
        label=_("Calibrate by"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        help_text=_("Warned of two weeks before; after this day nothing may be measured with it."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
