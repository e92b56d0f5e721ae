"""Forms of goodwill: give it, refuse it, say who may give how much."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.forms.once import FormKeyField
from tickets.models import Goodwill, GoodwillLimits
from tickets.services import GoodwillDraft


class GoodwillForm(forms.Form):
    """What is given, what it costs us, and why."""

    form_key = FormKeyField()
    kind = forms.ChoiceField(
        choices=Goodwill.Kind,
        widget=forms.RadioSelect,
        initial="refund",
        label=gettext_lazy("What we give"),
    )
    cost = forms.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        error_messages={"required": gettext_lazy("Say what it costs us: more than nothing.")},
    )
    why = forms.CharField(
        max_length=300,
        label=gettext_lazy("Why"),
        error_messages={"required": gettext_lazy("Say why it is given.")},
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _("What it costs us, in %(currency)s") % {"currency": currency}
        self.fields["cost"].label = told

    def draft(self) -> GoodwillDraft:
        """What a valid form gives."""
        data = self.cleaned_data
        return GoodwillDraft(data["kind"], data["cost"], data["why"])


class RefuseForm(forms.Form):
    """Why not."""

    refusal = forms.CharField(
        max_length=300,
        label=gettext_lazy("Why not"),
        error_messages={"required": gettext_lazy("Say why not.")},
    )


class UndoForm(forms.Form):
    """Why it is not given after all."""

    why = forms.CharField(
        max_length=300,
        label=gettext_lazy("Why it is undone"),
        error_messages={"required": gettext_lazy("Say why it is undone: the history tells it.")},
    )


class LimitsForm(forms.ModelForm):
    """What each role may grant alone."""

    class Meta:
        model = GoodwillLimits
        fields = ("agent", "manager")

    def told(self) -> dict[str, Any]:
        """The values, by the names of the columns."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
