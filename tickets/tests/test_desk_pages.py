"""The queue, the ticket, the customer and the contacts without a purchase, over HTTP."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import Interaction, Promise, Ticket
from tickets.services import recount_purchases

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop(threshold=6)
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(lotte: User, client: Client) -> Client:
    client.force_login(lotte)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def waiting(count: int, **fields: object) -> list[Ticket]:
    """Unfinished tickets of as many purchases, the first waiting longest."""
    now = timezone.now()
    return [
        make.ticket(
            purchase=make.purchase(),
            subject=f"Subject {n}.",
            reason=make.reason(),
            waiting_since=now - timedelta(hours=count - n),
            **fields,
        )
        for n in range(count)
    ]


# The queue ---------------------------------------------------------------------------------


def test_the_queue_shows_what_is_unfinished_the_longest_waiting_first(desk: Client):
    waiting(2)
    make.ticket(subject="Waits for the customer.", state="waiting_customer")
    make.ticket(
        subject="Done.",
        state="resolved",
        reason=make.reason(),
        resolution="x",
        resolved_at=timezone.now(),
    )
    found = re.findall(r'td-cell-main">([^<]*)<', desk.get("/queue/").content.decode())
    assert found == ["Subject 0.", "Subject 1.", "Waits for the customer."]


@pytest.mark.parametrize(
    ("view", "subjects"),
    [
        ("mine", ["Mine."]),
        ("unassigned", ["Nobody’s."]),
        ("all", ["Mine.", "Nobody’s."]),
        ("strange", ["Mine.", "Nobody’s."]),
    ],
)
def test_a_view_shows_its_own(desk: Client, lotte: User, view: str, subjects: list[str]):
    make.ticket(subject="Mine.", owner=lotte)
    make.ticket(subject="Nobody’s.")
    found = re.findall(r'td-cell-main">([^<]*)<', desk.get(f"/queue/?view={view}").content.decode())
    assert sorted(found) == subjects


def test_an_empty_queue_says_what_to_do(desk: Client):
    page = text_of(desk.get("/queue/"))
    assert "Nothing waits here" in page
    assert 'href="/calls/new/"' in page


def test_the_queue_goes_on_page_by_page(desk: Client):
    waiting(26)
    first = desk.get("/queue/").content.decode()
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert after
    second = desk.get(f"/queue/{after[1].replace('&amp;', '&')}").content.decode()
    assert re.findall(r'td-cell-main">([^<]*)<', second) == ["Subject 25."]


def rows_of_queue(count: int) -> None:
    waiting(count, owner=make.agent())


def rows_without_purchase(count: int) -> None:
    for n in range(count):
        make.interaction(caller=f"Caller {n}", customer=make.customer(), reason=make.reason())


@pytest.mark.parametrize(
    ("path", "fill"), [("/queue/", rows_of_queue), ("/interactions/", rows_without_purchase)]
)
def test_a_list_asks_the_same_queries_for_one_row_and_for_twenty(
    desk: Client, queries, path: str, fill
):
    fill(1)
    with queries() as one:
        desk.get(path)
    fill(19)
    with queries() as twenty:
        desk.get(path)
    assert len(one) == len(twenty), "\n".join(twenty)


# The ticket ----------------------------------------------------------------------------------


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    purchase = make.purchase()
    made = make.ticket(purchase=purchase, subject="Two mugs cracked", reason=make.reason())
    make.interaction(purchase=purchase, ticket=made, summary="Both handles.")
    recount_purchases(purchase_ids=[purchase.pk])
    return made


def test_the_ticket_shows_what_was_said_and_promised(desk: Client, lotte: User, ticket: Ticket):
    Promise.objects.create(
        ticket=ticket,
        what="Ring back",
        owner=lotte,
        due_at=timezone.now() - timedelta(hours=2),
    )
    page = text_of(desk.get(f"/tickets/{ticket.pk}/"))
    for words in ("Two mugs cracked", "Both handles.", "Ring back", "late by", "1 counted contact"):
        assert words in page


def test_a_ticket_is_resolved_with_a_reason_and_what_was_done(desk: Client, ticket: Ticket):
    url = f"/tickets/{ticket.pk}/resolve/"
    data = {"version": 1, "reason": ticket.reason_id, "resolution": "New set sent."}
    refused = desk.post(url, {**data, "resolution": " "})
    assert refused.status_code == 422
    assert "Say what was done for the customer." in text_of(refused)
    page = desk.post(url, data, follow=True)
    assert "is resolved." in text_of(page)
    assert "New set sent." in text_of(page)
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


def test_an_old_page_cannot_resolve(desk: Client, ticket: Ticket):
    Ticket.objects.filter(pk=ticket.pk).update(version=5)
    data = {"version": 1, "reason": ticket.reason_id, "resolution": "Mine."}
    answer = desk.post(f"/tickets/{ticket.pk}/resolve/", data)
    assert answer.status_code == 422
    assert "Nothing of yours was saved" in text_of(answer)
    assert "Mine." in text_of(answer)


def test_a_ticket_is_claimed_and_handed_over(desk: Client, lotte: User, ticket: Ticket):
    url, bram = f"/tickets/{ticket.pk}/owner/", make.agent(name="Bram De Smet")
    desk.post(url, {"version": 1, "owner": lotte.pk})
    refused = desk.post(url, {"version": 2, "owner": bram.pk})
    assert "Say why it changes hands" in text_of(refused)
    page = desk.post(url, {"version": 2, "owner": bram.pk, "note": "Knows her."}, follow=True)
    assert "Bram De Smet owns ticket" in text_of(page)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.handoffs) == (bram, 1)


def test_a_promise_is_made_and_ended_on_the_ticket(desk: Client, ticket: Ticket):
    make_url = f"/tickets/{ticket.pk}/promises/"
    assert desk.post(make_url, {"what": "Ring", "when": "moment"}).status_code == 422
    desk.post(make_url, {"what": "Ring back", "when": "in_30_minutes"})
    promise = Promise.objects.get()
    end_url = f"/promises/{promise.pk}/end/"
    refused = desk.post(end_url, {"ending": "kept"})
    assert "choose the one that proves it" in text_of(refused)
    proof = make.interaction(
        purchase=ticket.purchase, ticket=ticket, direction="outbound", standing="ours"
    )
    page = desk.post(end_url, {"ending": "kept", "proof": proof.pk}, follow=True)
    assert "The promise has ended: Kept." in text_of(page)
    ticket.refresh_from_db()
    assert ticket.open_promises == 0


def test_a_read_only_agent_looks_and_changes_nothing(client: Client, ticket: Ticket):
    client.force_login(make.agent(read_only=True))
    page = text_of(client.get(f"/tickets/{ticket.pk}/"))
    assert "What to do with it" not in page
    for path in ("resolve", "owner", "promises"):
        assert client.post(f"/tickets/{ticket.pk}/{path}/").status_code == 403
    ticket.refresh_from_db()
    assert ticket.version == 1


# The customer ---------------------------------------------------------------------------------


def test_the_customer_page_shows_how_to_reach_them_and_what_they_bought(desk: Client):
    els = make.customer(
        name="Els Vermeulen", phone="+3225550143", email="els@example.com", city="Mechelen"
    )
    purchase = make.purchase(customer=els, order_number="A-24817")
    make.rating(purchase=purchase, score=2, comment="Cracked")
    make.interaction(purchase=purchase, summary="Rang about the mugs.")
    page = text_of(desk.get(f"/customers/{els.pk}/"))
    for words in (
        "+3225550143",
        "els@example.com",
        "Mechelen",
        "A-24817",
        "2 of 5",
        "Cracked",
        "Rang about the mugs.",
    ):
        assert words in page


def test_the_customer_page_asks_the_same_queries_for_one_purchase_and_for_twenty(
    desk: Client, queries
):
    els = make.customer()
    seen = []
    for count in (1, 19):
        for _n in range(count):
            purchase = make.purchase(customer=els)
            make.interaction(purchase=purchase, reason=make.reason(), agent=make.agent())
            make.rating(purchase=purchase)
        with queries() as asked:
            desk.get(f"/customers/{els.pk}/")
        seen.append(len(asked))
    assert seen[0] == seen[1]


# Contacts without a purchase --------------------------------------------------------------------


def test_a_contact_without_a_purchase_is_listed_and_attached(desk: Client):
    loose = make.interaction(caller="+3225550143", summary="Asks where it is.")
    els = make.customer(phone="+3225550143")
    purchase = make.purchase(customer=els, order_number="A-24817")
    assert "Asks where it is." in text_of(desk.get("/interactions/"))
    url = f"/interactions/{loose.pk}/attach/"
    assert "A-24817" in text_of(desk.get(url))
    page = desk.post(url, {"purchase": purchase.pk, "note": "Heard his name."}, follow=True)
    assert page.redirect_chain == [(f"/purchases/{purchase.pk}/", 302)]
    loose.refresh_from_db()
    purchase.refresh_from_db()
    assert (loose.purchase, purchase.net_interactions) == (purchase, 1)
    assert "Everything is attached" in text_of(desk.get("/interactions/"))


def test_attaching_to_nothing_is_refused(desk: Client):
    loose = make.interaction(caller="x")
    url = f"/interactions/{loose.pk}/attach/"
    assert desk.post(url, {}).status_code == 422
    assert desk.post(url, {"purchase": 987654}).status_code == 422
    loose.refresh_from_db()
    assert loose.purchase is None


def test_a_correction_is_written_beside_the_first(desk: Client):
    purchase = make.purchase()
    logged = make.interaction(purchase=purchase, reason=make.reason(), summary="Wrong words.")
    url = f"/interactions/{logged.pk}/correct/"
    form = desk.get(url)
    data = {
        name: "" if value is None else value for name, value in form.context["form"].initial.items()
    }
    moment = timezone.localtime(logged.occurred_at, make.shop().zone)
    data["occurred_at"] = moment.strftime("%Y-%m-%dT%H:%M:%S")
    assert "Nothing is different" in text_of(desk.post(url, data))
    long_ago = desk.post(url, {**data, "occurred_at": "0001-01-01T00:00"})
    assert "The year must be between 1900 and 2199." in text_of(long_ago)
    page = desk.post(url, {**data, "summary": "Right words."}, follow=True)
    assert "Corrected. What was logged first stays visible." in text_of(page)
    new = Interaction.objects.latest("pk")
    assert (new.corrects, new.summary, new.occurred_at) == (
        logged,
        "Right words.",
        logged.occurred_at,
    )
    assert "This was corrected and counts no more." in text_of(
        desk.get(f"/interactions/{logged.pk}/")
    )


def test_the_page_of_an_interaction_says_how_it_counts(desk: Client):
    logged = make.interaction(purchase=make.purchase(), standing="merged")
    page = text_of(desk.get(f"/interactions/{logged.pk}/"))
    assert "merged</span>" in page
    assert "Asks where it is." in page


@pytest.mark.parametrize(
    "path",
    [
        "/queue/",
        "/tickets/{t}/",
        "/interactions/",
        "/interactions/{i}/",
        "/interactions/{i}/attach/",
        "/interactions/{i}/correct/",
    ],
)
def test_the_desk_is_for_agents_and_managers(client: Client, ticket: Ticket, path: str):
    url = path.format(t=ticket.pk, i=Interaction.objects.get().pk)
    for person, status in (
        (make.inspector(), 403),
        (make.admin(), 403),
        (make.manager(), 200),
        (make.agent(read_only=True), 200),
    ):
        client.force_login(person)
        assert client.get(url).status_code == status
