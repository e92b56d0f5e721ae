from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thresholds.models import Threshold
from thresholds.services.as_of import LEAST_WINDOW, MOST_WINDOW
from thresholds.services.pinning import HIGHEST_PIN

SETTINGS = ("alpha", "floor", "trim", "starting_number", "history_days")


class PinForm(forms.Form):
    """Another number than the learned one, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=HIGHEST_PIN)
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Everybody sees it beside the number, until it is released."),
    )


class SettingsForm(forms.ModelForm):
    """What the fit works with (METHOD 3)."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Threshold
        fields = SETTINGS
        labels = {
            "alpha": _("Chance of flagging an ordinary purchase"),
            "floor": _("Never lower than"),
            "trim": _("Share left out while learning"),
            "starting_number": _("Starting number"),
            "history_days": _("History, in days"),
        }
        help_texts = {
            "alpha": _("alpha, from 0.0001 to 0.1; 0.005 is 5 in 1,000."),
            "floor": _("A purchase with fewer contacts is never flagged, however good the shop."),
            "trim": _("From 0.001 to 0.2: the worst purchases do not enter their own threshold."),
            "starting_number": _("Holds until enough purchases have been seen to learn."),
            "history_days": _(
                "How far back purchases are learned from; twice as far where these are under 200."
            ),
        }

    def told(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: self.cleaned_data[name] for name in SETTINGS}

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""


class AsOfForm(forms.Form):
    """The day whose end history is judged at."""

    day = forms.DateField(
        label=_("As of the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )
    window_days = forms.IntegerField(
        label=_("Window, in days"),
        required=False,
        min_value=LEAST_WINDOW,
        max_value=MOST_WINDOW,
    )

    def __init__(self, *args: Any, window: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["window_days"].widget.attrs["placeholder"] = str(window)
        self.fields["window_days"].help_text = _(
            "Empty: the shop's own, %(days)d. It counts for this question only."
        ) % {"days": window}
