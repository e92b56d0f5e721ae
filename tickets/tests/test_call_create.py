"""The call form: find, see, save."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Promise, Reason, Ticket
from tickets.services.deadlines import terms_in_force

pytestmark = pytest.mark.django_db
URL = "/calls/new/"


@pytest.fixture
def actor(db: None) -> User:
    make.shop(threshold=6, normal_mean=0.6, normal_nine_in_ten=2)
    return make.agent(name="Lotte Maes", team=make.team())


@pytest.fixture
def desk(actor: User, client: Client) -> Client:
    client.force_login(actor)
    return client


@pytest.fixture
def purchase(actor: User) -> Purchase:
    els = make.customer(name="Els Vermeulen", phone="+3225550143", email="els@example.com")
    return make.purchase(order_number="A-24817", customer=els, products=(make.product(),))


@pytest.fixture
def reason(db: None) -> Reason:
    return make.reason(name="Cracked or broken")


def said(reason: Reason, **fields: object) -> dict[str, object]:
    return {
        "channel": "phone",
        "direction": "inbound",
        "reason": reason.pk,
        "outcome": "resolved",
        "summary": "Handle cracked.",
        **fields,
    }


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def contacts(purchase: Purchase, count: int, reason: Reason) -> None:
    """So many counted contacts, a day apart, the last one yesterday."""
    for days in range(count, 0, -1):
        make.interaction(
            purchase=purchase, reason=reason, occurred_at=timezone.now() - timedelta(days=days)
        )
    Purchase.objects.filter(pk=purchase.pk).update(gross_interactions=count, net_interactions=count)


def test_the_empty_form_asks_whom_it_is_about_and_writes_nothing(desk: Client, reason: Reason):
    page = desk.get(URL)
    assert page.status_code == 200
    assert "Say first whom it is about." in text_of(page)
    assert "Cracked or broken" in text_of(page)
    assert Interaction.objects.count() == Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "q=a24817",
        "q=02+555+01+43",
        "phone=%2B3225550143",
        "phone=+3225550143",
        "q=verm",
        "q=els@exam",
        "q=550143",
    ],
)
def test_the_box_finds_the_purchase_and_shows_its_card(
    desk: Client, purchase: Purchase, reason: Reason, query: str
):
    contacts(purchase, 5, reason)
    page = text_of(desk.get(f"{URL}?{query}"))
    assert "One more makes 6, and a manager is asked to look." in page
    assert "A purchase normally needs 0.6; 9 in 10 need 2 or fewer." in page
    assert "Last three of 5" in page
    assert f'name="purchase" value="{purchase.pk}"' in page
    assert "Reaches the threshold" in page


def test_htmx_gets_only_what_changes_and_is_kept_apart_from_the_page(
    desk: Client, purchase: Purchase
):
    answer = desk.get(f"{URL}?q=A-24817", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'id="call-card" hx-swap-oob="true"' in text_of(answer)
    assert f'name="purchase" value="{purchase.pk}"' in text_of(answer)
    assert "HX-Request" in answer["Vary"]


def test_with_several_customers_nothing_is_chosen_for_the_agent(desk: Client, purchase: Purchase):
    make.purchase(customer=make.customer(name="Vermeersch Jan"))
    page = text_of(desk.get(f"{URL}?q=verme"))
    assert "Several customers answer to that" in page
    assert 'name="purchase"' not in page
    chosen = text_of(desk.get(f"{URL}?q=verme&purchase={purchase.pk}"))
    assert f'name="purchase" value="{purchase.pk}"' in chosen


def test_a_customer_with_many_purchases_is_still_one_customer(desk: Client, purchase: Purchase):
    for n in range(9):
        make.purchase(order_number=f"A-3{n}000", customer=purchase.customer)
    page = text_of(desk.get(f"{URL}?q=02 555 01 43"))
    assert "Several customers answer to that" not in page
    assert 'name="purchase" value="' in page


def test_promises_lots_ratings_and_the_open_ticket_show_before_a_word_is_typed(
    desk: Client, actor: User, purchase: Purchase, reason: Reason
):
    lot = make.lot(number="PLD-2609-2", state="on_hold", state_reason="Handles crack")
    purchase.lines.create(product=lot.product, lot=lot, quantity=6)
    make.rating(purchase=purchase, score=2)
    Purchase.objects.filter(pk=purchase.pk).update(last_score=2)
    ticket = make.ticket(purchase=purchase, owner=make.agent(name="Bram De Smet"), state="open")
    Promise.objects.create(
        ticket=ticket,
        what="Ring back with a date",
        due_at=timezone.now() - timedelta(hours=3),
        owner=actor,
    )
    page = text_of(desk.get(f"{URL}?purchase={purchase.pk}"))
    for words in (
        "do not send from it",
        "rated us 2 of 5 on",
        "Promise late by",
        "Ring back with a date",
        f"Ticket <b>#{ticket.pk}</b>, open, joined by this call",
        "Bram De Smet",
        "stays open while a promise on it is open",
    ):
        assert words in page


def test_saving_counts_and_lands_on_the_purchase_whose_tally_has_moved(
    desk: Client, actor: User, purchase: Purchase, reason: Reason
):
    contacts(purchase, 1, reason)
    page = desk.post(URL, said(reason, purchase=purchase.pk), follow=True)
    assert page.redirect_chain == [(f"/purchases/{purchase.pk}/", 302)]
    assert "Logged. This makes 2; from 6 a manager is asked to look." in text_of(page)
    assert "2 counted contacts, threshold 6" in text_of(page)
    logged = Interaction.objects.latest("pk")
    assert (logged.agent, logged.purchase, logged.outcome, logged.standing) == (
        actor,
        purchase,
        "resolved",
        "net",
    )


def test_the_second_button_promises_a_call_back_for_tomorrow_at_nine(
    desk: Client, actor: User, purchase: Purchase, reason: Reason
):
    desk.post(URL, said(reason, purchase=purchase.pk, promise="1"))
    promise = Promise.objects.get()
    due = timezone.localtime(promise.due_at, make.shop().zone)
    today = timezone.localtime(timezone.now(), make.shop().zone).date()
    assert (due.date() - today, due.hour, due.minute) == (timedelta(days=1), 9, 0)
    assert (promise.what, promise.owner, Interaction.objects.get().outcome) == (
        "Call back",
        actor,
        "promised",
    )


def test_a_promise_may_be_a_colleagues_to_keep(desk: Client, purchase: Purchase, reason: Reason):
    karim = make.agent(name="Karim Baert")
    page = desk.get(f"{URL}?purchase={purchase.pk}").content.decode()
    assert f'<option value="{karim.pk}">Karim Baert</option>' in page
    desk.post(URL, said(reason, purchase=purchase.pk, promise="1", promise_owner=karim.pk))
    assert Promise.objects.get().owner == karim


def test_whoever_cannot_work_on_tickets_gets_no_promise_and_nothing_is_saved(
    desk: Client, purchase: Purchase, reason: Reason
):
    gone = make.agent(name="Gone Girl", is_active=False)
    answer = desk.post(URL, said(reason, purchase=purchase.pk, promise="1", promise_owner=gone.pk))
    assert answer.status_code == 422
    assert "td-call-promise-open" in answer.content.decode()
    assert (Promise.objects.count(), Interaction.objects.count()) == (0, 0)


def test_an_unknown_caller_is_kept_under_what_was_typed(desk: Client, reason: Reason):
    page = text_of(desk.get(f"{URL}?phone=+3295550177"))
    assert "Unknown caller" in page
    assert 'name="caller" value="+3295550177"' in page
    answer = desk.post(URL, said(reason, caller="+3295550177"), follow=True)
    assert answer.redirect_chain == [("/interactions/", 302)]
    logged = Interaction.objects.get()
    assert (logged.caller, logged.standing, logged.ticket) == (
        "+3295550177",
        "unattributed",
        None,
    )


def test_a_customer_without_a_purchase_is_logged_on_the_customer(desk: Client, reason: Reason):
    customer = make.customer(name="Ilse Hendrickx")
    page = text_of(desk.get(f"{URL}?q=hendrickx"))
    assert f'name="customer" value="{customer.pk}"' in page
    answer = desk.post(URL, said(reason, customer=customer.pk), follow=True)
    assert answer.redirect_chain == [(f"/customers/{customer.pk}/", 302)]
    assert Interaction.objects.get().customer == customer


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": ""}, "Choose why they had to contact us."),
        ({"reason": "987654"}, "This reason cannot be chosen any more."),
        ({"summary": " "}, "Write one line about what was said."),
        ({"channel": "pigeon"}, "Select a valid choice"),
        ({"outcome": "gone"}, "Select a valid choice"),
        ({"occurred_at": "2199-01-01T09:00"}, "This moment has not come yet."),
        ({"occurred_at": "0001-01-01T00:00"}, "The year must be between 1900 and 2199."),
        ({"keeps": "9" * 5000, "summary": ""}, "Write one line about what was said."),
        (
            {"outcome": "promised", "promise_when": "moment", "promise_at": "9999-12-31T23:59"},
            "The year must be between 1900 and 2199.",
        ),
        ({"outcome": "promised", "promise_when": "moment"}, "Say by when"),
        (
            {"outcome": "promised", "promise_when": "moment", "promise_at": "2020-01-01T09:00"},
            "This moment has passed.",
        ),
        ({"purchase": "987654"}, "This purchase does not exist"),
    ],
)
def test_what_is_wrong_stands_beside_what_was_typed_and_nothing_is_saved(
    desk: Client, purchase: Purchase, reason: Reason, fields: dict[str, str], message: str
):
    data = said(reason, purchase=purchase.pk, summary="My own words")
    answer = desk.post(URL, {**data, **fields})
    assert answer.status_code == 422
    assert message in text_of(answer)
    if "summary" not in fields:
        assert "My own words" in text_of(answer)
    assert Interaction.objects.count() == Promise.objects.count() == 0


def test_nobody_named_is_refused(desk: Client, reason: Reason):
    answer = desk.post(URL, said(reason, caller=" - "))
    assert answer.status_code == 422
    assert "Say who it was" in text_of(answer)


def test_resolved_over_an_open_promise_says_that_the_ticket_stays_open(
    desk: Client, purchase: Purchase, reason: Reason
):
    desk.post(URL, said(reason, purchase=purchase.pk, promise="1"))
    page = desk.post(URL, said(reason, purchase=purchase.pk), follow=True)
    assert "stays open: a promise on it has not been kept yet" in text_of(page)
    kept = desk.post(
        URL,
        said(
            reason,
            purchase=purchase.pk,
            direction="outbound",
            keeps=[Promise.objects.get().pk],
        ),
        follow=True,
    )
    assert "Logged. It does not count." in text_of(kept)
    assert Promise.objects.get().state == "kept"
    assert Ticket.objects.get().state == "resolved"


def test_a_link_from_a_ticket_joins_that_ticket(desk: Client, reason: Reason):
    ticket = make.ticket(subject="Bad glaze")
    page = text_of(desk.get(f"{URL}?ticket={ticket.pk}"))
    assert f'name="ticket" value="{ticket.pk}"' in page
    desk.post(URL, said(reason, ticket=ticket.pk, caller="Els", outcome="escalated"))
    assert Interaction.objects.get().ticket == ticket


def test_choosing_a_purchase_keeps_the_loose_ticket_that_the_call_is_about(
    desk: Client, purchase: Purchase, reason: Reason
):
    desk.post(URL, said(reason, caller="+32 9 555 01 77", outcome="escalated"))
    loose = Ticket.objects.get()
    page = desk.get(URL, {"ticket": loose.pk, "q": purchase.order_number})
    chosen = f"purchase={purchase.pk}&amp;ticket={loose.pk}"
    assert chosen in page.content.decode()
    desk.post(URL, said(reason, purchase=purchase.pk, ticket=loose.pk, outcome="escalated"))
    assert Ticket.objects.get().purchase == purchase
    on_both = Interaction.objects.filter(ticket=loose, purchase=purchase)
    assert on_both.count() == Interaction.objects.count() == 2


@pytest.mark.parametrize("asked", ["purchase=x", "purchase=99999999999999999999", "customer=-1"])
def test_a_crooked_address_is_as_good_as_none(desk: Client, asked: str):
    assert desk.get(f"{URL}?{asked}").status_code == 200


def test_an_inspector_cannot_log_and_a_read_only_agent_can_only_look(
    client: Client, purchase: Purchase, reason: Reason
):
    client.force_login(make.inspector())
    assert client.get(URL).status_code == 403
    client.force_login(make.agent(read_only=True))
    assert client.get(URL).status_code == 200
    assert client.post(URL, said(reason, purchase=purchase.pk)).status_code == 403
    assert Interaction.objects.count() == 0


TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def counted(seen: list[str]) -> int:
    """Queries, without the marks of the test's own transaction."""
    return sum(not sql.startswith(TRANSACTION) for sql in seen)


@pytest.mark.parametrize("earlier", [0, 12])
def test_saving_takes_at_most_ten_queries_however_many_contacts_there_are(
    desk: Client, purchase: Purchase, reason: Reason, queries, earlier: int
):
    if earlier:
        contacts(purchase, earlier, reason)
        make.ticket(purchase=purchase)
    terms_in_force()  # each process reads working hours and targets once
    # SQLite is asked once for each connection whether it knows JSON.
    assert connection.features.supports_json_field
    # A promise is a row of its own.
    for fields, most in (({}, 10), ({"outcome": "escalated"}, 10), ({"promise": "1"}, 11)):
        with queries() as seen:
            call = said(reason, purchase=purchase.pk, form_key=str(uuid4()), **fields)
            desk.post(URL, call)
        assert counted(seen) <= most, "\n".join(seen)
