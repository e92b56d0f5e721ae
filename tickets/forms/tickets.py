"""The form that ends a ticket, and the field of a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tickets.forms.versions import VersionedForm
from tickets.models import Reason, Ticket


class LeafField(forms.ModelChoiceField):
    """A reason by its group and name."""

    def label_from_instance(self, obj: Any) -> str:
        """ "Goods: cracked or broken"."""
        return f"{obj.parent.name}: {obj.name}"


class ResolveForm(VersionedForm):
    """How a ticket ends."""

    reason = LeafField(
        queryset=Reason.objects.none(),
        label=gettext_lazy("What it was about"),
        error_messages={"required": gettext_lazy("Choose what the ticket was about.")},
    )
    resolution = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        label=gettext_lazy("What was done"),
        error_messages={"required": gettext_lazy("Say what was done for the customer.")},
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, ticket=ticket, **kwargs)
        self.initial.update(reason=ticket.reason_id)
        field: Any = self.fields["reason"]
        field.queryset = Reason.objects.leaves().in_use()
