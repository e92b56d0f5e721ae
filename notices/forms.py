from collections.abc import Iterator
from typing import Any

from django import forms

from accounts.models import User
from notices.groups import EXPLAINED, Way, groups_for, way_of


class WaysForm(forms.Form):
    """One choice for each group of notices that concerns a person."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups_for(person)
        for group in self.groups:
            self.fields[group.value] = forms.ChoiceField(
                label=group.label,
                help_text=EXPLAINED[group],
                choices=Way.choices,
                initial=way_of(person, group).value,
                widget=forms.RadioSelect,
            )

    def rows(self) -> Iterator[forms.BoundField]:
        """The groups, for the template."""
        return (self[group.value] for group in self.groups)

    def ways(self) -> dict[str, str]:
        """What a valid form chose."""
        return {group.value: self.cleaned_data[group.value] for group in self.groups}
