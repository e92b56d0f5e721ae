"""Customers with their e-mail addresses and phone numbers."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Shop, User
from accounts.services import record_history
from helpdesk.lib.phones import Phone, parse_phone
from purchases.models import Customer, CustomerEmail, CustomerPhone
from purchases.rules import fold_email, fold_name, last_word_first
from purchases.services.versions import Changes, change_row, refused_as

FIELDS = ("name", "ref", "language", "street", "postcode", "city", "country", "note")


@dataclass(frozen=True)
class CustomerDraft:
    """A customer as typed; `emails` and `phones` are all they have, in order."""

    name: str = ""
    ref: str = ""
    language: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    note: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    def values(self) -> dict[str, object]:
        """The columns of the customer's own row; a customer number is unique, so empty is NULL."""
        told: dict[str, object] = {field: getattr(self, field) for field in FIELDS}
        return {**told, "ref": self.ref or None}


def read_phones(texts: tuple[str, ...], country: str) -> dict[str, tuple[Phone, str]]:
    """{stored number: (phone, as typed)}, each once, in order.

    Raises ValidationError on `phones` for a text that is no phone number.
    """
    found: dict[str, tuple[Phone, str]] = {}
    for text in texts:
        phone = parse_phone(text, country)
        if phone is None:
            message = _("“%(text)s” is not a phone number: it needs 3 to 20 digits.")
            raise ValidationError({"phones": message % {"text": text}})
        found.setdefault(phone.number, (phone, text.strip()[:40]))
    return found


def read_emails(texts: tuple[str, ...]) -> dict[str, str]:
    """{folded address: address}, each once, in order. Raises ValidationError on `emails`."""
    found: dict[str, str] = {}
    for text in texts:
        try:
            validate_email(text)
        except ValidationError:
            message = _("“%(text)s” is not an e-mail address: write it like els@example.com.")
            raise ValidationError({"emails": message % {"text": text}}) from None
        found.setdefault(fold_email(text), text)
    return found


@transaction.atomic
def save_customer(
    *,
    actor: User | None,
    shop: Shop,
    draft: CustomerDraft,
    customer: Customer | None = None,
    version: int | None = None,
) -> Customer:
    """Make a customer, or change one; e-mails and phones become exactly those of the draft.

    Raises ValidationError: an unreadable address or number, a customer number that is taken, a
    stale version, a customer that was merged into another.
    """
    emails, phones = read_emails(draft.emails), read_phones(draft.phones, shop.country)
    if not any([draft.name, draft.ref, emails, phones]):
        raise ValidationError(
            _("Give a name, a customer number, an e-mail address or a phone number.")
        )
    unseen = {
        "name_folded": fold_name(draft.name),
        "last_first_folded": last_word_first(draft.name),
        "compared_at": None,
    }
    taken = _("Another customer has this number.")
    if customer is None:
        with refused_as(taken, "ref"):
            customer = Customer.objects.create(**draft.values(), **unseen)
        record_history(subject=customer, verb="created", actor=actor)
        _write_emails(customer, emails)
        _write_phones(customer, phones)
        return customer
    if customer.merged_into_id:
        raise ValidationError(_("This customer was merged into another; change that one."))
    more = {**_write_emails(customer, emails), **_write_phones(customer, phones)}
    with refused_as(taken, "ref"):
        change_row(
            row=customer,
            version=version,
            values=draft.values(),
            unseen=unseen,
            more=more,
            actor=actor,
        )
    return customer


def _write_emails(customer: Customer, wanted: dict[str, str]) -> Changes:
    """Make the customer's addresses these; tells what changed."""
    old = {row.address_folded: row for row in customer.emails.order_by("pk")}
    before = [row.address for row in old.values()]
    customer.emails.exclude(address_folded__in=wanted).delete()
    for folded, address in wanted.items():
        row = old.get(folded)
        if row is None:
            CustomerEmail.objects.create(customer=customer, address=address, address_folded=folded)
        elif row.address != address:
            CustomerEmail.objects.filter(pk=row.pk).update(address=address)
    after = list(wanted.values())
    return (
        {} if sorted(before) == sorted(after) else {"emails": (", ".join(before), ", ".join(after))}
    )


def _write_phones(customer: Customer, wanted: dict[str, tuple[Phone, str]]) -> Changes:
    """Make the customer's numbers these; tells what changed."""
    before = list(customer.phones.order_by("pk").values_list("number", flat=True))
    customer.phones.exclude(number__in=wanted).delete()
    for number, (phone, typed) in wanted.items():
        if number not in before:
            CustomerPhone.objects.create(
                customer=customer,
                number=number,
                typed=typed,
                digits_reversed=phone.reversed_digits,
            )
    after = list(wanted)
    return (
        {} if sorted(before) == sorted(after) else {"phones": (", ".join(before), ", ".join(after))}
    )
