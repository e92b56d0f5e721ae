"""What one writes on a ticket: a note for us, an answer to the customer."""

from django import forms
from django.utils.translation import gettext_lazy

from tickets.forms.holding import HoldingForm
from tickets.forms.versions import VersionedForm
from tickets.models import Interaction


class NoteForm(HoldingForm):
    """A note that only we see."""

    text = forms.CharField(
        max_length=4000,
        label=gettext_lazy("Internal note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )


class ReplyForm(HoldingForm, VersionedForm):
    """What we answered; ``waits`` is the second button."""

    channel = forms.ChoiceField(
        choices=Interaction.Channel,
        initial=Interaction.Channel.EMAIL,
        label=gettext_lazy("Answered by"),
    )
    text = forms.CharField(
        max_length=4000,
        label=gettext_lazy("What was answered"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what was answered.")},
    )
    waits = forms.BooleanField(required=False, widget=forms.HiddenInput)
