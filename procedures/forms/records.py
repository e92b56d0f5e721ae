"""What came of a step, and a second person's word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.forms.steps import LimitField
from procedures.models import Branch, Record, Step
from procedures.services import RecordDraft


class RecordForm(forms.Form):
    """One step: what its kind asks for, or a deviation with its reason."""

    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    answer = forms.CharField(
        required=False,
        max_length=2000,
        label=_("What the customer answers"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    value = LimitField(required=False, label=_("Measured"))
    branch = forms.ModelChoiceField(
        queryset=Branch.objects.none(), required=False, label=_("Answer"), empty_label=None
    )
    photo = forms.FileField(required=False, label=_("Photo"))
    deviation = forms.ChoiceField(
        required=False,
        choices=[
            ("", _("as it is written")),
            (Record.Way.SKIPPED.value, _("left out")),
            (Record.Way.REPLACED.value, _("done otherwise")),
        ],
        label=_("How it was done"),
    )
    why = forms.CharField(required=False, max_length=500, label=_("Why, in one sentence"))

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["branch"]
        field.queryset = Branch.objects.filter(step=step).order_by("position")

    def said(self) -> dict[str, Any]:
        """What recording takes, of a valid form."""
        key = self.cleaned_data["form_key"]
        return {"draft": self.draft(), "form_key": str(key) if key else None}

    def draft(self) -> RecordDraft:
        """What a valid form says."""
        data = self.cleaned_data
        photo = data["photo"]
        return RecordDraft(
            answer=data["answer"],
            value=data["value"],
            branch=data["branch"],
            photo=photo.file if photo else None,
            photo_name=photo.name if photo else "",
            deviation=data["deviation"],
            why=data["why"],
        )


class WordForm(forms.Form):
    """Whether a second person agrees with a deviation."""

    agreed = forms.TypedChoiceField(
        choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
        coerce=lambda word: word == "yes",
        label=_("Your word"),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(required=False, max_length=500, label=_("Why"))
