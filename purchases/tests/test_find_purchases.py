"""Finding a purchase by anything a person may say."""

from datetime import UTC, datetime, timedelta

import pytest

from purchases.finding import Where, find_purchases
from purchases.models import Customer
from purchases.services import CustomerDraft, save_customer
from tests import make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def els():
    draft = CustomerDraft(
        name="Els Vermeulen-Ñandú",
        ref="K-1000",
        postcode="2800",
        emails=("Els.V@Example.com",),
        phones=("02 555 01 43", "0475 12 34 56"),
    )
    return save_customer(actor=None, shop=make.shop(), draft=draft)


@pytest.fixture
def order(els):
    lot = make.lot(number="PLD-2609", product=make.product(sku="PLD-30", name="Polder mug"))
    make.purchase(order_number="B-1", customer=make.customer(name="Jan Janssens"))
    return make.purchase(order_number="A-24817", customer=els, lots=(lot,), ordered_at=NOON)


def found(text: str, **about):
    result = find_purchases(text, shop=make.shop(), **about)
    return [(match.purchase.order_number, match.where, match.what) for match in result.matches]


@pytest.mark.parametrize("text", ["A-24817", "a24817", "A 24817", " a-248 ", "A-2"])
def test_by_the_beginning_of_the_order_number(order, text):
    assert found(text) == [("A-24817", Where.ORDER, "A-24817")]


@pytest.mark.parametrize(
    "text",
    ["+32 2 555 01 43", "02/555.01.43", "0032 2 555 01 43", "025550143", "+3225550143", "550143"],
)
def test_by_phone_in_any_notation_or_its_last_digits(order, text):
    assert found(text) == [("A-24817", Where.PHONE, "+3225550143")]


def test_fewer_than_six_last_digits_are_no_phone_number(order):
    assert found("50143") == []


@pytest.mark.parametrize(
    "text", ["els verm", "ELS", "vermeulen", "Verm", "nandu", "vermeulen-nandu els", "Vermeulen-Ñ"]
)
def test_by_the_first_words_or_the_last_word_of_the_name(order, text):
    if text == "nandu":
        assert found(text) == []
    else:
        assert found(text) == [("A-24817", Where.NAME, "Els Vermeulen-Ñandú")]


@pytest.mark.parametrize("text", ["els.v@example.com", "ELS.V@", "els.v"])
def test_by_the_beginning_of_an_email_address(order, text):
    assert found(text) == [("A-24817", Where.EMAIL, "Els.V@Example.com")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("2800", Where.POSTCODE),
        ("k-1000", Where.REF),
        ("pld-2609", Where.LOT),
        ("pld-30", Where.SKU),
    ],
)
def test_by_postcode_customer_number_lot_and_sku(order, text, where):
    [(number, place, what)] = found(text)
    assert (number, place, what.lower()) == ("A-24817", where, text)


def test_the_latest_purchases_come_first_and_an_exact_number_before_them(els):
    for n in range(5):
        make.purchase(order_number=f"A-1{n}", customer=els, ordered_at=NOON - timedelta(days=n))
    make.purchase(order_number="A-1", customer=els, ordered_at=NOON - timedelta(days=900))
    assert [number for number, *_ in found("els")] == [*(f"A-1{n}" for n in range(5)), "A-1"]
    assert [number for number, *_ in found("a-1", limit=3)] == ["A-1", "A-11", "A-12"]
    result = find_purchases("els", shop=make.shop(), limit=3)
    assert (len(result.matches), result.more) == (3, True)


def test_a_customer_without_a_purchase_is_found_too(els):
    result = find_purchases("verm", shop=make.shop())
    assert result.matches == ()
    assert [(one.customer, one.where) for one in result.customers] == [(els, Where.NAME)]


def test_a_merged_customer_is_not_offered(els):
    other = make.customer(name="Els Vermeulen", email="els.v@example.com", phone="+3225550143")
    Customer.objects.filter(pk=other.pk).update(merged_into=els)
    for text in ("els", "els.v", "+3225550143", "550143"):
        assert [c.customer for c in find_purchases(text, shop=make.shop()).customers] == [els]


@pytest.mark.parametrize("text", ["", " ", "a", "%", "_", "\0", "\\", "'", "x" * 5000, "☎", "()"])
def test_nothing_sensible_finds_nothing_and_breaks_nothing(order, text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["a%", "_-24817", "A-24817'--", "A%24817"])
def test_wildcards_are_plain_signs(order, text):
    assert found(text) in ([], [("A-24817", Where.ORDER, "A-24817")])


def test_without_customers_only_the_purchase_itself_is_searched(order):
    assert found("els", customers=False) == []
    assert found("025550143", customers=False) == []
    assert found("pld-2609", customers=False) == [("A-24817", Where.LOT, "PLD-2609")]
    assert find_purchases("els", shop=make.shop(), customers=False).customers == ()


@pytest.mark.parametrize("text", ["A-24817", "+3225550143", "verm", "els.v", "2800", "PLD-2609"])
def test_a_search_asks_few_queries_however_many_fit(order, els, queries, text):
    for n in range(30):
        make.purchase(order_number=f"A-24817-{n}", customer=els)
    shop = make.shop()
    with queries(at_most=13):
        find_purchases(text, shop=shop)


# The page ------------------------------------------------------------------------------------


def test_the_page_lists_what_fits_and_where_it_was_found(client, order, els):
    client.force_login(make.agent())
    page = client.get("/search/?q=02 555 01 43").content.decode()
    assert f'href="/purchases/{order.pk}/"' in page
    assert "+3225550143" in page
    assert f'href="/customers/{els.pk}/"' in page
    assert "Jan Janssens" not in page


def test_the_command_box_gets_only_the_list(client, order):
    client.force_login(make.agent())
    part = client.get("/search/box/?q=verm").content.decode()
    assert "<html" not in part
    assert "A-24817" in part


def test_an_inspector_sees_number_product_and_state_and_no_customer(client, order):
    client.force_login(make.inspector())
    page = client.get("/search/?q=A-24817").content.decode()
    assert "A-24817" in page
    assert "Polder mug" in page
    assert "Vermeulen" not in page
    assert f"/purchases/{order.pk}/" not in page
    assert "Nothing fits" in client.get("/search/?q=verm").content.decode()


def test_an_admin_alone_does_not_search(client, order):
    client.force_login(make.admin())
    assert client.get("/search/?q=A-24817").status_code == 403


def test_an_empty_search_says_what_can_be_typed(client):
    client.force_login(make.agent())
    assert "last six digits" in client.get("/search/").content.decode()
