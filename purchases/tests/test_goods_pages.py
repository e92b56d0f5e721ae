"""Products and lots in the browser."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import HistoryEntry
from purchases.models import Lot, Product
from purchases.services import LotDraft, save_lot
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = make.manager(name="Lotte")
    client.force_login(person)
    return person


@pytest.fixture
def mug():
    return make.product(sku="PLD-30", name="Polder mug", category="Tableware")


def test_a_manager_adds_and_changes_a_product(client, manager):
    told = {"sku": "PLD-30", "name": "Polder múg", "category": "Tableware"}
    assert client.post("/products/new/", told)["Location"] == "/products/"
    product = Product.objects.get()
    assert (product.name_folded, product.retired_at) == ("polder mug", None)

    client.post(f"/products/{product.pk}/edit/", {**told, "retired": "on", "version": "1"})

    product.refresh_from_db()
    assert product.retired_at is not None
    assert product.version == 2
    assert [e.verb for e in HistoryEntry.objects.about(product)] == ["changed", "created"]


def test_a_sku_is_one_products(client, manager, mug):
    page = client.post("/products/new/", {"sku": "PLD-30", "name": "Other"}).content.decode()
    assert "Another product has this SKU." in page
    assert Product.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(sku="PLD-30", name="Other")


def test_a_stale_product_page_is_refused(client, manager, mug):
    told = {"sku": "PLD-30", "name": "Mug", "category": "", "version": "1"}
    client.post(f"/products/{mug.pk}/edit/", told)
    page = client.post(f"/products/{mug.pk}/edit/", {**told, "name": "Cup"}).content.decode()
    assert "Lotte changed this at" in page
    mug.refresh_from_db()
    assert mug.name == "Mug"


def test_the_product_list_finds_filters_and_hides_the_retired(client, manager, mug):
    make.product(sku="OLD-1", name="Old pan", category="Kitchen", retired_at=timezone.now())
    shown = {
        "": ["Polder mug"],
        "?q=pold": ["Polder mug"],
        "?q=pld": ["Polder mug"],
        "?q=old": [],
        "?q=old&show=all": ["Old pan"],
        "?category=Tableware": ["Polder mug"],
        "?show=all&sort=-name": ["Polder mug", "Old pan"],
    }
    for query, names in shown.items():
        page = client.get(f"/products/{query}")
        assert [product.name for product, _lots in page.context["rows"]] == names, query
    assert "does not exist (any more)" in client.get("/products/?category=Nope").content.decode()


@pytest.mark.parametrize("role", ["agent", "inspector"])
def test_others_look_at_goods_and_only_managers_change_products(client, mug, role):
    client.force_login(getattr(make, role)())
    page = client.get("/products/").content.decode()
    assert "Polder mug" in page
    assert "/products/new/" not in page
    for path in ("/products/new/", f"/products/{mug.pk}/edit/"):
        assert client.post(path, {"sku": "X", "name": "X"}).status_code == 403
    assert Product.objects.get().name == "Polder mug"


def test_a_lot_is_added_with_its_maker(client, manager, mug):
    maker = make.user(name="Dries", is_active=False)
    told = {
        "product": "pld-30",
        "number": "PLD-2609",
        "maker": maker.pk,
        "made_on": "2026-03-02",
        "quantity": "120",
    }
    response = client.post("/lots/new/", told)
    lot = Lot.objects.get()
    assert response["Location"] == f"/lots/{lot.pk}/"
    assert (lot.product, lot.maker, lot.quantity, lot.state) == (mug, maker, 120, "made")


def test_the_scanned_number_stands_in_the_new_lot(client, manager):
    assert 'value="X-99"' in client.get("/lots/new/?number=X-99").content.decode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"product": "NOPE"}, "No product has the SKU or name “NOPE”"),
        ({"number": ""}, "This field is required."),
        ({"quantity": "0"}, "greater than or equal to 1"),
        ({"made_on": "2026-13-01"}, "Enter a valid date."),
        ({"maker": "999999"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_a_lot_is_said(client, manager, mug, fields, message):
    told = {"product": "PLD-30", "number": "L1", **fields}
    assert message in client.post("/lots/new/", told).content.decode()
    assert Lot.objects.count() == 0


def test_a_product_typed_by_a_name_that_two_have_asks_for_the_sku(client, manager, mug):
    make.product(name="Polder mug")
    page = client.post("/lots/new/", {"product": "polder MUG", "number": "L1"}).content.decode()
    assert "Several products are called" in page


def test_a_lot_number_is_once_per_product(client, manager, mug):
    make.lot(product=mug, number="L1")
    page = client.post("/lots/new/", {"product": "PLD-30", "number": "L1"}).content.decode()
    assert "already has a lot with this number" in page
    assert Lot.objects.count() == 1
    save_lot(actor=None, draft=LotDraft(product=make.product(), number="L1"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.create(product=mug, number="L1")


def test_renaming_a_lot_to_one_that_is_there_is_refused_too(client, manager, mug):
    make.lot(product=mug, number="L1")
    lot = make.lot(product=mug, number="L2")
    told = {"product": "PLD-30", "number": "L1", "version": "1"}
    page = client.post(f"/lots/{lot.pk}/edit/", told).content.decode()
    assert "already has a lot with this number" in page
    lot.refresh_from_db()
    assert lot.number == "L2"


def test_the_product_of_a_sold_lot_stays(client, manager, mug):
    lot = make.lot(product=mug, number="L1")
    make.purchase(lots=(lot,))
    other = make.product(sku="OTHER")
    told = {"product": other.sku, "number": "L1", "version": "1"}
    page = client.post(f"/lots/{lot.pk}/edit/", told).content.decode()
    assert "This lot has been sold" in page
    lot.refresh_from_db()
    assert lot.product == mug


def test_the_lot_list_filters_by_state_product_and_number(client, manager, mug):
    make.lot(product=mug, number="PLD-1", state="rejected", state_reason="melted")
    make.lot(product=mug, number="PLD-2", state="on_hold", state_reason="Crack")
    make.lot(product=make.product(sku="OAK-1"), number="OAK-9")
    shown = {
        "": ["OAK-9", "PLD-2", "PLD-1"],
        "?state=on_hold": ["PLD-2"],
        "?state=on_hold&state=rejected": ["PLD-2", "PLD-1"],
        "?product=OAK-1": ["OAK-9"],
        "?q=pld": ["PLD-2", "PLD-1"],
        "?q=oak-9": ["OAK-9"],
        "?sort=number": ["OAK-9", "PLD-1", "PLD-2"],
        "?sort=maker__password": ["OAK-9", "PLD-2", "PLD-1"],
    }
    for query, numbers in shown.items():
        page = client.get(f"/lots/{query}").context["page"]
        assert [lot.number for lot in page.items] == numbers, query
    assert "No product has this SKU" in client.get("/lots/?product=zzz").content.decode()


def test_an_agent_sees_lots_without_ways_to_change_or_open_them(client, mug):
    lot = make.lot(product=mug, number="PLD-1")
    client.force_login(make.agent())
    page = client.get("/lots/").content.decode()
    assert "PLD-1" in page
    assert f"/lots/{lot.pk}/" not in page
    assert client.get(f"/lots/{lot.pk}/edit/").status_code == 403
    assert client.post("/lots/new/", {"product": "PLD-30", "number": "L"}).status_code == 403
    assert Lot.objects.count() == 1


@pytest.mark.parametrize("path", ["/lots/", "/products/"])
def test_the_lists_ask_the_same_for_1_and_20_rows(client, manager, queries, path):
    make.lot(maker=make.user())
    with queries() as few:
        client.get(path)
    for _ in range(19):
        make.lot(maker=make.user())
    with queries(at_most=len(few)):
        client.get(path)


@pytest.mark.parametrize("path", ["/lots/", "/products/", "/purchases/", "/customers/"])
def test_empty_lists_say_what_to_do_next(client, path):
    person = make.agent(name="Bram")
    client.force_login(person)
    page = client.get(path).content.decode()
    assert "td-empty-title" in page
    assert "yet" in page


@pytest.mark.parametrize("address", ["/products/", "/lots/"])
def test_a_zero_byte_in_the_address_of_a_list_finds_as_if_it_were_not_there(client, address):
    client.force_login(make.manager())
    product = make.product(name="Mug", sku="MUG-30")
    make.lot(product=product, number="MUG-LOT-1")
    make.lot(product=make.product(name="Jar", sku="JAR-1"), number="JAR-LOT-1")
    page = client.get(address, {"q": "MU\x00G"})
    assert page.status_code == 200
    assert "MUG-" in page.content.decode()
    assert "JAR-LOT-1" not in page.content.decode()
