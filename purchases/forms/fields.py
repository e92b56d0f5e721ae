"""Fields of more than one form: a product by its SKU, lines of text, moments."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.folding import fold
from helpdesk.lib.moments import check_year
from purchases.models import Product

# Suggestions in one list; a browser shows a handful at a time.
MOST_SUGGESTIONS = 300


class SkuInput(forms.TextInput):
    """A text field that suggests products by SKU and name; without JavaScript too."""

    list_id = "product-suggestions"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "list": self.list_id, **(attrs or {})})


def sku_suggestions() -> SafeString:
    """The list behind every `SkuInput` of a page; put it there once."""
    rows = Product.objects.offered().order_by("name_folded", "pk")[:MOST_SUGGESTIONS]
    options = format_html_join(
        "", '<option value="{}">{}</option>', ((row.sku, row.name) for row in rows)
    )
    return format_html('<datalist id="{}">{}</datalist>', SkuInput.list_id, options)


class ProductField(forms.CharField):
    """A product, typed as its SKU or its whole name; the value is the product or None."""

    widget = SkuInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Product"))
        super().__init__(max_length=200, **options)

    def prepare_value(self, value: Any) -> Any:
        """A product is shown as its SKU."""
        return value.sku if isinstance(value, Product) else value

    def clean(self, value: Any) -> Any:
        """The product meant. Raises ValidationError when there is none, or several."""
        text = super().clean(value)
        if not text:
            return None
        exact = Product.objects.filter(sku__in={text, text.upper()}).first()
        if exact is not None:
            return exact
        named = list(Product.objects.filter(name_folded=fold(text))[:2])
        if len(named) == 1:
            return named[0]
        told = {"text": text}
        if named:
            raise ValidationError(_("Several products are called “%(text)s”: type the SKU.") % told)
        raise ValidationError(
            _("No product has the SKU or name “%(text)s”. Choose one of the list.") % told
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare SKUs."""
        return super().has_changed(self.prepare_value(initial), data)


class LinesField(forms.CharField):
    """Several short texts, one on each line; the value is a tuple of them."""

    def __init__(self, **options: Any) -> None:
        rows = options.pop("rows", 2)
        super().__init__(
            required=False, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000, **options
        )

    def prepare_value(self, value: Any) -> Any:
        """One on each line."""
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value: Any) -> Any:
        """The lines that hold something."""
        lines = (line.strip() for line in str(super().clean(value)).splitlines())
        return tuple(line for line in lines if line)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text."""
        return super().has_changed(self.prepare_value(initial), data)


def moment_field(**options: Any) -> forms.DateTimeField:
    """A moment in the zone of whoever types it, to the second so that imported ones survive."""
    widget = forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
    )
    return forms.DateTimeField(widget=widget, validators=[check_year], **options)


class VersionedForm(forms.Form):
    """A form that says from which version of a row it was drawn."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def refuse(self, error: ValidationError) -> None:
        """Show what a service refused, beside the field it names where the form has it."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def choices_of(texts: Iterable[str], empty: str) -> list[tuple[str, str]]:
    """Choices of a select whose first says that nothing is chosen."""
    return [("", empty), *((text, text) for text in texts)]
