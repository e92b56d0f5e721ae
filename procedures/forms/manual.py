"""What a procedure is called, where it applies, who looks after it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from procedures.models import Procedure
from procedures.services import ProcedureDraft
from purchases.models import Product
from tickets.models import Reason


class ProcedureForm(forms.Form):
    """A procedure without its steps; what is left empty about where it applies is open."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=120,
        label=_("Title"),
        error_messages={"required": _("Give it a title.")},
        help_text=_("What one looks for: “Damaged on arrival”."),
    )
    purpose = forms.CharField(
        required=False,
        max_length=500,
        label=_("Purpose"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it is good for, in a sentence: who knows why deviates with sense."),
    )
    reasons = forms.ModelMultipleChoiceField(
        queryset=Reason.objects.none(),
        required=False,
        label=_("Reasons"),
        help_text=_(
            "It is offered on contacts with one of these; a group stands for all below it."
        ),
    )
    products = forms.ModelMultipleChoiceField(
        queryset=Product.objects.none(), required=False, label=_("Products")
    )
    categories = forms.MultipleChoiceField(required=False, label=_("Categories of products"))
    roles = forms.MultipleChoiceField(
        required=False,
        choices=Role.choices,
        label=_("For whom"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody chosen: for everybody."),
    )
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Owner"),
        empty_label=None,
        help_text=_("Keeps it true, and is told when it is to be looked at again."),
    )
    review_on = forms.DateField(
        required=False,
        label=_("Look at it again on"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self, *args: Any, procedure: Procedure | None, person: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reasons"].queryset = (
            Reason.objects.in_use()
            .select_related("parent")
            .order_by("parent__position", "parent__name", "position", "name")
        )
        fields["reasons"].label_from_instance = reason_label
        fields["products"].queryset = Product.objects.order_by("name")
        names = Product.objects.exclude(category="").values_list("category", flat=True)
        fields["categories"].choices = [(name, name) for name in sorted(set(names.distinct()))]
        fields["owner"].queryset = User.objects.active().order_by("name")
        if procedure is None:
            self.initial["owner"] = person.pk
            return
        self.initial.update(
            version=procedure.version,
            title=procedure.title,
            purpose=procedure.purpose,
            reasons=[one.pk for one in procedure.reasons.all()],
            products=[one.pk for one in procedure.products.all()],
            categories=procedure.categories,
            roles=procedure.roles,
            owner=procedure.owner_id,
            review_on=procedure.review_on,
        )

    def draft(self) -> ProcedureDraft:
        """What a valid form says."""
        data = self.cleaned_data
        return ProcedureDraft(
            title=data["title"],
            owner=data["owner"],
            purpose=data["purpose"],
            review_on=data["review_on"],
            reasons=tuple(data["reasons"]),
            products=tuple(data["products"]),
            categories=tuple(data["categories"]),
            roles=tuple(data["roles"]),
        )


def reason_label(reason: Reason) -> str:
    """A leaf with its group before it."""
    return f"{reason.parent.name}: {reason.name}" if reason.parent else reason.name
