from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import NewPasswordForm, time_zone_field
from accounts.models import Access, Role, Team, User

ROLE_HELP: Mapping[Role, Any] = {
    Role.AGENT: _("Logs calls and mails, works on tickets"),
    Role.INSPECTOR: _("Checks lots as a second person"),
    Role.MANAGER: _("Sees the board, reviews flags"),
    Role.ADMIN: _("People and settings"),
}


class PersonForm(forms.ModelForm):
    """Who a person is, their team, and how far each role reaches for them."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("The address to sign in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = User
        fields = ["name", "email", "team", *(f"{role.value}_access" for role in Role)]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            **{f"{role.value}_access": forms.RadioSelect for role in Role},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.filter(Q(retired_at=None) | Q(pk=self.instance.team_id))
        teams.empty_label = _("No team")
        for role in Role:
            field: Any = self.fields[f"{role.value}_access"]
            field.choices = Access.choices
            field.help_text = ROLE_HELP[role]
            field.initial = Access.NONE

    def _post_clean(self) -> None:
        """Leave the row alone: services compare it with what was typed, and the database decides."""

    def access_fields(self) -> list[forms.BoundField]:
        """The four radio groups, for the template."""
        return [self[f"{role.value}_access"] for role in Role]

    def access(self) -> dict[Role, Access]:
        """What was chosen, by role."""
        return {role: Access(self.cleaned_data[f"{role.value}_access"]) for role in Role}


class InviteForm(PersonForm):
    """An invitation needs an address."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The address to sign in with. We only write to it if you say so below."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    send = forms.BooleanField(
        label=_("Also send the link by e-mail"),
        required=False,
        help_text=_("You see the link either way and can pass it on yourself."),
    )


class AcceptForm(NewPasswordForm):
    """The password an invited person chooses."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person


class ProfileForm(forms.ModelForm):
    """What a person may say about themselves."""

    time_zone = time_zone_field(
        required=False,
        help_text=_("Times are shown in this zone. Leave it empty for the shop's."),
    )

    class Meta:
        model = User
        fields = ["name", "time_zone", "theme", "shortcuts", "after_saving"]
        help_texts = {
            "shortcuts": _("c to log a call, / to find, ? for all of them. Never inside a field."),
            "after_saving": _("When you opened the ticket from a view of the queue."),
        }

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""
