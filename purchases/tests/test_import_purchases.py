"""What a file of purchases does, row by row."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import HistoryEntry
from purchases.importing import PURCHASES
from purchases.models import (
    Customer,
    CustomerEmail,
    CustomerPhone,
    EvaluationMark,
    Lot,
    Product,
    Purchase,
    PurchaseLine,
)
from purchases.services import CustomerDraft, save_customer
from tests import make
from tests.importing import import_text

pytestmark = pytest.mark.django_db
HEAD = (
    "order_number,ordered_at,delivered_at,status,customer_ref,customer_name,customer_email,"
    "customer_phone,sku,product_name,category,quantity,unit_price,currency,lot_number\n"
)
DAY = "2026-03-02T10:00+01:00"


def row(order: str = "A-1", **cells: str) -> str:
    """One row; cells that are not said are empty."""
    cells = {"order_number": order, "ordered_at": DAY, **cells}
    return ",".join(cells.get(name, "") for name in HEAD.strip().split(",")) + "\n"


def load(*rows: str, **about):
    return import_text(PURCHASES, HEAD + "".join(rows), **about)


def test_a_row_becomes_a_purchase_with_customer_product_lot_and_line():
    report = load(
        row(
            delivered_at="2026-03-05T09:30+01:00",
            customer_ref="K1",
            customer_name="Els Vermeulen",
            customer_email="Els@Example.com",
            customer_phone="02 555 01 43",
            sku="PLD-30",
            product_name="Polder mug",
            category="Tableware",
            quantity="6",
            unit_price="19.505",
            lot_number="PLD-2609",
        )
    )

    purchase = Purchase.objects.get()
    line = purchase.lines.get()
    assert (report.rows, report.created, report.rejected) == (1, 1, 0)
    assert purchase.order_folded == "a1"
    assert purchase.delivered_at == datetime(2026, 3, 5, 8, 30, tzinfo=UTC)
    assert (purchase.status, purchase.dispatched) == ("delivered", True)
    assert (purchase.clock_kind, purchase.clock_day) == ("delivery", date(2026, 3, 5))
    assert make.mark_of(purchase) is not None
    assert (purchase.customer.ref, purchase.customer.name) == ("K1", "Els Vermeulen")
    assert purchase.customer.last_first_folded == "vermeulen els"
    assert purchase.customer.emails.get().address_folded == "els@example.com"
    assert purchase.customer.phones.get().number == "+3225550143"
    assert purchase.customer.phones.get().digits_reversed == "3410555223"
    assert (line.product.sku, line.product.category) == ("PLD-30", "Tableware")
    assert (line.lot.number, line.quantity) == ("PLD-2609", Decimal(6))
    assert (line.unit_price, line.currency) == (Decimal("19.51"), "EUR")


def test_rows_of_one_order_are_one_purchase_wherever_they_stand():
    rows = [row("A-1", sku="X", quantity="1")]
    rows += [row(f"B-{n}", sku="Y") for n in range(30)]
    rows += [row("A-1", sku="X", quantity="2"), row("A-1", sku="Z")]

    load(*rows, chunk_rows=5)

    lines = Purchase.objects.get(order_number="A-1").lines.order_by("pk")
    assert [(line.product.sku, line.occurrence, line.quantity) for line in lines] == [
        ("X", 1, Decimal(1)),
        ("X", 2, Decimal(2)),
        ("Z", 1, None),
    ]


def test_a_second_import_changes_nothing_however_the_rows_are_cut():
    rows = [
        row(f"A-{n % 7}", sku="X", lot_number="L1", customer_ref=f"K{n % 7}") for n in range(40)
    ]
    load(*rows)
    before = [list(model.objects.order_by("pk").values()) for model in (Purchase, PurchaseLine)]

    report = load(*rows, chunk_rows=3)

    after = [list(model.objects.order_by("pk").values()) for model in (Purchase, PurchaseLine)]
    assert (report.created, report.changed, report.unchanged) == (0, 0, 40)
    assert after == before
    assert HistoryEntry.objects.count() == 0


def test_a_row_without_a_sku_is_a_purchase_without_lines():
    load(row())
    assert Purchase.objects.get().lines.count() == 0
    assert Product.objects.count() == 0


@pytest.mark.parametrize(
    ("word", "delivered", "status", "dispatched"),
    [
        ("", "", "ordered", False),
        ("", "2026-03-05", "delivered", True),
        ("canceled", "", "cancelled", False),
        ("canceled", "2026-03-05", "cancelled", True),
        ("Shipped", "", "dispatched", True),
        ("invoiced", "", "ordered", False),
        ("processing", "", "ordered", False),
        ("unavailable", "", "cancelled", False),
        ("created", "", "ordered", False),
        ("approved", "", "ordered", False),
        ("COMPLETE", "", "delivered", True),
        ("out_for-delivery", "", "dispatched", True),
    ],
)
def test_other_systems_words_for_the_status(word, delivered, status, dispatched):
    load(row(status=word, delivered_at=delivered))
    purchase = Purchase.objects.get()
    assert (purchase.status, purchase.dispatched) == (status, dispatched)


def test_the_customer_is_known_by_number_else_mail_else_phone_else_one_per_order():
    load(
        row("A-1", customer_ref="K1", customer_email="els@example.com"),
        row("A-2", customer_ref="K1"),
        row("A-3", customer_email="ELS@example.com"),
        row("A-4", customer_phone="+3225550143"),
        row("A-5", customer_phone="02 555 01 43"),
        row("A-6", customer_name="Jan"),
        row("A-7", customer_name="Jan"),
    )
    customers = dict(Purchase.objects.values_list("order_number", "customer_id"))
    assert customers["A-1"] == customers["A-2"] == customers["A-3"]
    assert customers["A-4"] == customers["A-5"] != customers["A-1"]
    assert customers["A-6"] != customers["A-7"]
    assert Customer.objects.count() == 4


def test_a_customer_who_is_there_gets_what_is_new_and_keeps_the_rest():
    known = save_customer(
        actor=None, shop=make.shop(), draft=CustomerDraft(name="Els V.", ref="K1", phones=("112",))
    )
    load(
        row(customer_ref="K1", customer_name="Other", customer_email="e@example.com"),
        row("A-2", customer_ref="K1", customer_phone="+3225550143"),
    )
    known.refresh_from_db()
    assert Customer.objects.get() == known
    assert (known.name, known.version) == ("Els V.", 2)
    assert sorted(known.phones.values_list("number", flat=True)) == ["+3225550143", "112"]
    assert known.emails.get().address == "e@example.com"


def test_a_merged_customer_is_the_one_they_were_merged_into():
    into = make.customer(name="Els")
    Customer.objects.filter(pk=make.customer(ref="K1").pk).update(merged_into=into)
    load(row(customer_ref="K1"))
    assert Purchase.objects.get().customer == into


def test_a_changed_row_updates_what_may_change():
    load(row(sku="X", quantity="1", unit_price="5", customer_ref="K1"))
    purchase = Purchase.objects.get()
    EvaluationMark.objects.all().delete()

    report = load(
        row(
            delivered_at="2026-03-09",
            sku="X",
            quantity="2",
            unit_price="4",
            customer_ref="K1",
            customer_phone="+3225550143",
        )
    )

    purchase.refresh_from_db()
    line = purchase.lines.get()
    assert (report.changed, report.counts["purchases_changed"]) == (1, 1)
    assert (purchase.status, purchase.dispatched, purchase.version) == ("delivered", True, 2)
    assert (purchase.clock_kind, purchase.clock_day) == ("delivery", date(2026, 3, 9))
    assert make.mark_of(purchase) is not None
    assert (line.quantity, line.unit_price) == (Decimal(2), Decimal(4))
    assert CustomerPhone.objects.get().number == "+3225550143"
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.changes["status"]) == ("imported", ["ordered", "delivered"])


def test_empty_cells_leave_what_is_known():
    load(row(delivered_at="2026-03-09", status="returned", sku="X", quantity="3", unit_price="5"))
    report = load(row(sku="X"))
    purchase = Purchase.objects.get()
    assert (report.changed, report.unchanged) == (0, 1)
    assert (purchase.status, purchase.lines.get().quantity) == ("returned", Decimal(3))
    assert purchase.delivered_at is not None


def test_the_last_delivery_of_several_lines_starts_the_clock():
    rows = [
        row(sku="X", delivered_at="2026-03-09"),
        row(sku="Y", delivered_at="2026-03-12"),
        row(sku="Z"),
    ]
    load(*rows)
    report = load(*rows)
    assert Purchase.objects.get().clock_day == date(2026, 3, 12)
    assert report.unchanged == 3


def test_a_purchase_that_left_the_house_counts_also_when_cancelled_later():
    load(row(status="shipped"))
    load(row(status="cancelled"))
    purchase = Purchase.objects.get()
    assert (purchase.status, purchase.dispatched) == ("cancelled", True)


def test_goods_get_what_was_not_known_of_them():
    load(row(sku="X"))
    load(row(sku="X", product_name="Polder mug", category="Tableware"))
    load(row(sku="X", product_name="Other", category="Other"))
    product = Product.objects.get()
    assert (product.name, product.category, product.version) == ("Polder mug", "Tableware", 2)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"order_number": ""}, "order_number: This must be filled in."),
        ({"ordered_at": ""}, "ordered_at: This must be filled in."),
        ({"ordered_at": "soon"}, "ordered_at: Write the moment as 2026-01-31"),
        ({"delivered_at": "2026-03-01"}, "delivered_at: It is delivered before it is ordered."),
        ({"status": "lost"}, "status: Nobody knows this status. Write one of: ordered, dispatched"),
        ({"customer_email": "els"}, "customer_email: This is not an e-mail address."),
        ({"customer_phone": "x"}, "customer_phone: This is not a phone number"),
        ({"sku": "X", "quantity": "0"}, "quantity: The number must be at least 0.001."),
        ({"sku": "X", "unit_price": "-1"}, "unit_price: The number must be at least 0."),
        ({"sku": "X", "unit_price": "99999999999"}, "unit_price: The number is too large."),
        ({"sku": "X", "currency": "euro"}, "currency: A currency is written with three letters"),
        ({"lot_number": "L1"}, "lot_number: A lot is of a product"),
        ({"order_number": "N" * 81}, "order_number: The text has 81 characters; at most 80 fit."),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_others_go_in(cells, reason):
    report = load(row(**{"order": cells.pop("order_number", "A-1"), **cells}), row("B-1"))
    [told] = report.reasons
    assert told.startswith(reason)
    assert (report.rejected, report.created) == (1, 1)
    assert [p.order_number for p in Purchase.objects.all()] == ["B-1"]
    assert (Lot.objects.count(), CustomerEmail.objects.count()) == (0, 0)


def test_a_row_that_contradicts_itself_is_told_with_the_cell_as_it_is_written():
    make.shop(time_zone="America/New_York")
    report = load(row(ordered_at="2026-03-02", delivered_at="2026-03-01"))
    [example] = report.examples
    assert (example["line"], example["column"]) == (2, "delivered_at")
    assert example["value"] == "2026-03-01"


def test_a_moment_without_a_zone_is_in_the_zone_of_the_shop():
    make.shop(time_zone="America/New_York")
    load(row(ordered_at="2026-03-02T10:00"))
    assert Purchase.objects.get().ordered_at == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def test_a_chunk_of_200_orders_asks_at_most_40_queries(queries):
    many = [row(f"B-{n}", sku=f"T{n}", customer_ref=f"L{n}") for n in range(200)]
    with queries(at_most=40):
        load(*many)
    with queries(at_most=25):
        load(*many)
