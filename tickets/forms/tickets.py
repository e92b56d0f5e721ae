"""Forms of the ticket page: resolve, hand off, promise, end a promise."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from helpdesk.lib.moments import check_year
from tickets.forms.due import DUE, TOMORROW, due_moment
from tickets.forms.once import FormKeyField
from tickets.models import Interaction, Reason, Ticket
from tickets.services import PromiseDraft
from tickets.services.tickets import WORKERS


class LeafField(forms.ModelChoiceField):
    """A reason by its group and name."""

    def label_from_instance(self, obj: Any) -> str:
        """ "Goods: cracked or broken"."""
        return f"{obj.parent.name}: {obj.name}"


class ContactField(forms.ModelChoiceField):
    """A contact by its moment and what was said."""

    def label_from_instance(self, obj: Any) -> str:
        """The moment, the channel, the first words."""
        return f"{obj.occurred_at:%Y-%m-%d %H:%M} {obj.get_channel_display()}: {obj.summary[:60]}"


class ResolveForm(forms.Form):
    """How a ticket ends."""

    version = forms.IntegerField(widget=forms.HiddenInput)
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
        super().__init__(*args, **kwargs)
        self.initial.update(version=ticket.version, reason=ticket.reason_id)
        field: Any = self.fields["reason"]
        field.queryset = Reason.objects.leaves().in_use()


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


class PromiseForm(forms.Form):
    """What we say we will do, by when."""

    form_key = FormKeyField()
    what = forms.CharField(max_length=300, label=gettext_lazy("What we promise"))
    when = forms.ChoiceField(
        choices=DUE, required=False, initial=TOMORROW, label=gettext_lazy("By when")
    )
    due_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Another moment"),
        validators=[check_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both together name one moment."""
        self.cleaned_data["moment"] = due_moment(self, when="when", at="due_at")
        return self.cleaned_data

    def draft(self) -> PromiseDraft:
        """What a valid form promises."""
        return PromiseDraft(self.cleaned_data["what"], self.cleaned_data["moment"])


class EndPromiseForm(forms.Form):
    """How a promise ends; kept or kept late is not chosen but follows from the proof."""

    ENDINGS = [
        ("kept", gettext_lazy("Kept: this contact proves it")),
        ("broken", gettext_lazy("Broken: its moment has passed")),
        ("released", gettext_lazy("Released: the customer lets us off")),
    ]
    ending = forms.ChoiceField(choices=ENDINGS, label=gettext_lazy("How it ended"))
    proof = ContactField(
        queryset=Interaction.objects.none(), required=False, label=gettext_lazy("Proven by")
    )
    note = forms.CharField(required=False, max_length=300, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["proof"]
        field.queryset = ticket.interactions.current().order_by("-occurred_at", "-pk")
        field.empty_label = _("choose the contact")
