"""Purchases in the browser: listing, adding, changing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import HistoryEntry
from purchases.models import Customer, Purchase
from purchases.services import LineDraft, PurchaseDraft, save_purchase
from tests import make

pytestmark = pytest.mark.django_db
NO_LINES = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}
FORM = {
    "order_number": "A-1",
    "ordered_at": "2026-03-02T10:00:00",
    "status": "ordered",
    **NO_LINES,
}


def with_lines(*lines: dict[str, str], initial: int = 0) -> dict[str, str]:
    """The fields of so many lines."""
    told = {"form-TOTAL_FORMS": str(len(lines)), "form-INITIAL_FORMS": str(initial)}
    for n, line in enumerate(lines):
        told |= {f"form-{n}-{name}": value for name, value in line.items()}
    return told


@pytest.fixture
def agent(client):
    person = make.agent(name="Bram")
    client.force_login(person)
    return person


@pytest.fixture
def els():
    return make.customer(name="Els Vermeulen", phone="+3225550143")


# Adding --------------------------------------------------------------------------------------


def test_a_purchase_is_added_with_lines_for_a_customer_found_by_phone(client, agent, els):
    mug = make.product(sku="PLD-30", name="Polder mug")
    lot = make.lot(product=mug, number="PLD-2609")
    lines = with_lines(
        {"product": "PLD-30", "lot": "PLD-2609", "quantity": "6", "unit_price": "19.50"},
        {"product": "polder mug", "quantity": "0.5"},
        {"product": ""},
    )
    response = client.post("/purchases/new/", {**FORM, **lines, "customer_text": "02 555 01 43"})
    purchase = Purchase.objects.get()
    assert response["Location"] == f"/purchases/{purchase.pk}/"
    assert (purchase.customer, purchase.order_folded) == (els, "a1")
    # The agent's clock is that of the shop, in Brussels.
    assert purchase.ordered_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert (purchase.clock_kind, purchase.clock_day) == ("order", date(2026, 3, 5))
    assert make.mark_of(purchase) is not None
    first, second = purchase.lines.order_by("pk")
    assert (first.product, first.lot, first.quantity) == (mug, lot, Decimal(6))
    assert (first.unit_price, first.currency) == (Decimal("19.50"), "EUR")
    assert (second.lot, second.quantity, second.currency) == (None, Decimal("0.5"), "")
    assert HistoryEntry.objects.get().verb == "created"


def test_equal_lines_get_their_own_place(client, agent, els):
    make.product(sku="X")
    lines = with_lines({"product": "X", "quantity": "1"}, {"product": "X", "quantity": "2"})
    client.post("/purchases/new/", {**FORM, **lines, "customer_text": "verm"})
    places = Purchase.objects.get().lines.order_by("pk").values_list("occurrence", "quantity")
    assert list(places) == [(1, Decimal(1)), (2, Decimal(2))]


def test_the_customer_of_the_page_before_is_filled_in(client, agent, els):
    page = client.get(f"/purchases/new/?customer={els.pk}")
    assert 'value="Els Vermeulen"' in page.content.decode()
    told = {**FORM, "customer_text": "Els Vermeulen"}
    client.post(f"/purchases/new/?customer={els.pk}", told)
    assert Purchase.objects.get().customer == els


def test_when_several_customers_fit_one_chooses(client, agent, els):
    other = make.customer(name="Els Vermeersch")
    page = client.post("/purchases/new/", {**FORM, "customer_text": "els"}).content.decode()
    assert "Several customers fit: choose one of them." in page
    assert "Els Vermeersch" in page
    assert Purchase.objects.count() == 0
    told = {**FORM, "customer_text": "els", "customer_pick": str(other.pk)}
    client.post("/purchases/new/", told)
    assert Purchase.objects.get().customer == other


def test_an_unknown_customer_is_made_only_when_asked_for(client, agent):
    told = {**FORM, "customer_text": "Nele Jacobs"}
    page = client.post("/purchases/new/", told).content.decode()
    assert "Nobody like that is known" in page
    assert Customer.objects.count() == 0
    client.post("/purchases/new/", {**told, "customer_pick": "new"})
    assert Purchase.objects.get().customer.name == "Nele Jacobs"


@pytest.mark.parametrize(
    ("text", "field"), [("nele@example.com", "emails"), ("02 555 09 99", "phones")]
)
def test_a_new_customer_can_be_known_by_mail_or_phone_alone(client, agent, text, field):
    client.post("/purchases/new/", {**FORM, "customer_text": text, "customer_pick": "new"})
    assert getattr(Purchase.objects.get().customer, field).count() == 1


def test_a_refused_purchase_leaves_no_new_customer_behind(client, agent, els):
    make.purchase(order_number="A-1", customer=els)
    told = {**FORM, "customer_text": "Nele Jacobs", "customer_pick": "new"}
    page = client.post("/purchases/new/", told).content.decode()
    assert "Another purchase has this order number." in page
    assert (Customer.objects.count(), Purchase.objects.count()) == (1, 1)
    # SQLite names the column, PostgreSQL the constraint.
    named = "purchase_order_number_once|UNIQUE .*order_number"
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        make.purchase(order_number="A-1", customer=els)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"order_number": ""}, "This field is required."),
        ({"ordered_at": "soon"}, "Enter a valid date/time."),
        ({"delivered_at": "2026-03-01T09:00:00"}, "Delivered before it was ordered"),
        ({"status": "lost"}, "lost is not one of the available choices"),
        ({"customer_text": ""}, "Say who bought"),
        (with_lines({"product": "NOPE"}), "No product has the SKU or name “NOPE”"),
        (with_lines({"product": "X", "lot": "L9"}), "has no lot L9"),
        (with_lines({"product": "X", "quantity": "0"}), "The quantity must be more than 0."),
        (with_lines({"product": "X", "unit_price": "-1"}), "greater than or equal to 0"),
        (with_lines({"quantity": "3"}), "Say which product this line is about."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(client, agent, els, fields, message):
    make.product(sku="X")
    told = {**FORM, "customer_text": "verm", **fields}
    assert message in client.post("/purchases/new/", told).content.decode()
    assert Purchase.objects.count() == 0


def test_asking_for_more_lines_saves_nothing_and_keeps_what_was_typed(client, agent, els):
    told = {**FORM, "customer_text": "verm", "more": "1", **with_lines({"product": "X"})}
    page = client.post("/purchases/new/", told)
    assert Purchase.objects.count() == 0
    assert 'value="A-1"' in page.content.decode()
    assert "Nothing was saved" not in page.content.decode()


# Changing ------------------------------------------------------------------------------------


@pytest.fixture
def purchase(els):
    mug = make.product(sku="X", name="Mug")
    made = make.purchase(
        order_number="A-1", customer=els, ordered_at=datetime(2026, 3, 2, 9, tzinfo=UTC)
    )
    made.lines.create(product=mug, quantity=Decimal(1))
    made.lines.create(product=mug, quantity=Decimal(2), occurrence=2)
    return made


def edit(client, purchase, **fields):
    lines = with_lines(
        {"product": "X", "quantity": "1"}, {"product": "X", "quantity": "2"}, initial=2
    )
    told = {**FORM, "customer_text": "Els Vermeulen", "version": "1", **lines, **fields}
    return client.post(f"/purchases/{purchase.pk}/edit/", told)


def test_a_delivery_moves_the_clock_and_marks_for_evaluation(client, agent, purchase):
    edit(client, purchase, delivered_at="2026-03-06T12:00:00", status="delivered")
    purchase.refresh_from_db()
    assert (purchase.status, purchase.dispatched, purchase.version) == ("delivered", True, 2)
    assert (purchase.clock_kind, purchase.clock_day) == ("delivery", date(2026, 3, 6))
    assert purchase.window_ends_at == purchase.clock_at + timedelta(days=90)
    assert make.mark_of(purchase) is not None
    changes = HistoryEntry.objects.get().changes
    assert sorted(changes) == ["delivered_at", "dispatched", "status"]


def test_saving_without_a_change_changes_nothing(client, agent, purchase):
    edit(client, purchase)
    purchase.refresh_from_db()
    assert (purchase.version, make.mark_of(purchase)) == (1, None)
    assert HistoryEntry.objects.count() == 0


def test_seconds_of_an_imported_moment_survive_a_change_of_something_else(client, agent, purchase):
    moment = datetime(2026, 3, 2, 9, 0, 7, 123456, tzinfo=UTC)
    Purchase.objects.update(ordered_at=moment)
    edit(client, purchase, ordered_at="2026-03-02T10:00:07", status="dispatched")
    purchase.refresh_from_db()
    assert (purchase.status, purchase.ordered_at) == ("dispatched", moment)


def test_lines_are_changed_and_removed(client, agent, purchase):
    told = {"form-0-DELETE": "on", "form-1-quantity": "5"}
    edit(client, purchase, **told)
    line = purchase.lines.get()
    assert (line.occurrence, line.quantity) == (1, Decimal(5))
    assert HistoryEntry.objects.get().changes == {"lines": ["1 × Mug; 2 × Mug", "5 × Mug"]}


def test_a_stale_page_is_refused_and_nothing_of_it_is_saved(client, agent, purchase):
    edit(client, purchase, status="dispatched")
    page = edit(client, purchase, status="cancelled", **{"form-0-quantity": "9"}).content.decode()
    assert "Bram changed this at" in page
    purchase.refresh_from_db()
    assert purchase.status == "dispatched"
    assert list(purchase.lines.values_list("quantity", flat=True)) == [Decimal(1), Decimal(2)]


def test_a_lot_of_another_product_is_refused_by_the_service(purchase):
    lot = make.lot()
    draft = PurchaseDraft(
        order_number="A-2",
        customer=purchase.customer,
        ordered_at=timezone.now(),
        lines=(LineDraft(product=make.product(), lot=lot),),
    )
    with pytest.raises(ValidationError, match="is of another product"):
        save_purchase(actor=None, shop=make.shop(), draft=draft)
    assert Purchase.objects.get() == purchase


# The list ------------------------------------------------------------------------------------


def test_the_list_filters_by_everything_it_offers(client, agent, els):
    mug = make.product(sku="PLD-30", category="Tableware")
    day = datetime(2026, 3, 2, 22, 59, tzinfo=UTC)
    make.purchase(order_number="A-1", customer=els, products=(mug,))
    make.purchase(order_number="A-2", status="cancelled", ordered_at=day)
    flagged = {"gross_interactions": 7, "net_interactions": 7, "flag_state": "open"}
    make.purchase(order_number="B-3", ordered_at=day + timedelta(minutes=2), **flagged)
    shown = {
        "": ["A-1", "B-3", "A-2"],
        "?q=verm": ["A-1"],
        "?q=a": ["A-1", "A-2"],
        "?status=cancelled": ["A-2"],
        "?flag=open": ["B-3"],
        "?product=PLD-30": ["A-1"],
        "?category=Tableware": ["A-1"],
        "?category=Tableware&status=cancelled": [],
        "?from=2026-03-03&to=2026-03-03": ["B-3"],
        "?to=2026-03-02": ["A-2"],
        "?sort=-net": ["B-3", "A-2", "A-1"],
        "?sort=customer__note": ["A-1", "B-3", "A-2"],
    }
    for query, numbers in shown.items():
        page = client.get(f"/purchases/{query}").context["page"]
        assert [row.order_number for row in page.items] == numbers, query


def test_a_filter_that_cannot_be_read_is_said_and_shows_all(client, agent):
    make.purchase(order_number="A-1")
    page = client.get("/purchases/?from=yesterday&product=zzz&status=lost").content.decode()
    for message in ("Write the date as 2026-01-31.", "No product has this SKU", "does not exist"):
        assert message in page
    assert "A-1" in page


def test_the_list_pages_by_key_and_keeps_the_filters(client, agent, els):
    for n in range(60):
        make.purchase(order_number=f"A-{n:02}", customer=els, status="dispatched")
    first = client.get("/purchases/?status=dispatched").context["page"]
    second = client.get(f"/purchases/{first.next_query}").context["page"]
    assert (len(first.items), len(second.items), first.count_text) == (50, 10, "60")
    assert "status=dispatched" in first.next_query


def test_a_row_shows_tally_goods_and_flag(client, agent, els):
    counts = {"gross_interactions": 6, "net_interactions": 6, "flag_state": "open"}
    lot = make.lot(product=make.product(name="Polder mug"))
    make.purchase(order_number="A-1", customer=els, lots=(lot,), **counts)
    page = client.get("/purchases/").content.decode()
    for text in ("6 counted contacts", "1 × Polder mug", "Flagged", "Els Vermeulen", "Ordered"):
        assert text in page


def test_the_list_asks_the_same_for_1_and_20_purchases(client, agent, queries):
    make.purchase(lots=(make.lot(), make.lot()))
    with queries() as few:
        client.get("/purchases/")
    for _ in range(19):
        make.purchase(lots=(make.lot(), make.lot()))
    with queries(at_most=len(few)):
        client.get("/purchases/")


@pytest.mark.parametrize("role", ["inspector", "admin"])
def test_inspectors_and_admins_do_not_see_purchases(client, purchase, role):
    client.force_login(getattr(make, role)())
    for path in ("/purchases/", "/purchases/new/", f"/purchases/{purchase.pk}/edit/"):
        assert client.get(path).status_code == 403
        assert client.post(path, FORM).status_code == 403
    assert Purchase.objects.get().version == 1


def test_only_who_may_import_sees_the_way_there(client, agent):
    assert "/imports/" not in client.get("/purchases/").content.decode()
    client.force_login(make.manager())
    assert "/imports/?kind=purchases" in client.get("/purchases/").content.decode()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "9999-12-31T23:59:00"])
@pytest.mark.parametrize("field", ["ordered_at", "delivered_at"])
def test_a_year_no_calendar_reckons_with_is_refused(client, agent, els, field, moment):
    response = client.post("/purchases/new/", {**FORM, "customer_text": "Els", field: moment})
    assert response.status_code in (200, 422)
    assert "The year must be between 1900 and 2199." in response.content.decode()
    assert not Purchase.objects.exists()
