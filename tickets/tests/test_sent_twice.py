"""The same form sent twice: a double click, a page sent again, the back button, two at once."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Promise, Reason, Ticket, TicketEvent
from tickets.services import PromiseDraft, log_interaction, make_promise

pytestmark = pytest.mark.django_db
CALL = "/calls/new/"
SAVED_ALREADY = "This contact was saved already and counts once; nothing was added."
PROMISED_ALREADY = "This was promised already; nothing was added."


@pytest.fixture
def actor(db: None) -> User:
    make.shop(threshold=6)
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(actor: User, client: Client) -> Client:
    client.force_login(actor)
    return client


@pytest.fixture
def purchase(actor: User) -> Purchase:
    return make.purchase()


def drawn_key(page) -> str:
    """The key in the form of a page that was drawn."""
    return re.search(r'name="form_key" value="([0-9a-f-]{36})"', page.content.decode())[1]


def said(key: str, **fields: object) -> dict[str, object]:
    reason = Reason.objects.leaves().first() or make.reason()
    return {
        "form_key": key,
        "channel": "phone",
        "direction": "inbound",
        "reason": reason.pk,
        "outcome": "escalated",
        "summary": "Handle cracked.",
        **fields,
    }


def told(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_each_drawing_has_its_own_key_and_writes_nothing(desk: Client):
    assert drawn_key(desk.get(CALL)) != drawn_key(desk.get(CALL))
    assert Interaction.objects.count() == 0


def test_a_call_sent_twice_counts_once_and_lands_on_the_same_page(desk: Client, purchase: Purchase):
    key = drawn_key(desk.get(f"{CALL}?purchase={purchase.pk}"))
    call = said(key, purchase=purchase.pk, promise="1")
    first = desk.post(CALL, call)
    history = TicketEvent.objects.count()
    second = desk.post(CALL, call, follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    assert told(second)[-1].startswith(SAVED_ALREADY)
    purchase.refresh_from_db()
    assert (purchase.gross_interactions, purchase.net_interactions) == (1, 1)
    assert Interaction.objects.count() == Promise.objects.count() == Ticket.objects.count() == 1
    assert TicketEvent.objects.count() == history


def test_the_form_from_before_changed_and_sent_again_adds_nothing_and_says_so(
    desk: Client, purchase: Purchase
):
    reason = make.reason()
    key = drawn_key(desk.get(CALL))
    desk.post(CALL, said(key, purchase=purchase.pk, reason=reason.pk))
    # Even where it could not be saved any more: the first one was.
    Reason.objects.filter(pk=reason.pk).update(retired_at=timezone.now())
    other = said(key, purchase=make.purchase().pk, reason=reason.pk, summary="Another thing.")
    page = desk.post(CALL, other, follow=True)
    assert page.redirect_chain == [(f"/purchases/{purchase.pk}/", 302)]
    assert told(page)[-1].startswith(SAVED_ALREADY)
    assert Interaction.objects.get().summary == "Handle cracked."


def test_a_call_without_a_purchase_sent_twice_is_kept_once(desk: Client):
    call = said(str(uuid4()), caller="0470 11 22 33")
    assert desk.post(CALL, call)["Location"] == desk.post(CALL, call)["Location"]
    assert Interaction.objects.count() == Ticket.objects.count() == 1


def test_a_form_that_was_refused_keeps_its_key_until_it_is_saved(desk: Client, purchase: Purchase):
    key = drawn_key(desk.get(CALL))
    refused = desk.post(CALL, said(key, purchase=purchase.pk, summary=""))
    assert (refused.status_code, drawn_key(refused)) == (422, key)
    desk.post(CALL, said(key, purchase=purchase.pk))
    assert Interaction.objects.get().form_key == key


@pytest.mark.parametrize("key", ["", "rubbish", "x" * 5_000, "\x00"])
def test_what_is_no_key_refuses_nothing(desk: Client, purchase: Purchase, key: str):
    for _time in range(2):
        assert desk.post(CALL, said(key, purchase=purchase.pk)).status_code == 302
    assert list(Interaction.objects.values_list("form_key", flat=True)) == [None, None]


def test_a_promise_sent_twice_is_made_once(desk: Client, purchase: Purchase):
    ticket = make.ticket(purchase=purchase, state="open")
    url = f"/tickets/{ticket.pk}/promises/"
    promise = {
        "form_key": drawn_key(desk.get(f"/tickets/{ticket.pk}/")),
        "what": "Ring back",
        "when": "in_30_minutes",
    }
    first = desk.post(url, promise)
    second = desk.post(url, promise, follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    assert told(second)[-1] == PROMISED_ALREADY
    ticket.refresh_from_db()
    assert (Promise.objects.count(), ticket.open_promises) == (1, 1)
    assert TicketEvent.objects.filter(kind="promised").count() == 1


def test_no_id_stands_twice_on_a_ticket(desk: Client, purchase: Purchase):
    ticket = make.ticket(purchase=purchase, state="open")
    ids = re.findall(r'\sid="([^"]+)"', desk.get(f"/tickets/{ticket.pk}/resolve/").content.decode())
    assert {"act_version", "reply_version"} <= set(ids)
    assert sorted(ids) == sorted(set(ids))


def at_once(work, times: int = 4) -> list[object]:
    """What ``work`` gives when so many connections do it at the same moment."""
    start = threading.Barrier(times)
    given: list[object] = []

    def run() -> None:
        try:
            start.wait()
            given.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _time in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return given


parallel = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(True, id="on a purchase", marks=parallel),
        pytest.param(False, id="of an unknown caller", marks=parallel),
    ],
)
def test_a_call_sent_four_times_at_once_is_logged_once(known: bool):
    make.shop()
    actor, reason, purchase, key = make.agent(), make.reason(), make.purchase(), str(uuid4())
    logged = at_once(
        lambda: log_interaction(
            actor=actor,
            channel="phone",
            direction="inbound",
            reason=reason,
            outcome="escalated",
            summary="Handle cracked.",
            purchase=purchase if known else None,
            caller="0470 11 22 33",
            form_key=key,
        )
    )
    assert len({one.pk for one in logged}) == 1
    assert sorted(one.is_repeat for one in logged) == [False, True, True, True]
    purchase.refresh_from_db()
    assert purchase.gross_interactions == purchase.net_interactions == int(known)
    assert Interaction.objects.count() == Ticket.objects.count() == 1
    assert TicketEvent.objects.filter(kind="logged").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_promise_sent_four_times_at_once_is_made_once():
    make.shop()
    actor, ticket = make.agent(), make.ticket(purchase=make.purchase())
    draft = PromiseDraft(what="Ring back", due_at=timezone.now() + timedelta(days=1))
    key = str(uuid4())
    made = at_once(lambda: make_promise(ticket=ticket, draft=draft, actor=actor, form_key=key))
    assert sorted(one.is_repeat for one in made) == [False, True, True, True]
    ticket.refresh_from_db()
    assert (Promise.objects.count(), ticket.open_promises) == (1, 1)
    assert TicketEvent.objects.filter(kind="promised").count() == 1
