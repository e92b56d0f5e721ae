from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from thresholds.models import Flag
from tickets.models import Fault

CAUSES = [(fault.value, fault.label) for fault in Fault if fault != Fault.UNCLASSIFIED]


class FlagForm(forms.Form):
    """Who looks after a flag, what was wrong and what is done about it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        empty_label=_("choose who looks after it"),
    )
    cause_fault = forms.ChoiceField(
        label=_("What was wrong"),
        choices=[("", _("not known yet")), *CAUSES],
        required=False,
    )
    cause_text = forms.CharField(
        label=_("Cause"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What led to it: for whoever meets it again."),
    )
    action_text = forms.CharField(
        label=_("Action"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is done so that it does not happen again, and by whom."),
    )
    action_due = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: QueryDict | None, *, flag: Flag, proposed: User) -> None:
        names = ("version", "cause_fault", "cause_text", "action_text", "action_due")
        told = {name: getattr(flag, name) for name in names}
        super().__init__(data, initial=told | {"owner": flag.owner or proposed})
        people: Any = self.fields["owner"]
        able = User.objects.active().with_role(Role.MANAGER)
        people.queryset = (able | User.objects.filter(pk=flag.owner_id)).order_by("name")

    def told(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NoteForm(forms.Form):
    """The reason a flag needs no action; ``version`` is the flag's the page was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why it needs no action"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class VersionForm(forms.Form):
    """Only the version a page was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
