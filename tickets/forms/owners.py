"""Forms of who works on a ticket."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from tickets.models import Ticket
from tickets.services.owners import WORKERS


class HandOffForm(forms.Form):
    """Who works on a ticket from now on."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label=gettext_lazy("To whom"))
    note = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("What the next one must know")
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(version=ticket.version)
        people = User.objects.active().with_role(*WORKERS).order_by("name")
        field: Any = self.fields["owner"]
        field.queryset = people.exclude(pk=ticket.owner_id)
