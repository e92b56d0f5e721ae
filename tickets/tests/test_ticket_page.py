"""The ticket page over HTTP: acting on it, writing, colliding, being seen, its history."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.services import follow_ticket, write_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop(threshold=6)
    return make.agent(name="Lotte Maes")


@pytest.fixture
def bram(lotte: User) -> User:
    return make.agent(name="Bram De Smet")


@pytest.fixture
def desk(lotte: User, client: Client) -> Client:
    cache.clear()
    client.force_login(lotte)
    return client


@pytest.fixture
def other_desk(bram: User) -> Client:
    client = Client()
    client.force_login(bram)
    return client


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    return make.ticket(
        purchase=make.purchase(), subject="Two mugs cracked", reason=make.reason(), owner=lotte
    )


def url(ticket: Ticket, verb: str = "") -> str:
    return f"/tickets/{ticket.pk}/{verb}/" if verb else f"/tickets/{ticket.pk}/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def hidden(response) -> dict[str, str]:
    """The version of the page as drawn, and what it had seen."""
    html = response.content.decode()
    return {
        name: re.search(rf'name="{name}" value="(\d+)"', html)[1] for name in ("version", "seen")
    }


def test_the_page_costs_at_most_ten_queries_however_much_happened(
    desk: Client, ticket: Ticket, queries
):
    # The hours and targets of the shop are read once and kept.
    desk.get(url(ticket))
    asked = []
    for count in (1, 20):
        for n in range(count):
            agent = make.agent()
            make.interaction(
                purchase=ticket.purchase, ticket=ticket, agent=agent, reason=make.reason()
            )
            write_note(ticket=ticket, text=f"Note {n}.", actor=agent)
            follow_ticket(ticket=ticket, actor=agent)
        with queries(at_most=10) as seen:
            assert desk.get(url(ticket)).status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_each_action_opens_in_the_page_and_as_a_fragment(desk: Client, ticket: Ticket):
    for verb, button in (
        ("resolve", "Resolve the ticket"),
        ("wait", "Let it wait"),
        ("owner", "Hand over"),
        ("subject", "Change it"),
    ):
        page = desk.get(url(ticket, verb))
        part = desk.get(url(ticket, verb), headers={"HX-Request": "true"})
        assert "<html" in text_of(page)
        assert "<html" not in text_of(part)
        assert f'data-keys="ctrl+enter">{button} ' in text_of(page)
        assert f'data-keys="ctrl+enter">{button} ' in text_of(part)
    assert TicketEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("waits", "state", "days"),
    [("customer", "waiting_customer", None), ("tomorrow_9", "waiting_until", 1)],
)
def test_it_is_let_wait(desk: Client, ticket: Ticket, waits: str, state: str, days: int | None):
    page = desk.post(url(ticket, "wait"), {"version": 1, "waits": waits}, follow=True)
    assert f"Ticket #{ticket.pk} waits." in text_of(page)
    ticket.refresh_from_db()
    assert ticket.state == state
    zone = make.shop().zone
    if days is None:
        assert ticket.waiting_until is None
    else:
        local = ticket.waiting_until.astimezone(zone)
        tomorrow = timezone.now().astimezone(zone).date() + timedelta(days=days)
        assert (local.date(), local.hour, local.minute) == (tomorrow, 9, 0)


def test_a_moment_to_wait_for_is_typed_and_lies_ahead(desk: Client, ticket: Ticket):
    data = {"version": 1, "waits": "moment"}
    assert "Say until when" in text_of(desk.post(url(ticket, "wait"), data))
    passed = desk.post(url(ticket, "wait"), {**data, "until": "2020-01-01T09:00"})
    assert "This moment has passed." in text_of(passed)
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_it_is_taken_up_resolved_closed_and_reopened(desk: Client, ticket: Ticket):
    desk.post(url(ticket, "wait"), {"version": 1, "waits": "customer"})
    assert "is open again" in text_of(desk.post(url(ticket, "resume"), {"version": 2}, follow=True))
    done = {"version": 3, "reason": ticket.reason_id, "resolution": "New set sent."}
    desk.post(url(ticket, "resolve"), done)
    assert "is closed." in text_of(desk.post(url(ticket, "close"), {"version": 4}, follow=True))
    refused = desk.post(url(ticket, "reopen"), {"version": 5, "note": " "})
    assert refused.status_code == 422
    assert "Say why it begins again" in text_of(refused)
    desk.post(url(ticket, "reopen"), {"version": 5, "note": "The wrong set."})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("open", 1)


def test_what_cannot_be_done_says_why(desk: Client, ticket: Ticket):
    answer = desk.post(url(ticket, "close"), {"version": 1})
    assert answer.status_code == 422
    assert "This ticket is not finished" in text_of(answer)


def test_priority_and_following(desk: Client, ticket: Ticket):
    desk.post(url(ticket, "priority"), {"version": 1, "priority": 3})
    ticket.refresh_from_db()
    assert ticket.priority == 3
    desk.post(url(ticket, "follow"))
    page = text_of(desk.get(url(ticket)))
    assert "Unfollow" in page
    assert re.search(r"Followers</dt><dd>Lotte Maes", page)
    desk.post(url(ticket, "follow"), {"stop": "1"})
    assert "Unfollow" not in text_of(desk.get(url(ticket)))


def test_its_subject_is_changed_from_the_page_and_history_shows_both(desk: Client, ticket: Ticket):
    assert f'href="{url(ticket, "subject")}"' in text_of(desk.get(url(ticket)))
    data = {"version": 1, "subject": "Three mugs cracked"}
    page = text_of(desk.post(url(ticket, "subject"), data, follow=True))
    assert "Three mugs cracked</h1>" in page
    assert f"The subject of ticket #{ticket.pk} is changed." in page
    history = text_of(desk.get(url(ticket, "history")))
    assert re.search(r"Subject.*Two mugs cracked.*Three mugs cracked", history)
    late = desk.post(url(ticket, "subject"), {**data, "subject": "A lid cracked"})
    assert (late.status_code, "Meanwhile Lotte Maes changed" in text_of(late)) == (422, True)
    ticket.refresh_from_db()
    assert ticket.subject == "Three mugs cracked"


def test_a_team_gets_it_from_the_page(desk: Client, ticket: Ticket):
    returns = make.team("Returns")
    data = {"version": 1, "team": returns.pk, "note": "Has to come back."}
    page = text_of(desk.post(url(ticket, "owner"), data, follow=True))
    assert f"Returns owns ticket #{ticket.pk} now." in page
    assert '1<span class="td-muted">, 1 on this purchase' in page


def test_a_note_is_written_beside_what_was_said_and_names_that_are_unknown_are_said(
    desk: Client, bram: User, ticket: Ticket
):
    data = {"text": "@bram, @piet: the lot is on hold.", "form_key": str(uuid4())}
    page = text_of(desk.post(url(ticket, "notes"), data, follow=True))
    assert "Noted. Only we see it." in page
    assert "Nobody here is called piet: nobody was told." in page
    assert "<b>Internal note</b>" in page
    again = text_of(desk.post(url(ticket, "notes"), data, follow=True))
    assert "This note was written already" in again
    assert TicketEvent.objects.filter(kind="noted").count() == 1
    refused = desk.post(url(ticket, "notes"), {"text": " "})
    assert (refused.status_code, "Write something first." in text_of(refused)) == (422, True)


def test_an_answer_is_logged_and_the_page_says_that_no_mail_leaves(desk: Client, ticket: Ticket):
    assert "No mail leaves: this logs what you answered." in text_of(desk.get(url(ticket)))
    data = {"version": 1, "channel": "email", "text": "It leaves today.", "waits": "on"}
    page = text_of(desk.post(url(ticket, "reply"), data, follow=True))
    assert "Logged as answered. Tallydesk sends no mail." in page
    logged = Interaction.objects.get()
    assert (logged.direction, logged.summary) == ("outbound", "It leaves today.")
    ticket.refresh_from_db()
    assert ticket.state == "waiting_customer"


def test_a_save_over_a_newer_save_shows_both_texts_and_can_be_sent_again(
    desk: Client, other_desk: Client, ticket: Ticket
):
    drawn = hidden(desk.get(url(ticket)))
    other_desk.post(
        url(ticket, "reply"), {"version": 1, "channel": "email", "text": "It leaves today."}
    )
    data = {**drawn, "channel": "email", "text": "It left yesterday."}
    answer = desk.post(url(ticket, "reply"), data)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Not saved: somebody was faster" in page
    assert '<blockquote class="td-quote">It leaves today.</blockquote>' in page
    assert 'td-quote-yours">It left yesterday.</blockquote>' in page
    assert ">It left yesterday.</textarea>" in page
    assert Interaction.objects.count() == 1
    reply = page[page.index("td-say-reply") :]
    version = re.search(r'name="version" value="(\d+)"', reply)[1]
    assert desk.post(url(ticket, "reply"), {**data, "version": version}).status_code == 302
    assert Interaction.objects.count() == 2


def test_who_resolves_what_was_resolved_keeps_their_words(
    desk: Client, other_desk: Client, ticket: Ticket
):
    drawn = hidden(desk.get(url(ticket)))
    done = {"reason": ticket.reason_id, **drawn}
    other_desk.post(url(ticket, "resolve"), {**done, "resolution": "New set sent."})
    page = text_of(desk.post(url(ticket, "resolve"), {**done, "resolution": "Money returned."}))
    assert "Bram De Smet</b>: Resolved" in page
    assert '<blockquote class="td-quote">New set sent.</blockquote>' in page
    assert 'td-quote-yours">Money returned.</blockquote>' in page
    assert "The ticket is finished now." in page
    ticket.refresh_from_db()
    assert ticket.resolution == "New set sent."


def test_two_see_each_other_look_and_write(desk: Client, other_desk: Client, ticket: Ticket):
    here = url(ticket, "presence")
    assert "td-present" not in text_of(desk.post(here, {"version": 1}))
    first = text_of(other_desk.post(here, {"version": 1}))
    assert "Lotte Maes is looking at this ticket" in first
    writing = text_of(desk.post(here, {"version": 1, "writing": "1"}))
    assert "Bram De Smet is looking at this ticket" in writing
    again = text_of(other_desk.post(here, {"version": 1}))
    assert "Lotte Maes is writing here" in again
    known = re.search(r'name="known" value="([^"]*)"', again)[1]
    assert other_desk.post(here, {"version": 1, "known": known}).status_code == 204


def test_who_may_only_read_looks_without_being_seen(ticket: Ticket, other_desk: Client):
    cache.clear()
    reader, here = Client(), url(ticket, "presence")
    reader.force_login(make.agent(read_only=True))
    other_desk.post(here, {"version": 1})
    seen = reader.get(here, {"version": 1})
    assert "Bram De Smet is looking" in text_of(seen)
    etag = {"If-None-Match": seen.headers["ETag"]}
    assert reader.get(here, {"version": 1}, headers=etag).status_code == 304
    assert "td-avatar" not in text_of(other_desk.post(here, {"version": 1}))


def test_a_page_learns_that_the_ticket_changed(desk: Client, ticket: Ticket):
    Ticket.objects.filter(pk=ticket.pk).update(version=4)
    page = text_of(desk.post(url(ticket, "presence"), {"version": 3}))
    assert "Changed since you opened it." in page


def test_the_history_says_who_what_from_what_to_what_and_leads_there(desk: Client, ticket: Ticket):
    desk.post(url(ticket, "priority"), {"version": 1, "priority": 3})
    desk.post(url(ticket, "wait"), {"version": 2, "waits": "tomorrow_9", "note": "The kiln."})
    data = {"version": 3, "channel": "chat", "text": "Which colour?"}
    desk.post(url(ticket, "reply"), data)
    page = text_of(desk.get(url(ticket, "history")))
    for words in (
        "Priority: <del>Normal</del>",
        "<ins>High</ins>",
        "<ins>Waiting until</ins>",
        "“The kiln.”",
        "Lotte Maes",
        f'href="/interactions/{Interaction.objects.get().pk}/"',
        f'href="/purchases/{ticket.purchase_id}/"',
    ):
        assert words in page


def test_the_history_goes_on_page_by_page_with_the_same_queries(
    desk: Client, lotte: User, ticket: Ticket, queries
):
    write_note(ticket=ticket, text="The first.", actor=lotte)
    with queries() as one:
        desk.get(url(ticket, "history"))
    for n in range(19):
        write_note(ticket=ticket, text=f"Note {n}.", actor=make.agent())
    with queries() as twenty:
        desk.get(url(ticket, "history"))
    assert len(one) == len(twenty)
    for n in range(40):
        write_note(ticket=ticket, text=f"Later note {n}.", actor=lotte)
    first = desk.get(url(ticket, "history")).content.decode()
    assert "The first." not in first
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "The first." in text_of(desk.get(url(ticket, "history") + after))


def test_people_to_mention_are_proposed_by_the_beginning_of_their_name(desk: Client, bram: User):
    make.inspector(name="Brigitte")
    page = text_of(desk.get("/mentions/?q=BR"))
    assert re.findall(r'data-name="([^"]*)"', page) == ["Bram De Smet"]


def test_a_ticket_with_more_contacts_than_its_page_shows_leads_to_all_of_them(client):
    lotte = make.agent()
    client.force_login(lotte)
    purchase = make.purchase()
    ticket = make.ticket(purchase=purchase, owner=lotte)
    began = timezone.now() - timedelta(days=3)
    for n in range(51):
        if n == 50:
            few = client.get(f"/tickets/{ticket.pk}/").content.decode()
            assert "All contacts, also the older ones" not in few
        make.interaction(
            purchase=purchase,
            ticket=ticket,
            summary=f"Contact {n:02}.",
            occurred_at=began + timedelta(minutes=n),
        )
    page = client.get(f"/tickets/{ticket.pk}/?back=view%3Dmine").content.decode()
    assert ("Contact 01." in page, "Contact 00." in page) == (True, False)
    link = f"/tickets/{ticket.pk}/contacts/?back=view%3Dmine"
    assert f'href="{link}"' in page
    newest = client.get(link).content.decode()
    assert ("Contact 50." in newest, "Contact 00." in newest) == (True, False)
    older = re.search(r'href="(\?[^"]*after=[^"]*)"', newest)[1].replace("&amp;", "&")
    assert "Contact 00." in client.get(f"/tickets/{ticket.pk}/contacts/{older}").content.decode()
