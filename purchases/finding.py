"""Finding a purchase by anything a person may say: number, phone, name, e-mail, postcode, goods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop
from helpdesk.lib.folding import fold
from helpdesk.lib.phones import ending_key, looks_like_phone, parse_phone
from helpdesk.lib.prepared import Prepared
from purchases.models import (
    Customer,
    CustomerEmail,
    CustomerPhone,
    Lot,
    Product,
    Purchase,
    PurchaseLine,
)
from purchases.prefixes import beginning, begins
from purchases.rules import fold_email, fold_order_number

LIMIT = 12
# Fewer characters say nothing.
SHORTEST = 2
SHORTEST_ENDING = 6
_LONGEST = 120
_MOST_CUSTOMERS = 20
_MOST_LOTS = 20
# Of goods that were sold very often, only the last sales are looked at.
_MOST_LINES = 200


class Where(models.TextChoices):
    """What of a purchase matched the text."""

    ORDER = "order", _("order number")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    NAME = "name", _("name")
    REF = "ref", _("customer number")
    POSTCODE = "postcode", _("postcode")
    LOT = "lot", _("lot")
    SKU = "sku", _("SKU")


@dataclass(frozen=True)
class Match:
    """A purchase with its customer, where the text was found in it, and what stands there."""

    purchase: Purchase
    where: Where
    what: str


@dataclass(frozen=True)
class CustomerMatch:
    """A customer who fits the text, with or without a purchase."""

    customer: Customer
    where: Where
    what: str


@dataclass(frozen=True)
class Found:
    """What was found: exact order numbers first, then the latest purchases first."""

    text: str
    matches: tuple[Match, ...] = ()
    customers: tuple[CustomerMatch, ...] = ()
    more: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing fits."""
        return not self.matches and not self.customers


@dataclass
class _Finds:
    """What the branches of a search have found so far."""

    orders: list[Purchase] = field(default_factory=list)
    customers: dict[int, CustomerMatch] = field(default_factory=dict)
    goods: dict[int, tuple[Where, str]] = field(default_factory=dict)

    def customer(self, customer: Customer, where: Where, what: str) -> None:
        """Note a customer; the first place where the text was found is told."""
        self.customers.setdefault(customer.pk, CustomerMatch(customer, where, what))


def find_purchases(text: str, *, shop: Shop, limit: int = LIMIT, customers: bool = True) -> Found:
    """Purchases that fit a text typed or heard, at most `limit`; every branch reads an index.

    An order number matches from its start, whatever its marks and case; a phone number in any
    notation, whole or by its last six digits or more; a name from its first or last word; an
    e-mail address from its start; postcode, customer number, lot and SKU whole. A text that is a
    whole order number is that, and nothing else is looked at. With `customers` False only what stands on the purchase itself is searched (for people who may not see
    customers). At most 13 queries.
    """
    text = _readable(text)
    if len(fold(text)) < SHORTEST:
        return Found(text)
    finds = _Finds()
    key = fold_order_number(text)
    finds.orders = _by_order(key, limit)
    if any(order.order_folded == key for order in finds.orders):
        return _found(text, finds, limit)
    if customers:
        _by_customer(text, shop, finds)
    if " " not in text and not finds.customers:
        _by_goods(text, finds)
    return _found(text, finds, limit)


def find_customers(text: str, *, shop: Shop) -> tuple[CustomerMatch, ...]:
    """Customers whom a text may mean; see `find_purchases`."""
    text = _readable(text)
    finds = _Finds()
    if len(fold(text)) >= SHORTEST:
        _by_customer(text, shop, finds)
    return tuple(finds.customers.values())


def purchases_like(text: str, *, shop: Shop) -> models.Q:
    """The condition for a list of purchases: order numbers that begin so, or customers who fit."""
    customers = [one.customer.pk for one in find_customers(text, shop=shop)]
    return begins("order_folded", fold_order_number(_readable(text))) | models.Q(
        customer__in=customers
    )


def _readable(text: str) -> str:
    """The text without superfluous space, at a bearable length."""
    return " ".join(text.replace("\0", " ").split())[:_LONGEST]


def _by_order(key: str, limit: int) -> list[Purchase]:
    """By order number: the very number, then those that begin so, the highest first."""
    longer = beginning(Purchase.objects.all(), "order_folded", key, descending=True)
    begun = list(longer[: limit + 1])
    if len(begun) <= limit:
        exact = [order for order in begun if order.order_folded == key]
    else:
        # So many begin so that the very number need not be among them.
        exact = list(Purchase.objects.filter(order_folded=key)[:limit])
    return exact + [order for order in begun if order.order_folded != key]


def _by_customer(text: str, shop: Shop, finds: _Finds) -> None:
    """Customers whom the text can mean."""
    if looks_like_phone(text):
        _by_phone(text, shop, finds)
    if finds.customers:
        # A phone number is nothing else besides.
        return
    if any(sign.isalpha() for sign in text) and "@" not in text:
        _by_name(text, finds)
    if " " not in text:
        _by_email(text, finds)
    whole = sorted({text, text.upper()})
    # The number of one who was merged leads to who took them over.
    for row in Customer.objects.filter(ref__in=whole).select_related("merged_into"):
        finds.customer(row.survivor(), Where.REF, row.ref or "")
    if any(sign.isdigit() for sign in text):
        for row in _living(Customer.objects.filter(postcode__in=_postcodes(text))):
            finds.customer(row, Where.POSTCODE, row.postcode)


def _postcodes(text: str) -> list[str]:
    """A postcode as people space it: "1012ab" and "1012 AB" are one, and so is "SW1A1AA"."""
    upper = text.upper()
    bare = upper.replace(" ", "")
    # Dutch ones have two letters at the end, British ones a digit and two letters.
    return sorted({text, upper, bare, f"{bare[:-2]} {bare[-2:]}", f"{bare[:-3]} {bare[-3:]}"})


def _numbers() -> models.QuerySet[CustomerPhone]:
    """The phone numbers of customers who were not merged into another."""
    return CustomerPhone.objects.filter(customer__merged_into=None).select_related("customer")


def _by_phone(text: str, shop: Shop, finds: _Finds) -> None:
    """By the whole number, else by its last digits."""
    phone = parse_phone(text, shop.country)
    if phone:
        for row in _whole_number(phone.number):
            finds.customer(row.customer, Where.PHONE, row.number)
    ending = ending_key(text)
    if not finds.customers and len(ending) >= SHORTEST_ENDING:
        for row in beginning(_numbers(), "digits_reversed", ending)[:_MOST_CUSTOMERS]:
            finds.customer(row.customer, Where.PHONE, row.number)


def _by_name(text: str, finds: _Finds) -> None:
    """By the first words of the name, or by its last word."""
    folded = fold(text)
    for column in ("name_folded", "last_first_folded"):
        for row in _living(beginning(Customer.objects.all(), column, folded)):
            finds.customer(row, Where.NAME, row.name)


def _by_email(text: str, finds: _Finds) -> None:
    """By the beginning of an address."""
    mails = CustomerEmail.objects.filter(customer__merged_into=None).select_related("customer")
    for row in beginning(mails, "address_folded", fold_email(text))[:_MOST_CUSTOMERS]:
        finds.customer(row.customer, Where.EMAIL, row.address)


def _by_goods(text: str, finds: _Finds) -> None:
    """The last purchases of a lot or a product."""
    whole = sorted({text, text.upper(), text.lower()})
    lots = {row.pk: row for row in Lot.objects.filter(number__in=whole)[:_MOST_LOTS]}
    if lots:
        lines = PurchaseLine.objects.filter(lot__in=lots).order_by("-pk")
        for purchase, lot in lines.values_list("purchase_id", "lot_id")[:_MOST_LINES]:
            finds.goods.setdefault(purchase, (Where.LOT, lots[lot or 0].number))
    products = {row.pk: row for row in Product.objects.filter(sku__in=whole)}
    if products:
        lines = PurchaseLine.objects.filter(product__in=products).order_by("-pk")
        for purchase, product in lines.values_list("purchase_id", "product_id")[:_MOST_LINES]:
            finds.goods.setdefault(purchase, (Where.SKU, products[product].sku))


def _living(rows: models.QuerySet[Customer]) -> Iterable[Customer]:
    """Some customers who were not merged into another."""
    return rows.filter(merged_into=None)[:_MOST_CUSTOMERS]


def _found(text: str, finds: _Finds, limit: int) -> Found:
    """The purchases of everything found, each once."""
    matches: dict[int, Match] = {}
    for purchase in finds.orders:
        matches[purchase.pk] = Match(purchase, Where.ORDER, purchase.order_number)
    latest = Purchase.objects.order_by("-ordered_at", "-pk")
    if finds.customers:
        for purchase in _latest_of(list(finds.customers), limit + 1):
            about = finds.customers[purchase.customer_id]
            purchase.customer = about.customer
            matches.setdefault(purchase.pk, Match(purchase, about.where, about.what))
    if finds.goods:
        for purchase in latest.filter(pk__in=list(finds.goods))[: limit + 1]:
            matches.setdefault(purchase.pk, Match(purchase, *finds.goods[purchase.pk]))
    key = fold_order_number(text)
    ordered = sorted(
        matches.values(),
        key=lambda match: (match.purchase.order_folded == key, match.purchase.ordered_at),
        reverse=True,
    )
    _with_customers([match.purchase for match in ordered[:limit]])
    return Found(
        text,
        matches=tuple(ordered[:limit]),
        customers=tuple(finds.customers.values())[:limit],
        more=len(ordered) > limit,
    )


def _latest_of(customers: list[int], most: int) -> list[Purchase]:
    """The latest purchases of these customers; of the usual one by a question at hand."""
    if len(customers) == 1 and most <= LIMIT + 1:
        return _latest_of_one(customers[0])[:most]
    latest = Purchase.objects.order_by("-ordered_at", "-pk")
    return list(latest.filter(customer__in=customers)[:most])


_whole_number = Prepared(lambda number: _numbers().filter(number=number)[:_MOST_CUSTOMERS])
_latest_of_one = Prepared(
    lambda customer: Purchase.objects.filter(customer=customer).order_by("-ordered_at", "-pk")[
        : LIMIT + 1
    ]
)


def _with_customers(purchases: Sequence[Purchase]) -> None:
    """Give the purchases their customers: one query, after the list has been cut."""
    lines = PurchaseLine.objects.select_related("product").order_by("pk")
    models.prefetch_related_objects(purchases, "customer", models.Prefetch("lines", lines))
