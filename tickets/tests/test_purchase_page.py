"""The purchase page: the tally, the sentence, the timeline, the lots, the ticket."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Promise, TicketEvent
from tickets.services import hand_off_ticket, recount_purchases

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    make.shop(threshold=6, normal_mean=0.6, normal_nine_in_ten=2, threshold_odds=100)
    client.force_login(make.agent(name="Lotte Maes", team=make.team()))
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def busy(count: int = 7, **fields: object) -> Purchase:
    """A purchase with so many counted contacts, a day apart, and one of ours."""
    start = timezone.now() - timedelta(days=count + 5)
    purchase = make.purchase(delivered_at=start, **fields)
    reason = make.reason(name=f"Cracked {purchase.pk}")
    for day in range(count):
        make.interaction(
            purchase=purchase,
            reason=reason,
            occurred_at=start + timedelta(days=day + 1),
            summary=f"Contact {day + 1}.",
        )
    make.interaction(purchase=purchase, direction="outbound", occurred_at=start, reason=reason)
    recount_purchases(purchase_ids=[purchase.pk])
    purchase.refresh_from_db()
    return purchase


def test_the_tally_and_the_sentence_say_what_is_normal(desk: Client):
    page = text_of(desk.get(f"/purchases/{busy().pk}/"))
    assert "7 counted contacts, at or over the threshold of 6" in page
    assert "A purchase normally needs <strong>0.6</strong> contacts" in page
    assert "7 counted of 8 interactions, 1 ours or of a kind that does not count" in page
    assert "day 12 of 90" in page


def test_the_timeline_numbers_what_counts_and_names_why_the_rest_does_not(desk: Client):
    page = text_of(desk.get(f"/purchases/{busy().pk}/"))
    numbers = re.findall(r'td-event-net(?: td-alarm| td-event-net-not)?">([^<]*)<', page)
    assert numbers == ["7", "6", "5", "4", "3", "2", "1", "ours"]
    assert page.count("td-event-net td-alarm") == 2


def test_only_what_counted_can_be_shown(desk: Client):
    page = text_of(desk.get(f"/purchases/{busy().pk}/?counted=1"))
    assert "ours</span>" not in page
    assert page.count('class="td-event"') == 7


def test_a_long_timeline_goes_on_page_by_page_and_keeps_its_numbers(desk: Client):
    purchase = busy(60)
    first = text_of(desk.get(f"/purchases/{purchase.pk}/"))
    assert first.count('class="td-event"') == 50
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert after
    second = text_of(desk.get(f"/purchases/{purchase.pk}/{after[1].replace('&amp;', '&')}"))
    numbers = re.findall(r'td-event-net(?: td-alarm| td-event-net-not)?">([^<]*)<', second)
    assert numbers == [str(n) for n in range(10, 0, -1)] + ["ours"]


def test_what_happened_between_the_contacts_stands_among_them(desk: Client):
    purchase = busy(2)
    bram = make.agent(name="Bram De Smet")
    ticket = make.ticket(purchase=purchase, owner=bram, state="open")
    hand_off_ticket(
        ticket=ticket,
        version=1,
        owner=make.agent(name="Nadia El Amrani"),
        note="returns desk",
        actor=bram,
    )
    now = timezone.now()
    for what, fields in (
        ("Ring back", {"due_at": now - timedelta(hours=21)}),
        (
            "Third set by Tuesday",
            {"due_at": now - timedelta(days=3), "state": "broken", "ended_at": now},
        ),
    ):
        Promise.objects.create(ticket=ticket, what=what, owner=bram, **fields)
    page = text_of(desk.get(f"/purchases/{purchase.pk}/"))
    assert "Bram De Smet → Nadia El Amrani, “returns desk”" in page
    assert "Promise late by 21 h" in page
    assert "Promise broken" in page
    assert "1 hand-off" in page


def test_a_superseded_contact_stays_visible_and_says_so(desk: Client):
    purchase = busy(1)
    make.interaction(
        purchase=purchase,
        summary="Wrong words",
        superseded_at=timezone.now(),
        standing="superseded",
    )
    page = text_of(desk.get(f"/purchases/{purchase.pk}/"))
    assert "Wrong words" in page
    assert "superseded</span>" in page


def test_lines_show_the_state_of_their_lots_by_word(desk: Client):
    lot = make.lot(number="PLD-2609-2", state="on_hold", state_reason="Handles crack")
    page = text_of(desk.get(f"/purchases/{make.purchase(lots=(lot,)).pk}/"))
    assert "Lot PLD-2609-2" in page
    assert "Handles crack" in page
    assert "On hold" in page
    # Agents may not open the page of a lot.
    assert f'"/lots/{lot.pk}/"' not in page


def test_a_manager_goes_from_a_line_to_its_lot(desk: Client):
    lot = make.lot()
    desk.force_login(make.manager())
    assert f"/lots/{lot.pk}/" in text_of(desk.get(f"/purchases/{make.purchase(lots=(lot,)).pk}/"))


def test_a_purchase_nobody_called_about_says_what_to_do(desk: Client):
    page = text_of(desk.get(f"/purchases/{make.purchase().pk}/"))
    assert "No contact yet" in page
    assert "0 counted contacts" in page


def test_the_page_costs_at_most_ten_queries_however_much_happened(desk: Client, queries):
    quiet = make.purchase(products=(make.product(),))
    loud = busy(60, lots=tuple(make.lot() for _ in range(5)))
    agent = User.objects.get()
    for _n in range(3):
        ticket = make.ticket(
            purchase=loud,
            external_ref=f"ref {_n}",
            owner=agent,
        )
        for _m in range(3):
            Promise.objects.create(
                ticket=ticket, what="Ring back", owner=agent, due_at=timezone.now()
            )
    make.rating(purchase=loud, score=2)
    TicketEvent.objects.create(kind="resolved", purchase=loud, actor=agent, note="Done")
    make.customer(email="x@example.com")
    with queries(at_most=10) as few:
        desk.get(f"/purchases/{quiet.pk}/")
    with queries(at_most=11) as many:
        desk.get(f"/purchases/{loud.pk}/")
    # Only the exact count of a timeline of more than one page comes on top.
    assert len(many) - len(few) <= 1


def test_the_flag_is_asked_for_only_where_there_is_one(desk: Client):
    purchase = make.purchase()
    assert "/flags/" not in text_of(desk.get(f"/purchases/{purchase.pk}/"))


@pytest.mark.parametrize("path", ["/purchases/{}/", "/customers/{}/"])
def test_inspectors_and_admins_do_not_see_it_and_what_is_not_there_is_404(
    client: Client, path: str
):
    purchase = make.purchase()
    for person in (make.inspector(), make.admin()):
        client.force_login(person)
        assert client.get(path.format(purchase.pk)).status_code == 403
    client.force_login(make.manager())
    assert client.get(path.format(987654)).status_code == 404
