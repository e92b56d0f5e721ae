"""The columns of purchases.csv and how their cells are read."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop
from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.refusals import BadValue
from helpdesk.lib.csvfiles.values import (
    decimal_parser,
    moment_parser,
    parse_email,
    text_parser,
)
from helpdesk.lib.phones import Phone, parse_phone
from purchases.rules import STATUS_WORDS, read_status

CENT = Decimal("0.01")
SMALLEST_QUANTITY = Decimal("0.001")
CURRENCY_LENGTH = 3
E164 = re.compile(r"\+[1-9][0-9]{9,13}")

read_price = decimal_parser(digits=16, places=6, least=Decimal(0))
MOST_PRICE = Decimal(10) ** 10


def columns(shop: Shop) -> list[Column]:
    """The columns of FORMATS, with the names that other shops' systems give them."""
    line = line_parser
    return [
        Column(
            "order_number",
            required=True,
            parse=line(80),
            synonyms=("order", "order_id", "order_no", "purchase"),
            label=_("order number"),
        ),
        Column(
            "ordered_at",
            required=True,
            parse=moment_parser(shop.zone),
            synonyms=("order_date", "ordered", "purchased_at"),
            label=_("ordered"),
        ),
        Column(
            "delivered_at",
            parse=moment_parser(shop.zone),
            synonyms=("delivery_date", "delivered"),
            label=_("delivered"),
        ),
        Column("status", parse=parse_status, synonyms=("order_status", "state"), label=_("status")),
        Column(
            "customer_ref",
            parse=line(80),
            synonyms=("customer_id", "customer_number"),
            label=_("customer number"),
        ),
        Column("customer_name", parse=line(200), synonyms=("customer",), label=_("customer")),
        Column(
            "customer_email",
            parse=parse_email,
            synonyms=("email", "e-mail"),
            label=_("customer's e-mail"),
        ),
        Column(
            "customer_phone",
            parse=phone_parser(shop.country),
            synonyms=("phone", "telephone"),
            label=_("customer's phone"),
        ),
        Column("sku", parse=line(80), synonyms=("product_id", "article"), label=_("SKU")),
        Column("product_name", parse=line(200), synonyms=("product",), label=_("product")),
        Column("category", parse=line(100), synonyms=("product_category",), label=_("category")),
        Column(
            "quantity",
            parse=decimal_parser(digits=12, places=3, least=SMALLEST_QUANTITY),
            synonyms=("qty", "amount"),
            label=_("quantity"),
        ),
        Column("unit_price", parse=parse_price, synonyms=("price",), label=_("unit price")),
        Column("currency", parse=parse_currency, label=_("currency")),
        Column(
            "lot_number",
            parse=line(80),
            synonyms=("lot", "batch", "batch_number", "serial_number"),
            label=_("lot number"),
        ),
    ]


def line_parser(longest: int) -> Callable[[str], str]:
    """A text on one line."""
    parse = text_parser(longest)

    def parse_line(text: str) -> str:
        found = parse(text)
        # A number with a line end in it is a cell that swallowed the next row.
        if "\n" in found:
            raise BadValue(_("This must stand on one line."))
        return found

    return parse_line


@lru_cache(maxsize=512)
def parse_status(text: str) -> str:
    """Our word for the state of an order."""
    found = read_status(text)
    if found is None:
        known = ", ".join(dict.fromkeys(STATUS_WORDS.values()))
        raise BadValue(
            format_lazy(_("Nobody knows this status. Write one of: {known}."), known=known)
        )
    return found


def phone_parser(country: str) -> Callable[[str], Phone]:
    """A phone number as dialled from `country`."""

    @lru_cache(maxsize=4096)
    def parse(text: str) -> Phone:
        # Looking a number up in the numbering plans costs as much as the rest of a row.
        found = Phone(text) if E164.fullmatch(text) else parse_phone(text, country)
        if found is None:
            raise BadValue(_("This is not a phone number: it needs 3 to 20 digits."))
        return found

    return parse


def parse_price(text: str) -> Decimal:
    """A price, rounded to cents."""
    found = read_price(text).quantize(CENT, ROUND_HALF_UP)
    if found >= MOST_PRICE:
        raise BadValue(_("The number is too large."))
    return found


def parse_currency(text: str) -> str:
    """A currency's three letters (ISO 4217)."""
    if len(text) != CURRENCY_LENGTH or not (text.isascii() and text.isalpha()):
        raise BadValue(_("A currency is written with three letters, like EUR."))
    return text.upper()
