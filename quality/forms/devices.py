"""An entry as a device of the bench sends it."""

from django import forms
from django.utils.translation import gettext as _

from quality.models import DeviceEntry

MOST = 2_000_000_000


class DeviceEntryForm(forms.Form):
    """Whether it makes sense is judged by the services, with their words."""

    # What says which entry it is and whose: without it there is nothing to answer.
    HEAD = ("person", "device", "seq", "kind", "number")

    person = forms.IntegerField(min_value=1)
    device = forms.UUIDField()
    seq = forms.IntegerField(min_value=1, max_value=MOST)
    kind = forms.ChoiceField(choices=DeviceEntry.Kind)
    number = forms.IntegerField(min_value=1, max_value=MOST)
    typed = forms.CharField(required=False, max_length=300)
    unit = forms.CharField(required=False, max_length=12)
    note = forms.CharField(required=False, max_length=300)
    fault = forms.CharField(required=False, max_length=120)
    seen = forms.CharField(required=False, max_length=40)
    # The device could not send this one, whatever was in it; the next one needs its number taken.
    lost = forms.BooleanField(required=False)

    def readable(self) -> bool:
        """Whether the entry can be named; the rest of it may still be wrong."""
        return self.is_valid() or not any(name in self.errors for name in self.HEAD)

    def broken(self) -> str:
        """Why what the entry says cannot be done, in words; empty where it can be tried."""
        if self.cleaned_data.get("lost"):
            return _("An entry could not be sent: look at what is still open.")
        return next((str(told[0]) for told in self.errors.values()), "")
