"""A purchase with its customer and its lines."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Shop
from purchases.finding import CustomerMatch, find_customers
from purchases.forms.fields import ProductField, VersionedForm, moment_field
from purchases.models import Customer, Lot, Product, Purchase, PurchaseLine
from purchases.services import CustomerDraft, LineDraft, PurchaseDraft

EMPTY_LINES = 3
MOST_LINES = 200
NEW_CUSTOMER = "new"


class PurchaseForm(VersionedForm):
    """The head of a purchase. The customer is typed, then picked where several fit."""

    customer_text = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Phone, name, e-mail or customer number."),
    )
    customer_pick = forms.ChoiceField(
        label=gettext_lazy("Who is meant?"),
        required=False,
        widget=forms.RadioSelect,
    )
    order_number = forms.CharField(label=gettext_lazy("Order number"), max_length=80)
    ordered_at = moment_field(label=gettext_lazy("Ordered"))
    delivered_at = moment_field(
        label=gettext_lazy("Delivered"),
        required=False,
        help_text=gettext_lazy("The last delivery. Contacts are counted from here."),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=Purchase.Status.choices)
    dispatched = forms.BooleanField(
        label=gettext_lazy("It had left the house"),
        required=False,
        help_text=gettext_lazy(
            "Only matters when it is cancelled: a purchase cancelled before dispatch is not counted."
        ),
    )

    def __init__(
        self, *args: Any, shop: Shop, customer: Customer | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.shop = shop
        self.customer = customer
        self.candidates: Sequence[CustomerMatch] = ()
        if customer is not None:
            # Shown as it stands; emptied and typed anew it is another customer.
            self.initial["customer_text"] = str(customer)
        self._offer()

    def _offer(self) -> None:
        """Offer the customers whom the posted text may mean."""
        text = self.data.get("customer_text", "").strip() if self.is_bound else ""
        same = self.customer is not None and text == str(self.customer)
        if text and not same:
            self.candidates = find_customers(text, shop=self.shop)
        picks: list[tuple[str, str]] = [
            (str(one.customer.pk), f"{one.customer} · {one.where.label} {one.what}")
            for one in self.candidates
        ]
        if text and not same:
            picks.append((NEW_CUSTOMER, _("A new customer: %(text)s") % {"text": text}))
        field = self.fields["customer_pick"]
        if isinstance(field, forms.ChoiceField):
            field.choices = picks

    def clean(self) -> dict[str, Any]:
        """Settle who the customer is."""
        told = super().clean() or self.cleaned_data
        text, pick = told.get("customer_text", ""), told.get("customer_pick", "")
        if pick and pick != NEW_CUSTOMER:
            self.customer = Customer.objects.get(pk=pick)
        elif pick == NEW_CUSTOMER:
            self.customer = None
        elif not text:
            if not self.customer or self.is_bound:
                self.add_error("customer_text", _("Say who bought: type a phone number or a name."))
        elif self.candidates:
            self._settle()
        elif self.customer is None or text != str(self.customer):
            self.customer = None
            self.add_error(
                "customer_pick",
                _("Nobody like that is known: choose “A new customer”, or type again."),
            )
        return told

    def _settle(self) -> None:
        """Take the only customer who fits, or ask which."""
        if len(self.candidates) == 1:
            self.customer = self.candidates[0].customer
        else:
            self.customer = None
            self.add_error("customer_pick", _("Several customers fit: choose one of them."))

    def new_customer(self) -> CustomerDraft:
        """The customer to be made when none was picked: a name, an address or a number."""
        text = self.cleaned_data["customer_text"]
        if "@" in text:
            return CustomerDraft(emails=(text,))
        if any(sign.isalpha() for sign in text):
            return CustomerDraft(name=text)
        return CustomerDraft(phones=(text,))

    def draft(self, customer: Customer, lines: Sequence[LineDraft]) -> PurchaseDraft:
        """What was typed, for the service."""
        told = self.cleaned_data
        return PurchaseDraft(
            order_number=told["order_number"],
            customer=customer,
            ordered_at=self._moment("ordered_at"),
            delivered_at=self._moment("delivered_at"),
            status=told["status"],
            dispatched=told["dispatched"],
            lines=tuple(lines),
        )

    def _moment(self, name: str) -> Any:
        """A moment as typed; one that was left alone keeps its microseconds."""
        return self.cleaned_data[name] if name in self.changed_data else self.initial.get(name)

    @staticmethod
    def typed_before(purchase: Purchase) -> dict[str, Any]:
        """What the form shows of a purchase that is there."""
        names = ("order_number", "ordered_at", "delivered_at", "status", "dispatched", "version")
        return {name: getattr(purchase, name) for name in names}


class LineForm(forms.Form):
    """One line of a purchase; an empty one is left out."""

    product = ProductField(required=False)
    lot = forms.CharField(
        label=gettext_lazy("Lot"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"),
        required=False,
        max_digits=12,
        decimal_places=3,
        min_value=0,
    )
    unit_price = forms.DecimalField(
        label=gettext_lazy("Unit price"),
        required=False,
        max_digits=12,
        decimal_places=2,
        min_value=0,
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"), min_length=3, max_length=3, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.fields:
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean_quantity(self) -> Any:
        """More than nothing."""
        quantity = self.cleaned_data["quantity"]
        if quantity is not None and quantity == 0:
            raise ValidationError(_("The quantity must be more than 0."))
        return quantity

    def clean(self) -> dict[str, Any]:
        """Find the lot among those of the product."""
        told = super().clean() or self.cleaned_data
        product, number = told.get("product"), told.get("lot")
        told["lot_row"] = None
        if isinstance(product, Product) and number:
            told["lot_row"] = Lot.objects.filter(product=product, number=number).first()
            if told["lot_row"] is None:
                text = _("%(product)s has no lot %(lot)s. Add it under Lots first.")
                self.add_error("lot", text % {"product": product.name, "lot": number})
        elif not product and "product" not in self.errors and self._says_something(told):
            self.add_error("product", _("Say which product this line is about."))
        return told

    def _says_something(self, told: dict[str, Any]) -> bool:
        """Whether anything but the currency was filled in."""
        return any(told.get(name) not in {None, ""} for name in ("lot", "quantity", "unit_price"))


class Lines(forms.BaseFormSet):
    """The lines of a purchase."""

    def drafts(self, currency: str) -> list[LineDraft]:
        """The lines that hold something and are not to be removed; prices are in `currency`
        where nothing else was typed."""
        told = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        return [
            LineDraft(
                product=line["product"],
                lot=line["lot_row"],
                quantity=line["quantity"],
                unit_price=line["unit_price"],
                currency=(line["currency"].upper() or currency) if has_price(line) else "",
            )
            for line in told
            if line.get("product")
        ]


def has_price(line: dict[str, Any]) -> bool:
    """Whether a line names a price."""
    return line["unit_price"] is not None


def line_formset(extra: int = EMPTY_LINES) -> type[Lines]:
    """The class of a set of lines with so many empty ones."""
    made = forms.formset_factory(
        LineForm,
        formset=Lines,
        extra=extra,
        can_delete=True,
        can_delete_extra=False,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES + 100,
    )
    return cast("type[Lines]", made)


def lines_before(purchase: Purchase) -> list[dict[str, Any]]:
    """What the forms show of the lines that are there."""
    return [line_before(line) for line in purchase.lines.all()]


def line_before(line: PurchaseLine) -> dict[str, Any]:
    """What the form shows of one line."""
    quantity = None if line.quantity is None else f"{line.quantity.normalize():f}"
    return {
        "product": line.product,
        "lot": line.lot.number if line.lot else "",
        "quantity": quantity,
        "unit_price": line.unit_price,
        "currency": line.currency,
    }
