"""Searching everything a person may see: by kind, with the place where it was found."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.lib.wordindex import words_of
from tests import make
from tickets.models import TicketEvent

pytestmark = pytest.mark.django_db
SEARCH, BOX = "/search/", "/search/box/"


@pytest.fixture
def agent(client):
    person = make.agent(name="Nadia El Amrani")
    client.force_login(person)
    return person


def searched(client, text, address=SEARCH):
    answer = client.get(address, {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_that_were_said_are_found_marked_and_escaped(client, agent):
    purchase = make.purchase(order_number="A-24817")
    told = make.interaction(purchase=purchase, summary="The <b>GLAÇURE</b> is cracked")
    page = searched(client, "glacure crack")
    assert "The &lt;b&gt;<mark>GLAÇURE</mark>&lt;/b&gt; is <mark>cracked</mark>" in page
    assert reverse("interaction_page", args=[told.pk]) in page
    assert reverse("purchase_page", args=[purchase.pk]) in page
    assert "What was said" in page


@pytest.mark.parametrize("address", [SEARCH, BOX])
def test_tickets_are_found_by_number_subject_and_ending_and_notes_by_their_words(
    client, agent, address
):
    ticket = make.ticket(purchase=make.purchase(), subject="Lid broken", resolution="Sent tulips")
    note = TicketEvent.objects.create(
        ticket=ticket, kind=TicketEvent.Kind.NOTED, note="Ask Joris about daisies", actor=agent
    )
    link = reverse("ticket_page", args=[ticket.pk])
    assert link in searched(client, f"#{ticket.pk}", address)
    assert "<mark>Lid</mark> broken" in searched(client, "lid", address)
    assert link in searched(client, "tulips", address)
    assert "about <mark>daisies</mark>" in searched(client, note.note[-7:], address)


def test_orders_customers_and_numbers_say_where_they_matched(client, agent):
    customer = make.customer(name="Els Vermeulen", phone="+3225550143")
    make.purchase(order_number="A-24817", customer=customer)
    page = searched(client, "02 555 01 43")
    assert "A-24817" in page
    assert "+3225550143" in page
    assert "Els Vermeulen" in searched(client, "verm")


def test_an_inspector_finds_purchases_and_lots_and_nothing_a_customer_said(client):
    client.force_login(make.inspector())
    lot = make.lot(number="LOT-77")
    customer = make.customer(name="Els Vermeulen")
    purchase = make.purchase(order_number="A-24817", customer=customer, lots=(lot,))
    make.interaction(purchase=purchase, summary="secret tulips")
    for address in (SEARCH, BOX):
        assert "LOT-77" in searched(client, "LOT-7", address)
        page = searched(client, "A-24817", address)
        assert "A-24817" in page
        assert "Vermeulen" not in page
        assert reverse("purchase_page", args=[purchase.pk]) not in page
        for text in ("tulips", "Vermeulen"):
            told = searched(client, text, address)
            assert "secret" not in told
            assert "Els" not in told


def test_an_admin_alone_gets_the_box_without_anything_of_a_customer(client):
    client.force_login(make.user(Role.ADMIN))
    make.interaction(purchase=make.purchase(order_number="A-24817"), summary="secret tulips")
    assert "secret" not in searched(client, "tulips", BOX)
    assert "A-24817" not in searched(client, "A-24817", BOX)
    assert client.get(SEARCH).status_code == 403


def test_nothing_typed_and_nothing_found_say_what_can_be_searched(client, agent):
    assert "What are you looking for?" in searched(client, "")
    page = searched(client, "zzzz")
    assert "Nothing fits" in page
    assert "last six digits" in page


@pytest.mark.parametrize(
    "text", ["\0", "'", "%", "_", "a" * 9000, "日本", "☃", "#99999999999999999"]
)
def test_odd_texts_are_answered(client, agent, text):
    searched(client, text)
    searched(client, text, BOX)


def test_a_word_that_stands_in_very_many_texts_says_that_not_all_are_shown(client, agent):
    purchase = make.purchase()
    for _n in range(21):
        make.interaction(purchase=purchase, summary="again tulips")
    page = searched(client, "tulips")
    assert page.count("<mark>tulips</mark>") == 20
    assert "not all that fit" in page


def test_one_and_twenty_finds_take_the_same_queries(client, agent, queries):
    def find():
        with queries(at_most=40) as seen:
            searched(client, "tulips")
        return len(seen)

    def add():
        ticket = make.ticket(purchase=make.purchase(), subject="tulips")
        make.interaction(purchase=ticket.purchase, ticket=ticket, summary="tulips")
        TicketEvent.objects.create(
            ticket=ticket, kind=TicketEvent.Kind.NOTED, note="tulips", actor=agent
        )

    add()
    find()
    one = find()
    for _n in range(19):
        add()
    assert find() == one


def test_words_are_runs_of_letters_and_digits():
    assert words_of("L'Été, 12/b_c!") == ["l", "ete", "12", "b", "c"]
