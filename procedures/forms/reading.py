"""Who is asked to read and confirm a version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Team


class AskForm(forms.Form):
    """A role or a team in one list, and until when."""

    who = forms.ChoiceField(label=_("Who reads it"))
    due_on = forms.DateField(
        required=False, label=_("Until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {f"team:{one.pk}": one for one in Team.objects.in_use().order_by("name")}
        field: Any = self.fields["who"]
        field.choices = [
            (_("Roles"), [(role.value, role.label) for role in Role]),
            (_("Teams"), [(key, team.name) for key, team in self.teams.items()]),
        ]

    def asked(self) -> dict[str, Any]:
        """What the service takes, of a valid form."""
        who = self.cleaned_data["who"]
        team = self.teams.get(who)
        return {
            "role": "" if team else who,
            "team": team,
            "due_on": self.cleaned_data["due_on"],
        }
