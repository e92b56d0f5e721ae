"""Who bought: known by customer number, else e-mail, else phone, else one customer for each order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import F

from helpdesk.lib.phones import Phone
from jobs.importing.bulk import insert_values
from jobs.importing.kinds import ChunkResult, ImportContext, Record
from purchases.importing.orders import BUYER_COLUMNS, Buyer, Order, living_buyers
from purchases.models import Customer, CustomerEmail, CustomerPhone
from purchases.rules import fold_email, fold_name, last_word_first

T = TypeVar("T")
CUSTOMER_COLUMNS = (
    *("ref", "name", "name_folded", "last_first_folded", "language", "street", "postcode"),
    *("city", "country", "note", "merged_into_id", "created_at", "version"),
)


@dataclass
class Known:
    """Customers as the rows can name them; of several with the same address the oldest."""

    by_ref: dict[str, Buyer] = field(default_factory=dict)
    by_email: dict[str, Buyer] = field(default_factory=dict)
    by_phone: dict[str, Buyer] = field(default_factory=dict)

    def find(self, record: Record) -> Buyer | None:
        """The customer whom a row names; None when nobody knows them yet."""
        ref, email, phone = identity(record)
        if ref:
            return self.by_ref.get(ref)
        if email:
            return self.by_email.get(email)
        return self.by_phone.get(phone) if phone else None

    def learn(self, buyer: Buyer, order: Order) -> None:
        """Remember the names under which the rows of an order know a customer."""
        for record in own_rows(order, buyer):
            ref, email, phone = identity(record)
            if ref:
                self.by_ref.setdefault(ref, buyer)
            if email:
                self.by_email.setdefault(email, buyer)
            if phone:
                self.by_phone.setdefault(phone, buyer)


def identity(record: Record) -> tuple[str, str, str]:
    """(customer number, folded e-mail, phone number) of a row, "" where it is empty."""
    values = record.values
    phone: Phone | None = values["customer_phone"]
    email = values["customer_email"]
    return (
        values["customer_ref"] or "",
        fold_email(email) if email else "",
        phone.number if phone else "",
    )


def own_rows(order: Order, buyer: Buyer) -> list[Record]:
    """The rows that speak of this customer: those that name no other customer number."""
    mine = {None, "", buyer.ref}
    return [record for record in order.records if record.values["customer_ref"] in mine]


def save_customers(orders: Sequence[Order], context: ImportContext, result: ChunkResult) -> None:
    """Find or make the customer of each new order; fill in what the file adds about the others.

    The customer of a purchase that is there stays as it is.
    """
    known = _look_up([order.first for order in orders if order.is_new])
    new: list[Buyer] = []
    for order in orders:
        if not order.is_new:
            continue
        buyer = known.find(order.first)
        if buyer is None:
            ref, name = order.first.values["customer_ref"], order.first.values["customer_name"]
            buyer = Buyer(ref=ref, name=name or "", is_new=True)
            new.append(buyer)
        order.buyer = buyer
        known.learn(buyer, order)
    _insert(new, context)
    result.counts["customers_created"] += len(new)
    news = _fill_names(orders) | _add_emails(orders) | _add_phones(orders)
    # Whoever has such a customer's page open is told, and does not undo what was added.
    news -= {buyer.key for buyer in new}
    Customer.objects.filter(pk__in=news).update(version=F("version") + 1, compared_at=None)


def _insert(new: Sequence[Buyer], context: ImportContext) -> None:
    """Make these customers."""
    rows = [
        (
            buyer.ref,
            buyer.name,
            fold_name(buyer.name),
            last_word_first(buyer.name),
            *("", "", "", "", "", ""),
            None,
            context.now,
            1,
        )
        for buyer in new
    ]
    for buyer, key in zip(new, insert_values(Customer, CUSTOMER_COLUMNS, rows), strict=True):
        buyer.key = key


def _look_up(records: Sequence[Record]) -> Known:
    """The customers in the database whom these rows may name."""
    names = [identity(record) for record in records]
    refs = {ref for ref, _email, _phone in names if ref}
    emails = {email for ref, email, _phone in names if email and not ref}
    phones = {phone for ref, email, phone in names if phone and not (ref or email)}
    # The oldest comes last and stays.
    mails = _owners(CustomerEmail, "address_folded", emails)
    numbers = _owners(CustomerPhone, "number", phones)
    rows = Customer.objects.filter(ref__in=refs).values_list(*BUYER_COLUMNS) if refs else ()
    found = {row[0]: row for row in rows}
    living = living_buyers({*found, *mails.values(), *numbers.values()}, found)
    return Known(
        by_ref={str(row[1]): living[key] for key, row in found.items()},
        by_email={address: living[key] for address, key in mails.items()},
        by_phone={number: living[key] for number, key in numbers.items()},
    )


def _owners(
    model: type[CustomerEmail] | type[CustomerPhone], column: str, wanted: set[str]
) -> dict[str, int]:
    """Whose the addresses or numbers are: the key of the oldest customer who has them."""
    if not wanted:
        return {}
    rows = model._default_manager.filter(**{f"{column}__in": wanted}).order_by("-customer_id")
    return dict(rows.values_list(column, "customer_id"))


def _fill_names(orders: Sequence[Order]) -> set[int]:
    """Give a name to customers who have none."""
    named: dict[int, Buyer] = {}
    for order in orders:
        buyer = order.buyer
        if buyer.name:
            continue
        told = [r.values["customer_name"] for r in own_rows(order, buyer)]
        buyer.name = next((name for name in told if name), "")
        if buyer.name:
            named[buyer.key] = buyer
            order.touched = order.touched or not buyer.is_new
    for key, buyer in named.items():
        Customer.objects.filter(pk=key).update(
            name=buyer.name,
            name_folded=fold_name(buyer.name),
            last_first_folded=last_word_first(buyer.name),
        )
    return set(named)


def _add_emails(orders: Sequence[Order]) -> set[int]:
    """Add the addresses that the customers do not have yet."""
    wanted: dict[tuple[int, str], tuple[Order, str]] = {}
    for order in orders:
        for record in own_rows(order, order.buyer):
            address = record.values["customer_email"]
            if address:
                wanted.setdefault((order.buyer.key, fold_email(address)), (order, address))
    _leave_out(wanted, CustomerEmail, "address_folded")
    rows = [(customer, address, folded) for (customer, folded), (_order, address) in wanted.items()]
    insert_values(CustomerEmail, ("customer_id", "address", "address_folded"), rows)
    return {customer for customer, _folded in wanted}


def _add_phones(orders: Sequence[Order]) -> set[int]:
    """Add the numbers that the customers do not have yet."""
    wanted: dict[tuple[int, str], tuple[Order, Phone]] = {}
    for order in orders:
        for record in own_rows(order, order.buyer):
            phone: Phone | None = record.values["customer_phone"]
            if phone:
                wanted.setdefault((order.buyer.key, phone.number), (order, phone))
    _leave_out(wanted, CustomerPhone, "number")
    rows = [
        (customer, number, number, phone.reversed_digits)
        for (customer, number), (_order, phone) in wanted.items()
    ]
    insert_values(CustomerPhone, ("customer_id", "number", "typed", "digits_reversed"), rows)
    return {customer for customer, _number in wanted}


def _leave_out(
    wanted: dict[tuple[int, str], tuple[Order, T]],
    model: type[CustomerEmail] | type[CustomerPhone],
    column: str,
) -> None:
    """Take away what the customers have already; the orders of what stays are touched."""
    known = {order.buyer.key for order, _what in wanted.values() if not order.buyer.is_new}
    if known:
        present = model._default_manager.filter(customer__in=known)
        for pair in present.values_list("customer_id", column):
            wanted.pop(pair, None)
    for order, _what in wanted.values():
        order.touched = order.touched or not order.buyer.is_new
