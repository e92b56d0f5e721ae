"""Forms that bring contacts and tickets to where they belong: merging, splitting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tickets.models import Interaction, Ticket
from tickets.services.joining import SUBJECT_LENGTH


class MergeForm(forms.Form):
    """The ticket that takes over what stands on this one."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    into = forms.IntegerField(
        min_value=1,
        label=gettext_lazy("Into which ticket"),
        error_messages={"required": gettext_lazy("Find the other ticket and choose it.")},
    )
    note = forms.CharField(required=False, max_length=1000, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(version=ticket.version)


class SplitForm(forms.Form):
    """The ticket that a contact gets for itself."""

    subject = forms.CharField(
        max_length=200,
        label=gettext_lazy("What the new ticket is about"),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    take = forms.BooleanField(required=False, label=gettext_lazy("I take it"))
    note = forms.CharField(required=False, max_length=1000, label=gettext_lazy("Why it is split"))

    def __init__(self, *args: Any, interaction: Interaction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = interaction.summary.strip().splitlines()
        self.initial.update(subject=words[0][:SUBJECT_LENGTH] if words else "")


class MergeCustomerForm(forms.Form):
    """The customer who is the same person."""

    into = forms.IntegerField(
        min_value=1,
        label=gettext_lazy("Into which customer"),
        error_messages={"required": gettext_lazy("Find the other customer and choose them.")},
    )
