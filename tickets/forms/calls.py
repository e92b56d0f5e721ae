"""The call form: one contact, and what we promise in it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from helpdesk.lib.folding import fold_key
from helpdesk.lib.moments import check_year
from purchases.models import Customer, Purchase
from tickets.forms.due import TOMORROW, DueField, due_moment
from tickets.forms.duration import DurationField, seconds_open
from tickets.forms.holding import HoldingForm
from tickets.forms.keys import KeysField
from tickets.models import Interaction, Reason, Ticket
from tickets.services import PromiseDraft

# A clock a little ahead of ours is no mistake.
TOLERANCE = timedelta(minutes=2)


class CallForm(HoldingForm):
    """The shape of a contact. Which purchase, customer and reason exist is the service's to say."""

    purchase = forms.IntegerField(required=False, min_value=1)
    customer = forms.IntegerField(required=False, min_value=1)
    ticket = forms.IntegerField(required=False, min_value=1)
    caller = forms.CharField(required=False, max_length=120, label=gettext_lazy("Who it was"))
    channel = forms.ChoiceField(
        choices=Interaction.Channel, initial="phone", label=gettext_lazy("Channel")
    )
    direction = forms.ChoiceField(
        choices=Interaction.Direction, initial="inbound", label=gettext_lazy("Direction")
    )
    # The last contact, when this one is only added to it; its reason stands then.
    add_to = forms.IntegerField(required=False, min_value=1)
    reason = forms.IntegerField(
        required=False,
        min_value=1,
        label=gettext_lazy("Reason"),
    )
    outcome = forms.ChoiceField(
        choices=Interaction.Outcome, initial="resolved", label=gettext_lazy("Outcome")
    )
    summary = forms.CharField(
        max_length=4000,
        label=gettext_lazy("What was said"),
        error_messages={"required": gettext_lazy("Write one line about what was said.")},
    )
    occurred_at = forms.DateTimeField(
        required=False, label=gettext_lazy("When"), validators=[check_year]
    )
    duration = DurationField(required=False, max_length=12, label=gettext_lazy("Duration"))
    # When the form was drawn, for the server to time it; a page with a clock says which it is.
    timing = forms.CharField(required=False, max_length=12)
    keeps = KeysField(required=False)
    # The second button: whatever outcome is chosen, a call-back is promised.
    promise = forms.BooleanField(required=False)
    promise_what = forms.CharField(
        required=False, max_length=300, label=gettext_lazy("What we promise")
    )
    promise_when = DueField(required=False, initial=TOMORROW, label=gettext_lazy("By when"))
    promise_at = forms.DateTimeField(
        required=False, label=gettext_lazy("At"), validators=[check_year]
    )
    promise_owner = forms.ModelChoiceField(
        queryset=User.objects.workers().order_by("name"),
        required=False,
        empty_label=gettext_lazy("I do"),
        label=gettext_lazy("Who does it"),
        widget=forms.Select(attrs={"class": "form-select", "id": "promise-owner"}),
    )

    def clean_occurred_at(self) -> datetime:
        """Now, unless another moment that has passed was typed."""
        now = timezone.now()
        moment: datetime = self.cleaned_data["occurred_at"] or now
        if moment > now + TOLERANCE:
            raise ValidationError(
                _("This moment has not come yet. Leave it empty for now, or type when it was.")
            )
        return min(moment, now)

    def clean_caller(self) -> str:
        """A number or a name of at least something."""
        caller: str = self.cleaned_data["caller"]
        return caller if fold_key(caller) else ""

    def clean(self) -> dict[str, Any]:
        """A contact has a reason; the second button decides the outcome; a promise gets its moment."""
        data = self.cleaned_data
        if not data.get("reason") and not data.get("add_to") and "reason" not in self.errors:
            self.add_error("reason", _("Choose why they had to contact us."))
        if data.get("promise"):
            data["outcome"] = Interaction.Outcome.PROMISED
        data["draft"] = None
        if data.get("outcome") == Interaction.Outcome.PROMISED:
            data["draft"] = self._draft()
        return data

    def _draft(self) -> PromiseDraft | None:
        """What is promised by when; None when the moment or the person cannot be."""
        due_at = due_moment(self, when="promise_when", at="promise_at")
        what = self.cleaned_data.get("promise_what") or _("Call back")
        if due_at is None or "promise_owner" in self.errors:
            return None
        return PromiseDraft(what=what, due_at=due_at, owner=self.cleaned_data["promise_owner"])

    def contact(self) -> dict[str, Any]:
        """What ``log_interaction`` takes, of a valid form. Rows are named by their keys only."""
        data = self.cleaned_data
        return {
            **self._said(),
            "purchase": Purchase(pk=data["purchase"]) if data["purchase"] else None,
            "customer": Customer(pk=data["customer"]) if data["customer"] else None,
            "ticket": Ticket(pk=data["ticket"]) if data["ticket"] else None,
            "caller": data["caller"],
            "reason": Reason(pk=data["reason"]),
            "occurred_at": data["occurred_at"],
        }

    def addition(self) -> dict[str, Any]:
        """What ``add_to_interaction`` takes, of a valid form that names the last contact."""
        return {**self._said(), "interaction": Interaction(pk=self.cleaned_data["add_to"])}

    def _said(self) -> dict[str, Any]:
        """What both say."""
        data = self.cleaned_data
        return {
            "channel": data["channel"],
            "direction": data["direction"],
            "outcome": data["outcome"],
            "summary": data["summary"],
            "duration_seconds": self._seconds(),
            "keeps": data["keeps"],
            "held": data["held"],
            "promise": data["draft"],
            "form_key": data["form_key"],
        }

    def _seconds(self) -> int | None:
        """As the clock or the person says, else since the form was drawn; nobody has to say it."""
        said: int | None = self.cleaned_data["duration"]
        if said is not None:
            return said
        return seconds_open(self.cleaned_data["timing"], now=timezone.now())
