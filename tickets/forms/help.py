"""Forms of the owner button: ask, answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from helpdesk.lib.moments import check_year
from tickets.forms.due import TODAY, TOMORROW, DueField, due_choices, due_moment
from tickets.forms.once import FormKeyField


def first_evening() -> str:
    """Today at the end of the day, or tomorrow morning when that is over."""
    return TODAY if TODAY in dict(due_choices()) else TOMORROW


class HelpForm(forms.Form):
    """What somebody needs to know, from whom, by when."""

    form_key = FormKeyField()
    question = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        max_length=2000,
        label=gettext_lazy("What you need"),
        help_text=gettext_lazy("A decision, an exception, somebody who calls: one clear question."),
        error_messages={"required": gettext_lazy("Say what you need.")},
    )
    asked_of = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Whichever manager sees it first"),
        label=gettext_lazy("Whom you ask"),
    )
    when = DueField(required=False, initial=first_evening, label=gettext_lazy("Answered by when"))
    due_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Another moment"),
        validators=[check_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, asker: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["asked_of"]
        field.queryset = User.objects.able_to_answer(asker)

    def clean(self) -> dict[str, Any]:
        """Both together name one moment."""
        self.cleaned_data["moment"] = due_moment(self, when="when", at="due_at")
        return self.cleaned_data


class AnswerForm(forms.Form):
    """What a manager answers."""

    answer = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        label=gettext_lazy("Your answer"),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )
