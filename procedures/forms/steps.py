"""One step of a draft as it is typed, and what a new version changes."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.units import UNITS, UnreadableNumber, parse_decimal
from procedures.models import Step
from procedures.rules.drafts import LONGEST_TEXT, LONGEST_TITLE, BranchDraft, StepDraft

ARROW = re.compile(r"\s*(?:→|->)\s*")
END = "end"


class LimitField(forms.CharField):
    """A limit with comma or point; empty leaves the side open."""

    def to_python(self, value: Any) -> Any:
        """The exact number, None when empty. Raises ValidationError."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_decimal(text)
        except UnreadableNumber as error:
            raise forms.ValidationError(str(error.reason)) from error


class StepForm(forms.Form):
    """A step; an answer of a decision stands on a line of its own with where it leads."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Step.Kind.choices, label=gettext_lazy("Kind"))
    title = forms.CharField(max_length=LONGEST_TITLE, label=gettext_lazy("Title"))
    text = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy(
            "Markdown: *words*, **strong words**, lists, links, and pictures of this procedure as "
            "![what it shows](picture:7)."
        ),
    )
    required = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Required: leaving it out is a deviation")
    )
    critical = forms.BooleanField(
        required=False,
        label=gettext_lazy("Critical: a deviation needs the word of a second person"),
    )
    unit = forms.ChoiceField(
        required=False,
        choices=[("", "–"), *((symbol, symbol) for symbol in UNITS)],
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Of a measure, with at least one limit."),
    )
    lower = LimitField(required=False, label=gettext_lazy("Lower limit"))
    upper = LimitField(required=False, label=gettext_lazy("Upper limit"))
    answers = forms.CharField(
        required=False,
        max_length=4000,
        label=gettext_lazy("Answers of a decision"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One a line. “Yes -> Title of a later step” leads there, “No -> end” ends it, an answer "
            "alone goes on with the next step."
        ),
    )

    @classmethod
    def values_of(cls, step: StepDraft) -> dict[str, object]:
        """What the form shows of a step that is there."""
        names = ("kind", "title", "text", "required", "critical", "unit", "lower", "upper")
        return {name: getattr(step, name) for name in names} | {
            "answers": "\n".join(told_answer(branch) for branch in step.branches)
        }

    def draft(self) -> StepDraft:
        """What a valid form says."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        lines = [line.strip() for line in data.pop("answers").splitlines() if line.strip()]
        return StepDraft(**data, branches=tuple(read_answer(line) for line in lines))


class ChangeForm(forms.Form):
    """What a new version changes and why, for those who read it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    change_note = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("What changes and why"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class VersionForm(forms.Form):
    """A deed on a draft or a procedure as it was drawn."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PictureForm(forms.Form):
    """A picture for the text of steps."""

    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/*", "class": "form-control"}),
    )


def told_answer(branch: BranchDraft) -> str:
    """An answer as a line."""
    if branch.ends:
        return f"{branch.label} -> {_('end')}"
    return f"{branch.label} -> {branch.to}" if branch.to else branch.label


def read_answer(line: str) -> BranchDraft:
    """A line as an answer."""
    label, *rest = ARROW.split(line, maxsplit=1)
    to = rest[0].strip() if rest else ""
    if to.casefold() in {END, _("end").casefold()}:
        return BranchDraft(label.strip(), ends=True)
    return BranchDraft(label.strip(), to)
