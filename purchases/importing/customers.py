"""Who bought: known by customer number, else e-mail, else phone, else one customer for each order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F

from helpdesk.lib.phones import Phone
from jobs.importing.bulk import insert_rows, insert_values
from jobs.importing.kinds import ChunkResult, Record
from purchases.importing.orders import Order
from purchases.models import Customer, CustomerEmail, CustomerPhone
from purchases.rules import fold_email, fold_name, last_word_first


@dataclass
class Known:
    """Customers as the rows can name them; of several with the same address the oldest."""

    by_ref: dict[str, Customer] = field(default_factory=dict)
    by_email: dict[str, Customer] = field(default_factory=dict)
    by_phone: dict[str, Customer] = field(default_factory=dict)

    def find(self, record: Record) -> Customer | None:
        """The customer whom a row names; None when nobody knows them yet."""
        ref, email, phone = identity(record)
        if ref:
            return self.by_ref.get(ref)
        if email:
            return self.by_email.get(email)
        return self.by_phone.get(phone) if phone else None

    def learn(self, customer: Customer, order: Order) -> None:
        """Remember the names under which the rows of an order know a customer."""
        for record in own_rows(order, customer):
            ref, email, phone = identity(record)
            if ref:
                self.by_ref.setdefault(ref, customer)
            if email:
                self.by_email.setdefault(email, customer)
            if phone:
                self.by_phone.setdefault(phone, customer)


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


def own_rows(order: Order, customer: Customer) -> list[Record]:
    """The rows that speak of this customer: those that name no other customer number."""
    return [
        record
        for record in order.records
        if record.values["customer_ref"] in {None, "", customer.ref}
    ]


def save_customers(orders: Sequence[Order], result: ChunkResult) -> None:
    """Find or make the customer of each new order; fill in what the file adds about the others.

    The customer of a purchase that is there stays as it is.
    """
    known = _look_up([order.first for order in orders if order.is_new])
    new: list[Customer] = []
    for order in orders:
        if order.is_new:
            order.customer = known.find(order.first)
        if order.customer is None:
            order.customer = _new_customer(order.first)
            new.append(order.customer)
        if order.is_new:
            known.learn(order.customer, order)
    insert_rows(new)
    result.counts["customers_created"] += len(new)
    made = {customer.pk for customer in new}
    news = _fill_names(orders, made) | _add_emails(orders, made) | _add_phones(orders, made)
    # Whoever has such a customer's page open is told, and does not undo what was added.
    Customer.objects.filter(pk__in=news - made).update(version=F("version") + 1)


def _look_up(records: Sequence[Record]) -> Known:
    """The customers in the database whom these rows may name."""
    names = [identity(record) for record in records]
    refs = {ref for ref, _email, _phone in names if ref}
    emails = {email for ref, email, _phone in names if email and not ref}
    phones = {phone for ref, email, phone in names if phone and not (ref or email)}
    found = list(Customer.objects.filter(ref__in=refs)) if refs else []
    # The oldest comes last and stays.
    mails, numbers = (
        _owners(CustomerEmail, "address_folded", emails),
        _owners(CustomerPhone, "number", phones),
    )
    living = _living({*(row.pk for row in found), *mails.values(), *numbers.values()}, found)
    return Known(
        by_ref={str(row.ref): living[row.pk] for row in found},
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


def _living(keys: set[int], found: Sequence[Customer]) -> dict[int, Customer]:
    """The customers with these keys, or those into whom they were merged."""
    rows = {row.pk: row for row in found}
    missing = keys - rows.keys()
    merged: set[int] = {row.merged_into_id for row in found if row.merged_into_id}
    missing |= merged - rows.keys()
    while missing:
        rows |= Customer.objects.in_bulk(missing)
        merged = {row.merged_into_id for row in rows.values() if row.merged_into_id}
        missing = merged - rows.keys()
    living = {}
    for key in keys:
        row = rows[key]
        while row.merged_into_id:
            row = rows[row.merged_into_id]
        living[key] = row
    return living


def _new_customer(record: Record) -> Customer:
    """An unsaved customer of whom a row tells."""
    name = record.values["customer_name"] or ""
    return Customer(
        ref=record.values["customer_ref"],
        name=name,
        name_folded=fold_name(name),
        last_first_folded=last_word_first(name),
    )


def _fill_names(orders: Sequence[Order], made: set[int]) -> set[int]:
    """Give a name to customers who have none."""
    named: dict[int, Customer] = {}
    for order in orders:
        customer = order.customer
        if customer is None or customer.name:
            continue
        told = [r.values["customer_name"] for r in own_rows(order, customer)]
        name = next((name for name in told if name), "")
        if name:
            customer.name, customer.name_folded = name, fold_name(name)
            customer.last_first_folded = last_word_first(name)
            named[customer.pk] = customer
            order.touched = order.touched or customer.pk not in made
    Customer.objects.bulk_update(named.values(), ["name", "name_folded", "last_first_folded"])
    return set(named)


def _add_emails(orders: Sequence[Order], made: set[int]) -> set[int]:
    """Add the addresses that the customers do not have yet."""
    wanted: dict[tuple[int, str], tuple[Order, str]] = {}
    for order in orders:
        if order.customer is None:
            continue
        for record in own_rows(order, order.customer):
            address = record.values["customer_email"]
            if address:
                wanted.setdefault((order.customer.pk, fold_email(address)), (order, address))
    old = {customer for customer, _folded in wanted} - made
    present = (
        CustomerEmail.objects.filter(customer__in=old) if old else CustomerEmail.objects.none()
    )
    for pair in present.values_list("customer_id", "address_folded"):
        wanted.pop(pair, None)
    for (customer, _folded), (order, _address) in wanted.items():
        order.touched = order.touched or customer not in made
    rows = [(customer, address, folded) for (customer, folded), (_order, address) in wanted.items()]
    insert_values(CustomerEmail, ("customer_id", "address", "address_folded"), rows)
    return {customer for customer, _folded in wanted}


def _add_phones(orders: Sequence[Order], made: set[int]) -> set[int]:
    """Add the numbers that the customers do not have yet."""
    wanted: dict[tuple[int, str], tuple[Order, Phone]] = {}
    for order in orders:
        if order.customer is None:
            continue
        for record in own_rows(order, order.customer):
            phone: Phone | None = record.values["customer_phone"]
            if phone:
                wanted.setdefault((order.customer.pk, phone.number), (order, phone))
    old = {customer for customer, _number in wanted} - made
    present = (
        CustomerPhone.objects.filter(customer__in=old) if old else CustomerPhone.objects.none()
    )
    for pair in present.values_list("customer_id", "number"):
        wanted.pop(pair, None)
    for (customer, _number), (order, _phone) in wanted.items():
        order.touched = order.touched or customer not in made
    rows = [
        (customer, number, number, phone.reversed_digits)
        for (customer, number), (_order, phone) in wanted.items()
    ]
    insert_values(CustomerPhone, ("customer_id", "number", "typed", "digits_reversed"), rows)
    return {customer for customer, _number in wanted}
