"""A plan as it is typed: a note and a row for each characteristic."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.units import UNITS, UnreadableNumber, parse_decimal
from purchases.models import Product
from quality.models import AQLS, LEVELS, Characteristic, Gauge, Plan, Severity
from quality.rules.lines import faults_of_line
from quality.rules.words import plain
from quality.services import LineDraft, PlanDraft
from quality.services.plan_drafts import FACTS, lines_of

# Empty rows for new characteristics; saving gives more.
SPARE = 4
MOST = 60
# The columns of limits hold 15 digits, 6 of them decimals.
WHOLE, DECIMALS = 9, 6


class LimitField(forms.CharField):
    """A limit with comma or point; empty leaves the side open."""

    def to_python(self, value: Any) -> Any:
        """The exact number, None when empty. Raises ValidationError."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            number = parse_decimal(text)
        except UnreadableNumber as error:
            raise forms.ValidationError(str(error.reason)) from error
        if abs(number) >= 10**WHOLE or -int(number.normalize().as_tuple().exponent) > DECIMALS:
            raise forms.ValidationError(_("At most 9 digits before and 6 behind the point."))
        return number

    def prepare_value(self, value: Any) -> Any:
        """Without zeros at its end."""
        return value if value is None or isinstance(value, str) else plain(value)


def small(**attributes: str) -> dict[str, str]:
    """Attributes of a field in a row."""
    return {"class": "form-control", "autocomplete": "off", **attributes}


def few(label: Any, words: list[str]) -> forms.ChoiceField:
    """One of a few words, or none."""
    return forms.ChoiceField(
        label=label,
        choices=[("", "–"), *((word, word) for word in words)],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def small_number(label: Any, initial: int, *, most: int) -> forms.IntegerField:
    """A field for a number from 0; empty is the usual one."""
    return forms.IntegerField(
        label=label,
        initial=initial,
        min_value=0,
        max_value=most,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )


class LinesField(forms.CharField):
    """Several words or sentences, one a line, without empty ones."""

    widget = forms.Textarea(attrs={"class": "form-control", "rows": 2})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=2000, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The lines without what is empty or only space."""
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return "\n".join(line[:120] for line in lines if line)


class LineForm(forms.Form):
    """One characteristic; a row without a name is left out."""

    name = forms.CharField(
        label=_("What is checked"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=small()),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Characteristic.Kind.choices,
        initial=Characteristic.Kind.MEASURE,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[("", "–"), *((symbol, symbol) for symbol in UNITS)],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    lower = LimitField(
        label=_("Lower limit"),
        required=False,
        widget=forms.TextInput(attrs=small(inputmode="decimal")),
    )
    nominal = LimitField(
        label=_("Nominal"),
        required=False,
        widget=forms.TextInput(attrs=small(inputmode="decimal")),
    )
    upper = LimitField(
        label=_("Upper limit"),
        required=False,
        widget=forms.TextInput(attrs=small(inputmode="decimal")),
    )
    severity = forms.ChoiceField(
        label=_("Class"),
        choices=Severity.choices,
        initial=Severity.MAJOR,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    gauge = forms.ModelChoiceField(
        Gauge.objects.in_use(),
        label=_("Measured with"),
        required=False,
        empty_label="–",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    decimals = forms.IntegerField(
        label=_("Decimals"),
        required=False,
        min_value=0,
        max_value=6,
        widget=forms.NumberInput(attrs=small(inputmode="numeric")),
    )
    good = LinesField(label=_("Choices that conform, one a line"))
    bad = LinesField(label=_("Choices that do not"))
    faults = LinesField(label=_("What can be wrong, one a line"))
    lower_open = forms.BooleanField(
        label=_("more than the lower limit, not equal"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    upper_open = forms.BooleanField(
        label=_("less than the upper limit, not equal"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    photo_on_fail = forms.BooleanField(
        label=_("Photo when it fails"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    required = forms.BooleanField(
        label=_("Required"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    method = forms.CharField(
        label=_("How to check"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs=small()),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a row that cannot be checked; an empty one is no row."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors or not self.draft:
            return cleaned
        for field, fault in faults_of_line(self.draft).items():
            self.add_error(field, str(fault))
        return cleaned

    @property
    def draft(self) -> LineDraft | None:
        """The row as the service takes it; None for an empty row."""
        if not self.cleaned_data.get("name"):
            return None
        said = self.cleaned_data
        values = {field: said.get(field) for field in PLAIN}
        numeric = values["kind"] in {Characteristic.Kind.COUNT, Characteristic.Kind.MEASURE}
        gauge = said.get("gauge")
        return LineDraft(
            **values | {"unit": values["unit"] if numeric else ""},
            severity=said.get("severity") or Severity.MAJOR,
            lower_inclusive=not said.get("lower_open"),
            upper_inclusive=not said.get("upper_open"),
            gauge_id=gauge.pk if gauge else None,
        )

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that few rows need."""
        return [self[name] for name in MORE]

    @property
    def has_more(self) -> bool:
        """Whether one of them says something, so that they are shown at once."""
        return any(self[name].value() or self[name].errors for name in MORE)


PLAIN = (
    "name",
    "kind",
    "unit",
    "lower",
    "nominal",
    "upper",
    "required",
    "method",
    "decimals",
    "good",
    "bad",
    "faults",
    "photo_on_fail",
)
MORE = (
    "gauge",
    "decimals",
    "good",
    "bad",
    "faults",
    "lower_open",
    "upper_open",
    "photo_on_fail",
)


class LinesOfPlan(forms.BaseFormSet):
    """The rows together."""

    def clean(self) -> None:
        """Refuse a plan that says nothing or the same thing twice."""
        if any(self.errors):
            return
        names = [line.name.casefold() for line in self.drafts]
        if not names:
            raise forms.ValidationError(_("Add at least one characteristic to check."))
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("Two characteristics have the same name."))

    @property
    def drafts(self) -> tuple[LineDraft, ...]:
        """The rows that say something, by their place."""
        kept = [form for form in self.forms if not form.cleaned_data.get("DELETE")]
        kept.sort(key=lambda form: form.cleaned_data.get("ORDER") or MOST + 1)
        return tuple(form.draft for form in kept if form.draft)


LineFormSet = forms.formset_factory(
    LineForm,
    formset=LinesOfPlan,
    extra=SPARE,
    can_delete=True,
    can_order=True,
    max_num=MOST,
    absolute_max=MOST,
)


class PlanForm(forms.Form):
    """The plan around its rows."""

    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Product"),
        empty_label=_("Choose a product"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    category = forms.ChoiceField(
        label=_("or a whole category"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    sampling = forms.ChoiceField(
        label=_("How many"),
        choices=Plan.Sampling.choices,
        initial=Plan.Sampling.WHOLE,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    sampling_number = forms.IntegerField(
        label=_("n"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    level = few(_("Inspection level"), LEVELS)
    aql_critical = few(_("AQL, critical"), AQLS)
    aql_major = few(_("AQL, major"), AQLS)
    aql_minor = few(_("AQL, minor"), AQLS)
    seconds = forms.ChoiceField(
        label=_("Second person"),
        choices=Plan.Seconds.choices,
        initial=Plan.Seconds.PICKED,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    seconds_first = small_number(_("the first lots of a new product"), 50, most=30_000)
    seconds_changed = small_number(_("the lots after a new revision"), 20, most=30_000)
    seconds_percent = small_number(_("per cent of the others, at random"), 10, most=100)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plan is not None:
            del self.fields["product"], self.fields["category"]
            return
        named = [("", _("no category")), *((one, one) for one in Product.objects.categories())]
        self.fields["category"].choices = named  # type: ignore[attr-defined]
        # A product with a draft is changed there, not begun again.
        free = Product.objects.filter(retired_at__isnull=True).exclude(plans__state="draft")
        self.fields["product"].queryset = free.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A plan is of one thing."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = "product" in self.fields and not self.errors
        if new and bool(cleaned.get("product")) == bool(cleaned.get("category")):
            self.add_error("product", _("Choose a product, or a category instead."))
        return cleaned

    @property
    def samples(self) -> list[forms.BoundField]:
        """What a way of sampling needs besides its name."""
        names = ("sampling_number", "level", "aql_critical", "aql_major", "aql_minor")
        return [self[name] for name in names]

    @property
    def picks(self) -> list[forms.BoundField]:
        """The numbers that lots are picked by."""
        return [self[name] for name in ("seconds_first", "seconds_changed", "seconds_percent")]

    def draft(self, lines: tuple[LineDraft, ...]) -> PlanDraft:
        """The plan as the service takes it."""
        said = {name: self.cleaned_data[name] for name in FACTS}
        said["sampling"] = said["sampling"] or Plan.Sampling.WHOLE
        for name in ("seconds_first", "seconds_changed", "seconds_percent"):
            said[name] = self.fields[name].initial if said[name] is None else said[name]
        return PlanDraft(lines=lines, **said)


def rows_of(plan: Plan | None) -> list[dict[str, object]]:
    """The plan's lines as initial values of the rows."""
    return [row_of(line) for line in lines_of(plan)] if plan else []


def row_of(line: LineDraft) -> dict[str, object]:
    """A line as initial values of its row."""
    opened = {"lower_open": not line.lower_inclusive, "upper_open": not line.upper_inclusive}
    return dict(vars(line)) | opened | {"gauge": line.gauge_id}
