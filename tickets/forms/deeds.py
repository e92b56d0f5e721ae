"""The forms of what is done to marked tickets: each gives a deed for a ticket."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Shop, Team, User
from helpdesk.lib.moments import check_year
from tickets.forms.once import FormKeyField
from tickets.forms.tickets import LeafField
from tickets.models import Macro, Reason, Ticket
from tickets.services.deeds import Deed
from tickets.services.owners import WORKERS
from tickets.services.texts import deed_of_macro


class DeedForm(forms.Form):
    """What to do to every marked ticket."""

    form_key = FormKeyField()

    def __init__(self, *args: Any, person: User, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.shop = person, shop

    def deed_for(self, ticket: Ticket) -> Deed:
        """What a valid form does to this ticket. Raises ValidationError where it cannot."""
        raise NotImplementedError


class ClaimForm(DeedForm):
    """Take them oneself."""

    note = forms.CharField(
        max_length=1000,
        label=gettext_lazy("Why, for those that somebody owns"),
        initial=gettext_lazy("Takes it over."),
    )

    def deed_for(self, ticket: Ticket) -> Deed:
        """Own it."""
        return Deed(owner=self.person, hand_off_note=self.cleaned_data["note"])


class AssignForm(DeedForm):
    """Give them to a person, a team, or a person in a team."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label=gettext_lazy("To whom")
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label=gettext_lazy("To which team")
    )
    note = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("What the next one must know")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active().with_role(*WORKERS).order_by("name")
        team: Any = self.fields["team"]
        team.queryset = Team.objects.in_use()

    def clean(self) -> dict[str, Any]:
        """Somebody is named."""
        if not self.cleaned_data.get("owner") and not self.cleaned_data.get("team"):
            raise forms.ValidationError(_("Choose a person or a team."))
        return self.cleaned_data

    def deed_for(self, ticket: Ticket) -> Deed:
        """Give it away."""
        told = self.cleaned_data
        return Deed(owner=told["owner"], team=told["team"], hand_off_note=told["note"])


class PriorityForm(DeedForm):
    """How urgent they are."""

    priority = forms.TypedChoiceField(
        choices=Ticket.Priority.choices,
        coerce=int,
        initial=Ticket.Priority.HIGH,
        label=gettext_lazy("Priority"),
    )

    def deed_for(self, ticket: Ticket) -> Deed:
        """Make it so urgent."""
        return Deed(priority=self.cleaned_data["priority"])


class WaitForm(DeedForm):
    """Let them wait: on the customer, or until a moment."""

    until = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Until when"),
        help_text=gettext_lazy("Leave it empty to wait until the customer answers."),
        validators=[check_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    note = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("What they wait for")
    )

    def clean_until(self) -> Any:
        """A moment to come."""
        until = self.cleaned_data["until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one."))
        return until

    def deed_for(self, ticket: Ticket) -> Deed:
        """Let it wait."""
        until = self.cleaned_data["until"]
        return Deed(until=until, waits=until is None, wait_note=self.cleaned_data["note"])


class ResolveManyForm(DeedForm):
    """How they end."""

    reason = LeafField(
        queryset=Reason.objects.none(),
        required=False,
        label=gettext_lazy("What they were about"),
        empty_label=gettext_lazy("each its own reason"),
    )
    resolution = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        label=gettext_lazy("What was done"),
        error_messages={"required": gettext_lazy("Say what was done for the customer.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.queryset = Reason.objects.leaves().in_use()

    def deed_for(self, ticket: Ticket) -> Deed:
        """Resolve it; without a reason chosen, with its own."""
        told = self.cleaned_data
        return Deed(resolves=True, reason=told["reason"], resolution=told["resolution"])


class MacroForm(DeedForm):
    """Several things at once."""

    macro = forms.ModelChoiceField(queryset=Macro.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["macro"]
        field.queryset = Macro.objects.visible_to(self.person).select_related(
            "person", "team", "reason"
        )

    def deed_for(self, ticket: Ticket) -> Deed:
        """What the macro does to it."""
        macro = self.cleaned_data["macro"]
        return deed_of_macro(macro, ticket=ticket, person=self.person, shop=self.shop)
