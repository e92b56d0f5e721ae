"""Filling the bench's own database; a filled one of the same size is used again."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import Access, Role, Shop, Team, User
from helpdesk.bench import rows, ticket_rows
from helpdesk.bench.batch import Row, Value
from purchases.models import (
    Customer,
    CustomerEmail,
    CustomerPhone,
    Lot,
    Product,
    Purchase,
    PurchaseLine,
)
from thresholds.models import StaleDay
from thresholds.services.evaluation import evaluate_all
from thresholds.services.learning import learn_when_due
from tickets.models import Fault, Interaction, Promise, Rating, Reason, Ticket, TicketEvent
from tickets.services.mirroring import mirror_all

CUSTOMERS_PER_PURCHASE = 0.4
NOBODY_SIGNS_IN = "!"


def seed(purchases: int, tell: Callable[[str], None]) -> None:
    """Make the bench's shop with so many purchases, or finish the one that is there."""
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest != purchases:
        _fill(purchases, tell)
        _finish()
        mirror_all()
        StaleDay.objects.bulk_create(_every_day(), ignore_conflicts=True)
    tell("Judging everybody, building the counters of the dashboards …")
    learn_when_due()
    evaluate_all()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _fill(purchases: int, tell: Callable[[str], None]) -> None:
    """Write all rows, five thousand purchases at a time."""
    now = timezone.now().replace(microsecond=0)
    tell("Filling the bench's database: people, goods and customers …")
    _people_and_goods(now)
    count = max(1, int(purchases * CUSTOMERS_PER_PURCHASE))
    _customers(count, now)
    done = 0
    for batch in rows.batches(purchases, count, now):
        with transaction.atomic():
            load(Purchase, rows.PURCHASE_COLUMNS, batch.purchases)
            load(PurchaseLine, rows.LINE_COLUMNS, batch.lines)
            load(Ticket, ticket_rows.TICKET_COLUMNS, batch.tickets)
            load(Interaction, rows.INTERACTION_COLUMNS, batch.interactions)
            load(Rating, rows.RATING_COLUMNS, batch.ratings)
            load(Promise, ticket_rows.PROMISE_COLUMNS, batch.promises)
            load(TicketEvent, ticket_rows.EVENT_COLUMNS, batch.events)
        done += len(batch.purchases)
        if done % 50_000 == 0:
            tell(f"{done:,} purchases …")


def load(model: type[Model], columns: Sequence[str], values: Iterable[Row]) -> None:
    """Write rows as fast as the engine takes them: COPY on PostgreSQL, executemany on SQLite.

    A column that is not named gets its field's default, as a row made by the product would.
    """
    unnamed = _defaults(model, columns)
    names = ", ".join(f'"{name}"' for name in (*columns, *unnamed))
    table, rest = model._meta.db_table, tuple(unnamed.values())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ending = "".join(f"\t{_copied(value)}" for value in rest)
            lines = ("\t".join(map(_copied, row)) + ending for row in values)
            text = io.StringIO("\n".join(lines))
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)
        else:
            marks = ", ".join(["%s"] * (len(columns) + len(rest)))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [tuple(_sqlite(value) for value in (*row, *rest)) for row in values],
            )


def _defaults(model: type[Model], columns: Sequence[str]) -> dict[str, Value]:
    """Column → default of the fields that are not among the columns and have one."""
    found: dict[str, Value] = {}
    for field in model._meta.concrete_fields:
        named = field.column in columns or field.primary_key or field.generated
        if named or field.has_db_default():
            continue
        value = field.get_default()
        if isinstance(value, datetime):
            value = value.isoformat()
        if value is not None and field.column is not None:
            found[field.column] = value if isinstance(value, str | int) else json.dumps(value)
    return found


def _copied(value: Value) -> str:
    """A value in COPY's text format; the bench's texts need no escaping."""
    return r"\N" if value is None else str(value)


def _sqlite(value: Value) -> Value:
    """Moments as Django writes them: with a blank and without the zone."""
    if isinstance(value, str) and value.endswith("+00:00"):
        return value.removesuffix("+00:00").replace("T", " ")
    return value


def _people_and_goods(now: datetime) -> None:
    Shop.objects.update_or_create(pk=1, defaults={"name": "Bench", "time_zone": "UTC"})
    Team.objects.bulk_create(
        Team(pk=key, name=f"Team {key}") for key in range(1, ticket_rows.TEAMS + 1)
    )
    people = [
        User(
            pk=key,
            team_id=key % ticket_rows.TEAMS + 1,
            email=f"agent{key}@example.com",
            name=f"Agent {key}",
            name_folded=f"agent {key}",
            password=NOBODY_SIGNS_IN,
            **{f"{role.value}_access": Access.FULL for role in (Role.AGENT, Role.MANAGER)},
        )
        for key in range(1, ticket_rows.AGENTS + 1)
    ]
    User.objects.bulk_create(people)
    faults = [fault.value for fault in Fault]
    Reason.objects.bulk_create(
        [Reason(pk=100 + n, name=f"Group {n}", position=n) for n in range(6)]
    )
    Reason.objects.bulk_create(
        Reason(
            pk=key,
            name=f"Reason {key}",
            parent_id=100 + key % 6,
            fault=faults[key % 5],
            position=key,
        )
        for key in range(1, rows.REASONS + 1)
    )
    Product.objects.bulk_create(
        Product(
            pk=key,
            sku=f"SKU-{key}",
            name=f"Product {key}",
            name_folded=f"product {key}",
            category=f"Category {key % rows.CATEGORIES}",
        )
        for key in range(1, rows.PRODUCTS + 1)
    )
    Lot.objects.bulk_create(
        Lot(
            pk=key,
            product_id=(key - 1) // rows.LOTS_PER_PRODUCT + 1,
            number=f"LOT-{key}",
            state_since=now,
        )
        for key in range(1, rows.PRODUCTS * rows.LOTS_PER_PRODUCT + 1)
    )


def _customers(count: int, now: datetime) -> None:
    stream = rows.customers(count, now)
    while chunk := list(islice(stream, 5000)):
        with transaction.atomic():
            load(Customer, rows.CUSTOMER_COLUMNS, [each[0] for each in chunk])
            load(CustomerPhone, rows.PHONE_COLUMNS, [each[1] for each in chunk])
            load(CustomerEmail, rows.EMAIL_COLUMNS, [each[2] for each in chunk])


def _finish() -> None:
    """Keys for new rows, and statistics for the planner."""
    if connection.vendor != "postgresql":
        return
    models = (
        User, Team, Reason, Product, Lot, Customer, CustomerPhone, CustomerEmail, Purchase,
        PurchaseLine, Interaction, Rating, Ticket, Promise, TicketEvent,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        cursor.execute("VACUUM ANALYZE")


def _every_day() -> list[StaleDay]:
    """All days with purchases, to be counted."""
    days = Purchase.objects.values_list("clock_day", flat=True).distinct().order_by()
    return [StaleDay(kind=kind, day=day, mark=1) for day in days for kind in StaleDay.Kind]
