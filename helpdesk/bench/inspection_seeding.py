"""Filling the bench's database of inspections; a filled one of the same size is used again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Access, HistoryEntry, Shop, User
from helpdesk.bench import inspection_rows as rows
from helpdesk.bench.batch import Row
from helpdesk.bench.seeding import NOBODY_SIGNS_IN, load
from purchases.models import Customer, Lot, Product, Purchase, PurchaseLine
from quality.models import Characteristic, Inspection, Plan, Result

# Of so many finished lots one more waits for its inspection, and of four of them a customer.
WAITING_OF = 8
AWAITED_OF = 4
OPEN = 40
OWED = 100
TOOK = timedelta(minutes=12)


def lots_for(inspections: int) -> int:
    """How many lots so many inspections are about."""
    return inspections * 20 // rows.PER_TWENTY


def seed_inspections(inspections: int, tell: Callable[[str], None]) -> None:
    """Make a workshop with about so many signed inspections, unless it is there."""
    lots = lots_for(inspections)
    if Lot.objects.filter(number="LAST").exists():
        return
    now = timezone.now().replace(microsecond=0)
    tell("Filling the bench's database: people, plans, then the inspections …")
    _people_and_plans(now)
    for number, stretch in enumerate(rows.stretches(lots, now), start=1):
        with transaction.atomic():
            _write(stretch)
        if number % 10 == 0:
            tell(f"{number * 2000:,} of {lots:,} lots …")
    _keys()
    with transaction.atomic():
        _waiting(lots, now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _people_and_plans(now: datetime) -> None:
    Shop.objects.update_or_create(pk=1, defaults={"name": "Bench", "time_zone": "UTC"})
    count = 2 + rows.INSPECTORS + rows.MAKERS
    people = [
        User(
            pk=key,
            email=f"person{key}@example.com",
            name=f"Person {key}",
            name_folded=f"person {key}",
            password=NOBODY_SIGNS_IN,
            manager_access=Access.FULL if key == 2 else Access.NONE,
            inspector_access=Access.FULL,
            agent_access=Access.FULL if key == 2 else Access.NONE,
        )
        for key in range(1, count + 1)
    ]
    User.objects.bulk_create(people)
    numbers = range(1, rows.PRODUCTS + 1)
    Product.objects.bulk_create(
        Product(pk=n, sku=f"SKU-{n}", name=f"Product {n}", name_folded=f"product {n}")
        for n in numbers
    )
    Plan.objects.bulk_create(
        Plan(pk=n, product_id=n, seconds="picked", seconds_first=0, seconds_changed=0, made_by_id=1)
        for n in numbers
    )
    Characteristic.objects.bulk_create(_line(n, place) for n in numbers for place in range(10))
    Plan.objects.update(state="active", activated_at=now, approved_by=2)


def _line(product: int, place: int) -> Characteristic:
    """One characteristic of a plan."""
    kind, unit = rows.KINDS[place]
    numeric = kind != "pass_fail"
    return Characteristic(
        pk=rows.lines_of(product)[place],
        plan_id=product,
        position=place + 1,
        name=f"Line {place + 1}",
        kind=kind,
        unit=unit,
        lower=rows.LOWER if numeric else None,
        upper=rows.UPPER if numeric else None,
    )


def _write(stretch: rows.Stretch) -> None:
    """A stretch through the database's own refusals: opened, recorded, signed, released."""
    load(Lot, rows.LOT_COLUMNS, stretch.lots)
    load(HistoryEntry, rows.HISTORY_COLUMNS, stretch.history)
    failed = set(stretch.failed)
    _inspected(stretch.openers, failed, pair=stretch.paired)
    _inspected(stretch.seconds, failed)
    Inspection.objects.filter(pk__in=stretch.paired).update(pair="settled")
    _inspected(stretch.again, failed)
    first, last = stretch.lots[0][0], stretch.lots[-1][0]
    Lot.objects.filter(pk__range=(first, last)).update(state="released")


def _inspected(inspections: Sequence[Row], failed: set[int], pair: Sequence[int] = ()) -> None:
    """Inspections with their results, signed."""
    load(Inspection, rows.INSPECTION_COLUMNS, inspections)
    load(Result, rows.RESULT_COLUMNS, rows.results(inspections, failed))
    mine = Inspection.objects.filter(pk__in=[row[0] for row in inspections])
    signed = {"signed_at": F("opened_at") + TOOK}
    mine.filter(pk__in=pair).update(verdict="pass", pair="owed", **signed)
    mine.filter(pk__in=failed, signed_at__isnull=True).update(verdict="fail", **signed)
    mine.filter(signed_at__isnull=True).update(verdict="pass", **signed)


def _keys() -> None:
    """Keys for new rows."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (User, Product, Plan, Characteristic, Lot, Inspection):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )


def _waiting(lots: int, now: datetime) -> None:
    """Lots to be inspected, some waited for; half-done inspections; pairs that are owed."""
    waiting = [
        Lot(
            product_id=number % rows.PRODUCTS + 1,
            number=f"NEW-{number}",
            maker_id=rows.maker_of(number),
            state_since=now - timedelta(minutes=number),
            awaited_since=now - timedelta(minutes=number) if number % AWAITED_OF == 0 else None,
        )
        for number in range(max(lots // WAITING_OF, OPEN + OWED))
    ]
    Lot.objects.bulk_create(waiting, batch_size=5000)
    _orders([lot for lot in waiting if lot.awaited_since], now)
    opened = [_opened(lot, 1, now) for lot in waiting[-OPEN:]]
    owed = [_opened(lot, rows.inspector_of(lot.pk), now) for lot in waiting[-OPEN - OWED : -OPEN]]
    Inspection.objects.bulk_create(opened + owed)
    found = [(one.pk, one.lot_id, one.plan_id, now.isoformat()) for one in owed]
    load(Result, rows.RESULT_COLUMNS, rows.results(found, set()))
    Inspection.objects.filter(pk__in=[one.pk for one in owed]).update(
        signed_at=now, verdict="pass", pair="owed", asked=1
    )
    begun = [one.lot_id for one in opened + owed]
    Lot.objects.filter(pk__in=begun).update(state="in_inspection")
    Lot.objects.create(product_id=1, number="LAST", state_since=now)


def _opened(lot: Lot, inspector: int, now: datetime) -> Inspection:
    """A first inspection of a lot by this inspector."""
    return Inspection(
        lot=lot,
        product_id=lot.product_id,
        plan_id=lot.product_id,
        inspector_id=inspector,
        maker_id=lot.maker_id,
        opened_at=now,
    )


def _orders(lots: Sequence[Lot], now: datetime) -> None:
    """An order that has not left for each of these lots."""
    buyer = Customer.objects.create(name="Buyer", name_folded="buyer", last_first_folded="buyer")
    orders = [
        Purchase(
            order_number=f"O-{lot.pk}",
            order_folded=f"o{lot.pk}",
            customer=buyer,
            ordered_at=lot.awaited_since or now,
            clock_kind=Purchase.Clock.ORDER,
            clock_at=now,
            clock_day=now.date(),
            window_ends_at=now + timedelta(days=90),
        )
        for lot in lots
    ]
    Purchase.objects.bulk_create(orders, batch_size=5000)
    PurchaseLine.objects.bulk_create(
        (
            PurchaseLine(purchase=order, product_id=lot.product_id, lot=lot)
            for order, lot in zip(orders, lots, strict=True)
        ),
        batch_size=5000,
    )
