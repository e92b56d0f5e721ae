"""The form of a try to reach somebody: what came of it, and when the next one is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.lib.moments import check_year
from tickets.forms.due import SOON, DueField, due_moment
from tickets.forms.once import FormKeyField
from tickets.models import CallAttempt, Interaction
from tickets.services import AttemptDraft

Outcome = Interaction.Outcome
AFTERWARDS = [
    (Outcome.NO_ACTION, gettext_lazy("The ticket goes on")),
    (Outcome.WAITING, gettext_lazy("The customer has to do something")),
    (Outcome.RESOLVED, gettext_lazy("All is settled: resolve the ticket")),
]


class AttemptForm(forms.Form):
    """A try by phone. *Reached* needs what was said; no answer and voicemail the next moment."""

    form_key = FormKeyField()
    outcome = forms.ChoiceField(
        choices=CallAttempt.Outcome,
        label=gettext_lazy("What came of it"),
        error_messages={"required": gettext_lazy("Say what came of it.")},
    )
    said = forms.CharField(required=False, max_length=4000, label=gettext_lazy("What was said"))
    contact_outcome = forms.ChoiceField(
        choices=AFTERWARDS,
        required=False,
        initial=Outcome.NO_ACTION,
        label=gettext_lazy("And then"),
    )
    note = forms.CharField(required=False, max_length=300, label=gettext_lazy("Note"))
    when = DueField(required=False, initial=SOON, label=pgettext_lazy("a call-back", "Try again"))
    next_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Another moment"),
        validators=[check_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean(self) -> dict[str, Any]:
        """The next moment, where there is one to name."""
        data = self.cleaned_data
        data["moment"] = None
        if data.get("outcome") in CallAttempt.TRY_AGAIN:
            data["moment"] = due_moment(self, when="when", at="next_at")
        return data

    def draft(self) -> AttemptDraft:
        """What a valid form says."""
        data = self.cleaned_data
        return AttemptDraft(
            outcome=data["outcome"],
            note=data["note"],
            next_at=data["moment"],
            said=data["said"],
            contact_outcome=data["contact_outcome"] or Outcome.NO_ACTION,
        )
