"""Filling the bench's own database; a filled one of the same size is used again."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Access, Role, Shop, User
from helpdesk.bench import rows
from helpdesk.bench.rows import Row
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
from tickets.models import Fault, Interaction, Rating, Reason

CUSTOMERS_PER_PURCHASE = 0.4
NOBODY_SIGNS_IN = "!"


def seed(purchases: int, tell: Callable[[str], None]) -> None:
    """Make the bench's shop with so many purchases, or finish the one that is there."""
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest != purchases:
        _fill(purchases, tell)
        _finish()
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
            load(Purchase._meta.db_table, rows.PURCHASE_COLUMNS, batch.purchases)
            load(PurchaseLine._meta.db_table, rows.LINE_COLUMNS, batch.lines)
            load(Interaction._meta.db_table, rows.INTERACTION_COLUMNS, batch.interactions)
            load(Rating._meta.db_table, rows.RATING_COLUMNS, batch.ratings)
        done += len(batch.purchases)
        if done % 50_000 == 0:
            tell(f"{done:,} purchases …")


def load(table: str, columns: Sequence[str], values: Iterable[Row]) -> None:
    """Write rows as fast as the engine takes them: COPY on PostgreSQL, executemany on SQLite."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = ("\t".join(map(_copied, row)) for row in values)
            text = io.StringIO("\n".join(lines))
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [tuple(_sqlite(value) for value in row) for row in values],
            )


def _copied(value: rows.Value) -> str:
    """A value in COPY's text format; the bench's texts need no escaping."""
    return r"\N" if value is None else str(value)


def _sqlite(value: rows.Value) -> rows.Value:
    """Moments as Django writes them: with a blank and without the zone."""
    if isinstance(value, str) and value.endswith("+00:00"):
        return value.removesuffix("+00:00").replace("T", " ")
    return value


def _people_and_goods(now: datetime) -> None:
    Shop.objects.update_or_create(pk=1, defaults={"name": "Bench", "time_zone": "UTC"})
    people = [
        User(
            pk=key,
            email=f"agent{key}@example.com",
            name=f"Agent {key}",
            name_folded=f"agent {key}",
            password=NOBODY_SIGNS_IN,
            **{f"{role.value}_access": Access.FULL for role in (Role.AGENT, Role.MANAGER)},
        )
        for key in range(1, rows.AGENTS + 1)
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
            state=Lot.State.RELEASED,
            state_since=now,
        )
        for key in range(1, rows.PRODUCTS * rows.LOTS_PER_PRODUCT + 1)
    )


def _customers(count: int, now: datetime) -> None:
    stream = rows.customers(count, now)
    while chunk := list(islice(stream, 5000)):
        with transaction.atomic():
            load(Customer._meta.db_table, rows.CUSTOMER_COLUMNS, [each[0] for each in chunk])
            load(CustomerPhone._meta.db_table, rows.PHONE_COLUMNS, [each[1] for each in chunk])
            load(CustomerEmail._meta.db_table, rows.EMAIL_COLUMNS, [each[2] for each in chunk])


def _finish() -> None:
    """Keys for new rows, and statistics for the planner."""
    if connection.vendor != "postgresql":
        return
    models = (
        User, Reason, Product, Lot, Customer, CustomerPhone, CustomerEmail, Purchase,
        PurchaseLine, Interaction, Rating,
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
