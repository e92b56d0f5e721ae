"""Forms of promises: make one, end one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from helpdesk.lib.moments import check_year
from tickets.forms.due import TOMORROW, DueField, due_moment
from tickets.forms.once import FormKeyField
from tickets.models import Interaction, Promise, Ticket
from tickets.services import PromiseDraft


class ContactField(forms.ModelChoiceField):
    """A contact by its moment and what was said."""

    def label_from_instance(self, obj: Any) -> str:
        """The moment, the channel, the first words."""
        return f"{obj.occurred_at:%Y-%m-%d %H:%M} {obj.get_channel_display()}: {obj.summary[:60]}"


class PromiseForm(forms.Form):
    """What we say we will do, by when."""

    form_key = FormKeyField()
    what = forms.CharField(max_length=300, label=gettext_lazy("What we promise"))
    when = DueField(required=False, initial=TOMORROW, label=gettext_lazy("By when"))
    due_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Another moment"),
        validators=[check_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    owner = forms.ModelChoiceField(
        queryset=User.objects.workers().order_by("name"),
        required=False,
        empty_label=gettext_lazy("I do"),
        label=gettext_lazy("Who does it"),
    )

    def clean(self) -> dict[str, Any]:
        """Both together name one moment."""
        self.cleaned_data["moment"] = due_moment(self, when="when", at="due_at")
        return self.cleaned_data

    def draft(self) -> PromiseDraft:
        """What a valid form promises."""
        data = self.cleaned_data
        return PromiseDraft(data["what"], data["moment"], data["owner"])


class GivePromiseForm(forms.Form):
    """Who keeps an open promise from now on, and why it is not who has it."""

    # Whom the page showed as its owner, so that two people do not give it away unawares.
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=gettext_lazy("Who does it from now on"),
        empty_label=gettext_lazy("choose who"),
        error_messages={"required": gettext_lazy("Say who does it from now on.")},
    )
    note = forms.CharField(
        max_length=300,
        label=gettext_lazy("Why, and what they must know"),
        error_messages={
            "required": gettext_lazy("Say why it changes hands: the next one reads it first.")
        },
    )

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(was=promise.owner_id)
        people: Any = self.fields["owner"]
        people.queryset = User.objects.workers().exclude(pk=promise.owner_id).order_by("name")


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
