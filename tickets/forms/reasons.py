from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models import Fault, Reason


class GroupForm(forms.ModelForm):
    """A column of the tree."""

    class Meta:
        model = Reason
        fields = ["name"]

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""


class LeafForm(forms.ModelForm):
    """A reason that can be chosen."""

    class Meta:
        model = Reason
        fields = ["name", "parent", "fault", "owner", "counts"]
        labels = {"parent": _("Group")}
        help_texts = {
            "name": _("As an agent would say it with the customer on the line, in few words."),
            "fault": _("What was wrong behind the contact."),
            "owner": _("Who works on making it rarer."),
            "counts": _(
                "Off for a wish, a compliment or a new order: such contacts are no trouble. "
                "Changing it counts every contact with this reason again."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = Reason.objects.groups()
        parent.required = True
        parent.empty_label = None
        fault: Any = self.fields["fault"]
        fault.required = True
        fault.choices = Fault.choices
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active()
        owner.empty_label = _("Nobody")

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""
