"""The forms of canned texts and macros."""

from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, Team, User
from tickets.forms.tickets import LeafField
from tickets.models import CannedText, Macro, Reason, Ticket
from tickets.services.owners import WORKERS


class KeptForm(forms.ModelForm):
    """Something with a name that is one's own, or everybody's; that is said when it is made."""

    shared = forms.BooleanField(
        required=False,
        label=gettext_lazy("For everybody"),
        help_text=gettext_lazy("Everybody at the desk can use it; managers and admins change it."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version if self.instance.pk else 0
        if self.instance.pk or not person.may(Role.MANAGER, Role.ADMIN, write=True):
            del self.fields["shared"]

    def _post_clean(self) -> None:
        """Leave the row alone: the service compares it with what was typed."""

    def values(self) -> dict[str, object]:
        """The columns as typed."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class TextForm(KeptForm):
    """A text that is used again."""

    class Meta:
        model: type[Model] = CannedText
        fields = ["name", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}


class MacroEditForm(KeptForm):
    """What a macro does; what is left empty it leaves alone."""

    reason = LeafField(
        queryset=Reason.objects.none(),
        required=False,
        label=gettext_lazy("Reason"),
        empty_label=gettext_lazy("the ticket's own"),
    )
    priority = forms.TypedChoiceField(
        choices=[("", gettext_lazy("leave the priority")), *Ticket.Priority.choices],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("Priority"),
    )

    class Meta:
        model: type[Model] = Macro
        fields = [
            "name",
            "reply",
            "reply_channel",
            "note",
            "takes",
            "person",
            "team",
            "hand_off_note",
            "priority",
            "waits",
            "wait_days",
            "resolves",
            "reason",
            "resolution",
        ]
        widgets = {
            "reply": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "resolution": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "reply": gettext_lazy("No mail leaves: it is written down that you answered this."),
            "wait_days": gettext_lazy("Until nine in the morning, so many days later."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = cast("dict[str, Any]", self.fields)
        fields["reason"].queryset = Reason.objects.leaves().in_use()
        fields["person"].queryset = User.objects.active().with_role(*WORKERS).order_by("name")
        fields["team"].queryset = Team.objects.in_use()
        for name, words in (("takes", Macro.Takes), ("waits", Macro.Waits)):
            fields[name].choices = words.choices

    def clean(self) -> dict[str, Any]:
        """What is said in two fields fits together; the database refuses the rest."""
        told = self.cleaned_data
        self._clean_owner(told)
        self._clean_wait(told)
        if told.get("resolves") and not told.get("resolution"):
            self.add_error("resolution", _("Say what was done for the customer."))
        does = ("reply", "note", "takes", "priority", "waits", "resolves")
        if not any(told.get(name) for name in does):
            raise forms.ValidationError(_("It does nothing yet. Choose at least one thing."))
        return told

    def _clean_owner(self, told: dict[str, Any]) -> None:
        """A person or a team exactly where one is to be named."""
        named = bool(told.get("person") or told.get("team"))
        if told.get("takes") == Macro.Takes.PERSON and not named:
            self.add_error("person", _("Choose a person or a team."))
        if told.get("takes") != Macro.Takes.PERSON:
            told["person"] = told["team"] = None

    def _clean_wait(self, told: dict[str, Any]) -> None:
        """Days exactly where it waits some, and no waiting for what is resolved."""
        if told.get("waits") != Macro.Waits.DAYS:
            told["wait_days"] = None
        elif not 1 <= (told.get("wait_days") or 0) <= 365:  # noqa: PLR2004  a year
            self.add_error("wait_days", _("Say how many days, from 1 to 365."))
        if told.get("waits") and told.get("resolves"):
            self.add_error("waits", _("What is resolved does not wait. Choose one of the two."))
