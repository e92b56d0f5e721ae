"""Everything about a serial on one page, and who reads what of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quality.models import LotPart
from quality.services import decide_lot
from tests import benchwork, make

pytestmark = pytest.mark.django_db
PAGE = "/serials/"


@pytest.fixture
def unit():
    """A single unit: made, found wrong, reworked in a second round, sold, and complained about."""
    lot = make.lot_to_inspect(number="SN-00417", quantity=1, maker=make.user(name="Mia Maker"))
    make.signed_inspection(lot=lot, inspector=make.inspector(name="Ines"), mass="348")
    make.signed_inspection(lot=lot, inspector=make.inspector(name="Ivo"), stage="re_inspection")
    order = make.purchase(order_number="A-24817", lots=(lot,), customer=make.customer(name="Ann"))
    make.interaction(purchase=order, summary="The handle came off.")
    return lot


def read(client, person, **query) -> str:
    client.force_login(person)
    return client.get(PAGE, query).content.decode()


def test_a_manager_reads_its_whole_life_and_what_customers_said(client, unit):
    page = read(client, make.manager(), number="SN-00417")
    for words in (
        "made by Mia Maker",
        "First inspection: Does not conform",
        "Found wrong: Mass, dry",
        "Re-inspection: Conforms",
        "Ordered as A-24817",
    ):
        assert words in page, words
    assert page.index("Does not conform") < page.index("Re-inspection: Conforms")
    url = reverse("serial_contacts", args=[unit.pk])
    assert url in page
    heard = client.get(url).content.decode()
    assert "The handle came off." in heard
    assert "Ann" in heard


def test_an_inspector_reads_number_product_and_state_of_the_order_and_no_contact(client, unit):
    page = read(client, make.inspector(), number="sn-00417")
    assert "Ordered as A-24817" in page
    assert "First inspection: Does not conform" in page
    for words in ("Ann", "The handle came off.", "/purchases/", "/contacts/"):
        assert words not in page, words
    assert client.get(reverse("serial_contacts", args=[unit.pk])).status_code == 403


def test_an_agent_reads_state_and_orders_but_nothing_of_inspections(client, unit):
    page = read(client, make.agent(), number="SN-00417")
    assert "Ordered as A-24817" in page
    for words in ("Ines", "Does not conform", "Found wrong", "/bench/inspections/"):
        assert words not in page, words


def test_what_a_second_person_still_owes_is_told_to_nobody_else(client):
    lot = make.lot_to_inspect(number="SN-2", seconds="every")
    make.signed_inspection(lot=lot, inspector=make.inspector(name="Fay First"), mass="348")
    assert "Fay First" not in read(client, make.inspector(), number="SN-2")
    assert "Fay First" in read(client, make.manager(), number="SN-2")


def test_a_serial_within_a_lot_is_found_by_the_part_that_names_it(client):
    lot = make.signed_inspection(lot=make.lot_to_inspect(quantity=3), mass="348").lot
    lead = make.manager()
    said = {"decision": "reject", "quantity": 1, "actor": lead}
    decide_lot(lot=lot, reason="Cracked", serials="S-17, S-18", **said)
    decide_lot(lot=lot, reason="Chipped", serials="S-19", **said)
    page = read(client, lead, number="s-17")
    assert f"in lot {lot.number}" in page
    assert "Cracked" in page
    assert "Chipped" not in page
    assert read(client, lead, number="S-1").count("Nothing has this number") == 1
    assert client.get(PAGE, {"number": "S-1"}).status_code == 404
    # The bench finds it by the same number.
    client.force_login(make.inspector())
    assert lot.number in client.get("/bench/open/", {"code": "S-18"}).content.decode()
    part = LotPart.objects.order_by("pk")[0]
    assert part.serial_list == ["S-17", "S-18"]


def test_a_number_on_two_lots_asks_which(client):
    one, other = (make.lot(number="L-1", product=make.product(name=n)) for n in ("Mug", "Bowl"))
    page = read(client, make.manager(), number="L-1")
    assert "2 lots have this number" in page
    page = read(client, make.manager(), number="L-1", lot=str(other.pk))
    assert "Bowl" in page
    assert "What happened to it" in page
    assert one.pk != other.pk


@pytest.mark.parametrize("number", ["", "  ", "NOPE", "x" * 500, "a b", "'; DROP TABLE --"])
def test_an_unknown_number_says_what_to_do(client, number):
    client.force_login(make.inspector())
    answer = client.get(PAGE, {"number": number})
    assert answer.status_code == (404 if number.strip() else 200)
    assert "Nothing has this number" in answer.content.decode() or not number.strip()


def test_it_is_reached_from_the_scan_the_lot_the_purchase_and_the_search(client, unit):
    lead = make.manager()
    client.force_login(lead)
    link = f"{PAGE}?number=SN-00417&amp;lot={unit.pk}"
    order = unit.lines.get().purchase
    for address in (
        "/bench/open/?code=SN-00417",
        reverse("lot_page", args=[unit.pk]),
        reverse("lot_fragment", args=[order.pk]),
        reverse("purchase_page", args=[order.pk]),
        "/search/?q=SN-00417",
    ):
        assert link in client.get(address).content.decode(), address


def test_of_a_batch_that_many_ordered_the_orders_are_counted(client):
    lot = make.lot(number="L-7")
    for _n in range(7):
        make.purchase(lots=(lot,))
    page = read(client, make.manager(), number="L-7")
    assert "Ordered 7 times" in page
    assert "Ordered as" not in page


def test_its_life_costs_the_same_with_1_and_20_of_each(client, queries):
    lot = make.lot_to_inspect(number="L-5", quantity=100)
    client.force_login(make.manager())

    def add(count: int) -> None:
        for _n in range(count):
            make.purchase(lots=(lot,))
            benchwork.nonconformance(lot=lot, quantity=1)
            stage = "re_inspection" if lot.inspections.exists() else ""
            make.signed_inspection(lot=lot, stage=stage)

    add(8)
    with queries() as few:
        client.get(PAGE, {"number": "L-5"})
    add(8)
    with queries(exactly=len(few)):
        client.get(PAGE, {"number": "L-5"})
    with queries() as one:
        client.get(reverse("serial_contacts", args=[lot.pk]))
    for purchase in [line.purchase for line in lot.lines.all()]:
        make.interaction(purchase=purchase, occurred_at=timezone.now() - timedelta(days=1))
    with queries(exactly=len(one)):
        client.get(reverse("serial_contacts", args=[lot.pk]))
