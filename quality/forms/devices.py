"""An entry as a device of the bench sends it."""

from django import forms

from quality.models import DeviceEntry

MOST = 2_000_000_000


class DeviceEntryForm(forms.Form):
    """Whether it makes sense is judged by the services, with their words."""

    device = forms.UUIDField()
    seq = forms.IntegerField(min_value=1, max_value=MOST)
    kind = forms.ChoiceField(choices=DeviceEntry.Kind)
    number = forms.IntegerField(min_value=1, max_value=MOST)
    typed = forms.CharField(required=False, max_length=300)
    unit = forms.CharField(required=False, max_length=12)
    note = forms.CharField(required=False, max_length=300)
    fault = forms.CharField(required=False, max_length=120)
    seen = forms.CharField(required=False, max_length=40)
