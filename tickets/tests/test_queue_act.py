"""What is done to marked tickets: by each rule, the refused ones named, the others done."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import Promise, Reason, Ticket, TicketEvent

pytestmark = pytest.mark.django_db
URL = "/queue/act/"


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


@pytest.fixture
def reason() -> Reason:
    return make.reason(name="Cracked")


def sent(do: str, *tickets: Ticket, **fields) -> dict[str, object]:
    marks = [f"{ticket.pk}.{ticket.version}" for ticket in tickets]
    return {"do": do, "mark": marks, "back": "view=mine", "form_key": str(uuid4()), **fields}


def fresh(*tickets: Ticket) -> list[Ticket]:
    rows = Ticket.objects.in_bulk([ticket.pk for ticket in tickets])
    return [rows[ticket.pk] for ticket in tickets]


def test_the_form_names_the_marked_tickets(desk):
    one, two = make.ticket(subject="One"), make.ticket(subject="Two")
    page = desk.get(f"{URL}?do=resolve&mark={one.pk}.1&mark={two.pk}.1&mark=x&mark=9.9.9&back=")
    told = page.content.decode()
    assert re.findall(r"#\d+ (\w+)<", told) == ["One", "Two"]
    assert "Resolve them" in told
    assert desk.get(f"{URL}?do=fly").status_code == 404
    assert "Mark one or more tickets first" in desk.get(f"{URL}?do=claim").content.decode()


def test_claiming_takes_all_of_them_and_goes_back_to_the_view(desk, lotte):
    free, hers = make.ticket(), make.ticket(owner=make.agent())
    answer = desk.post(URL, sent("claim", free, hers, note="Takes it over."))
    assert answer["Location"] == "/queue/?view=mine"
    assert [(t.owner, t.state, t.handoffs) for t in fresh(free, hers)] == [
        (lotte, "open", 0),
        (lotte, "open", 1),
    ]


def test_resolving_refuses_each_without_a_reason_by_name_and_resolves_the_others(desk, reason):
    good = make.ticket(subject="Good", reason=reason)
    bare = make.ticket(subject="Bare")
    answer = desk.post(URL, sent("resolve", good, bare, resolution="Sent a new one."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [t.state for t in fresh(good, bare)] == ["resolved", "new"]
    assert re.findall(r'name="mark" value="([^"]*)"', page) == [f"{bare.pk}.1"]
    assert re.search(r"#\d+ Bare</a><span[^>]*>Choose what the ticket was about", page)
    assert "1 ticket was refused" in page
    assert "Done on 1 ticket." in page
    again = sent("resolve", bare, resolution="Sent a new one.", reason=reason.pk)
    assert desk.post(URL, again).status_code == 302
    assert fresh(bare)[0].state == "resolved"


def test_resolving_without_words_or_with_an_open_promise_is_refused(desk, reason, lotte):
    ticket = make.ticket(reason=reason)
    answer = desk.post(URL, sent("resolve", ticket, resolution=" "))
    assert "Say what was done for the customer." in answer.content.decode()
    Promise.objects.create(ticket=ticket, what="Ring", due_at=timezone.now(), owner=lotte)
    Ticket.objects.filter(pk=ticket.pk).update(open_promises=1)
    answer = desk.post(URL, sent("resolve", ticket, resolution="Done."))
    assert "1 promise on this ticket is open" in answer.content.decode()
    assert fresh(ticket)[0].state == "new"
    assert not TicketEvent.objects.exists()


def test_sent_twice_it_is_done_once_and_refuses_nothing(desk, reason):
    told = {
        "claim": {"note": "Takes it over."},
        "priority": {"priority": "3"},
        "wait": {"note": "The photo."},
        "resolve": {"resolution": "Sent.", "reason": reason.pk},
    }
    for do, fields in told.items():
        ticket = make.ticket()
        form = sent(do, ticket, **fields)
        assert [desk.post(URL, form).status_code for _n in range(2)] == [302, 302], do
        assert ticket.events.count() == 1, do


def test_an_old_page_changes_nothing_and_says_who_was_first(desk):
    ticket = make.ticket()
    desk.post(URL, sent("priority", ticket, priority="1"))
    answer = desk.post(URL, sent("priority", ticket, priority="3"))
    assert "Meanwhile Lotte Maes changed this ticket" in answer.content.decode()
    assert fresh(ticket)[0].priority == 1


def test_assigning_to_a_person_or_a_team_needs_one_of_them_and_a_note_to_let_go(desk, lotte):
    bram, red = make.agent(name="Bram"), make.team("Red")
    free, mine = make.ticket(), make.ticket(owner=lotte)
    assert desk.post(URL, sent("assign", free)).status_code == 422
    answer = desk.post(URL, sent("assign", free, mine, owner=bram.pk))
    assert "Say why it changes hands" in answer.content.decode()
    assert [t.owner for t in fresh(free, mine)] == [bram, lotte]
    desk.post(URL, sent("assign", mine, team=red.pk, note="Red knows glaze."))
    assert [(t.owner, t.team) for t in fresh(mine)] == [(None, red)]


def test_waiting_is_until_a_moment_to_come_or_on_the_customer(desk):
    one, two = make.ticket(), make.ticket()
    tomorrow = timezone.localtime(timezone=make.shop().zone) + timedelta(days=1)
    until = tomorrow.replace(second=0, microsecond=0)
    asked = {"until": until.strftime("%Y-%m-%dT%H:%M"), "note": " The kiln. "}
    desk.post(URL, sent("wait", one, **asked))
    desk.post(URL, sent("wait", two))
    assert [(t.state, t.waiting_until) for t in fresh(one, two)] == [
        ("waiting_until", until),
        ("waiting_customer", None),
    ]
    assert [one.events.get().note, two.events.get().note] == ["The kiln.", ""]
    late = desk.post(URL, sent("wait", *fresh(two), note="A photo of the glaze."))
    assert "in this state already" in late.content.decode()
    desk.post(URL, sent("wait", *fresh(one), note="A photo of the glaze."))
    assert fresh(one)[0].state == "waiting_customer"
    assert one.events.latest("pk").note == "A photo of the glaze."
    past = sent("wait", make.ticket(), until="2020-01-01T09:00")
    assert "This moment has passed" in desk.post(URL, past).content.decode()


def test_who_only_reads_marks_nothing(client):
    reader = make.agent(name="Reader")
    reader.agent_access = 1
    reader.save()
    client.force_login(reader)
    ticket = make.ticket()
    assert 'name="mark"' not in client.get("/queue/").content.decode()
    assert client.post(URL, sent("priority", ticket, priority="3")).status_code == 403
    assert fresh(ticket)[0].priority == 2
