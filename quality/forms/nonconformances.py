"""What is typed about something that is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Access, User
from quality.models import CorrectiveAction, Disposition, Severity

MOST = 2_000_000_000


def box(**attributes: Any) -> dict[str, Any]:
    """Attributes of a field."""
    return {"class": "form-control", **attributes}


def count_field(label: Any) -> forms.IntegerField:
    """How many, from one."""
    widget = forms.NumberInput(attrs=box(inputmode="numeric"))
    return forms.IntegerField(label=label, min_value=1, max_value=MOST, widget=widget)


class FoundForm(forms.Form):
    """Something wrong with a lot."""

    fault = forms.CharField(
        label=_("Fault, in a word or two"),
        max_length=120,
        help_text=_("The same words each time: by them it is seen that it happened before."),
        widget=forms.TextInput(attrs=box(list="faults", autocomplete="off")),
    )
    what = forms.CharField(
        label=_("What is wrong"), max_length=300, widget=forms.Textarea(attrs=box(rows=2))
    )
    severity = forms.ChoiceField(
        label=_("Class"),
        choices=Severity.choices,
        initial=Severity.MAJOR,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    quantity = count_field(_("How many"))
    containment = forms.CharField(
        label=_("What was done at once"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=box(rows=2)),
        help_text=_("Set aside, marked, the others looked through."),
    )
    interaction = forms.ChoiceField(
        label=_("Heard from"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, contacts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if contacts:
            choices = [("", _("no contact")), *contacts]
            self.fields["interaction"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["interaction"]


class NoteForm(forms.Form):
    """Containment and cause."""

    containment = forms.CharField(
        label=_("What was done at once"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=box(rows=2)),
    )
    cause = forms.CharField(
        label=_("Cause"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=box(rows=2)),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DispositionForm(forms.Form):
    """What is done with so many of them."""

    kind = forms.ChoiceField(
        label=_("What is done"),
        choices=[("", _("Choose")), *Disposition.Kind.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    quantity = count_field(_("How many"))
    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.TextInput(attrs=box(autocomplete="off"))
    )


class ActionForm(forms.Form):
    """What is changed so that it does not happen again."""

    what = forms.CharField(
        label=_("What is changed"), max_length=300, widget=forms.TextInput(attrs=box())
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), widget=forms.Select(attrs={"class": "form-select"})
    )
    due_on = forms.DateField(
        label=_("Done by"), widget=forms.DateInput(attrs=box(type="date"), format="%Y-%m-%d")
    )
    measure = forms.ChoiceField(
        label=_("What must move"),
        choices=CorrectiveAction.Measure.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    check_on = forms.DateField(
        label=_("Look whether it helped on"),
        widget=forms.DateInput(attrs=box(type="date"), format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = User.objects.active().order_by("name")
        people = able.filter(manager_access=Access.FULL) | able.filter(inspector_access=Access.FULL)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    """Whether an action helped."""

    worked = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    finding = forms.CharField(label=_("What you saw"), max_length=300, required=False)
