"""Forms of one interaction: correcting it, attaching it."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.moments import check_year
from tickets.forms.tickets import LeafField
from tickets.models import Interaction, Reason
from tickets.services import Correction


class CorrectionForm(forms.Form):
    """The interaction as it should have been logged."""

    channel = forms.ChoiceField(choices=Interaction.Channel, label=gettext_lazy("Channel"))
    direction = forms.ChoiceField(choices=Interaction.Direction, label=gettext_lazy("Direction"))
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        validators=[check_year],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
    )
    reason = LeafField(queryset=Reason.objects.none(), required=False, label=gettext_lazy("Reason"))
    outcome = forms.ChoiceField(
        choices=[("", gettext_lazy("not known")), *Interaction.Outcome.choices],
        required=False,
        label=gettext_lazy("Outcome"),
    )
    summary = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        label=gettext_lazy("What was said"),
    )
    note = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("Why it is corrected")
    )

    def __init__(self, *args: Any, interaction: Interaction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interaction = interaction
        said = ("channel", "direction", "occurred_at", "outcome", "summary")
        self.initial.update({name: getattr(interaction, name) for name in said})
        self.initial["reason"] = interaction.reason_id
        field: Any = self.fields["reason"]
        leaves = Reason.objects.leaves()
        field.queryset = leaves.in_use() | leaves.filter(pk=interaction.reason_id or 0)

    def clean_occurred_at(self) -> datetime:
        """The moment as it was to the microsecond, unless another second was typed."""
        typed: datetime = self.cleaned_data["occurred_at"]
        if typed == self.interaction.occurred_at.replace(microsecond=0):
            return self.interaction.occurred_at
        if typed > timezone.now():
            raise ValidationError(_("This moment has not come yet."))
        return typed

    def correction(self) -> Correction:
        """What a valid form says."""
        names = ("channel", "direction", "occurred_at", "reason", "outcome", "summary")
        return Correction(**{name: self.cleaned_data[name] for name in names})


class AttachForm(forms.Form):
    """The purchase a contact was about, and why it moves."""

    purchase = forms.IntegerField(
        min_value=1, error_messages={"required": gettext_lazy("Find the purchase and choose it.")}
    )
    note = forms.CharField(required=False, max_length=1000, label=gettext_lazy("Note"))
