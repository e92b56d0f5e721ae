"""Forms of who works on a ticket, how urgent it is, and what it is called."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from tickets.forms.versions import VersionedForm
from tickets.models import Ticket
from tickets.services.owners import WORKERS


class HandOffForm(VersionedForm):
    """Who works on a ticket from now on."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        label=gettext_lazy("To whom"),
        empty_label=gettext_lazy("whoever of the team takes it"),
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        required=False,
        label=gettext_lazy("Team"),
        empty_label=gettext_lazy("as it is"),
    )
    note = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("What the next one must know")
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, ticket=ticket, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = User.objects.active().with_role(*WORKERS).order_by("name")
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.in_use()


class PriorityForm(VersionedForm):
    """How urgent it is."""

    priority = forms.TypedChoiceField(
        choices=Ticket.Priority, coerce=int, label=gettext_lazy("Priority")
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, ticket=ticket, **kwargs)
        self.initial.update(priority=ticket.priority)


class SubjectForm(VersionedForm):
    """What the problem is called."""

    subject = forms.CharField(
        max_length=200,
        label=gettext_lazy("Subject"),
        error_messages={"required": gettext_lazy("Say in a few words what the problem is.")},
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, ticket=ticket, **kwargs)
        self.initial.update(subject=ticket.subject)
