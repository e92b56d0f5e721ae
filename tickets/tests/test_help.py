"""The owner button: a question past the queue, answered on record; help and no hand-off."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import HelpRequest, Ticket, TicketEvent
from tickets.services import answer_help, ask_for_help, tell_of_overdue_help
from tickets.tasks import tell_of_help

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def nadia(db: None) -> User:
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    return make.ticket(purchase=make.purchase(), owner=lotte)


def ask(ticket: Ticket, actor: User, **fields: object) -> HelpRequest:
    plain = {"question": "May I send a third set?", "asked_of": None}
    plain["due_at"] = timezone.now() + timedelta(hours=2)
    return ask_for_help(ticket=ticket, actor=actor, **{**plain, **fields})


def told(person: User) -> list[str]:
    return [notice.sentence for notice in Notice.objects.of(person).order_by("pk")]


def test_a_question_goes_to_every_manager_and_the_ticket_keeps_its_owner(
    ticket: Ticket, lotte: User, nadia: User
):
    tom = make.manager(name="Tom Peeters")
    make.manager(name="Only Looks", read_only=True)
    ask(ticket, lotte)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.handoffs, ticket.state) == (lotte, 0, "new")
    sentence = f"Lotte Maes needs your help on ticket #{ticket.pk}: May I send a third set?"
    assert told(nadia) == told(tom) == [sentence]
    assert Notice.objects.count() == 2
    event = TicketEvent.objects.get()
    assert (event.kind, event.note, event.purchase) == (
        "escalated",
        "May I send a third set?",
        ticket.purchase,
    )


def test_one_manager_can_be_asked_alone(ticket: Ticket, lotte: User, nadia: User):
    tom = make.manager(name="Tom Peeters")
    ask(ticket, lotte, asked_of=tom)
    assert (told(nadia), len(told(tom))) == ([], 1)


def test_the_answer_is_kept_on_the_ticket_and_told_to_who_asked(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    asked = ask(ticket, lotte)
    client.force_login(nadia)
    page = client.get("/help/").content.decode()
    assert "May I send a third set?" in page
    client.post(f"/help/{asked.pk}/answer/", {"answer": "Yes, from the new lot."})
    assert told(lotte) == [
        f"Nadia El Amrani answered you on ticket #{ticket.pk}: May I send a third set?"
    ]
    client.force_login(lotte)
    assert "Yes, from the new lot." in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Yes, from the new lot." in client.get("/help/?show=answered").content.decode()
    page = client.get(f"/purchases/{ticket.purchase_id}/").content.decode()
    assert "Help asked" in page
    assert "Help given" in page


def test_an_agent_sees_what_they_asked_and_a_manager_all_of_it(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    ask(ticket, lotte, question="Lotte’s.")
    ask(ticket, make.agent(), question="Another’s.")
    for person, expected in ((lotte, (True, False)), (nadia, (True, True))):
        client.force_login(person)
        page = client.get("/help/").content.decode()
        assert ("Lotte’s." in page, "Another’s." in page) == expected


def test_a_question_needs_words_a_deadline_to_come_and_somebody_to_answer(
    ticket: Ticket, lotte: User
):
    with pytest.raises(ValidationError, match="cannot answer"):
        ask(ticket, lotte)
    nadia = make.manager()
    with pytest.raises(ValidationError, match="cannot answer"):
        ask(ticket, lotte, asked_of=lotte)
    with pytest.raises(ValidationError, match="what you need"):
        ask(ticket, lotte, question=" ")
    with pytest.raises(ValidationError, match="has passed"):
        ask(ticket, lotte, due_at=timezone.now())
    assert (HelpRequest.objects.count(), told(nadia)) == (0, [])


def test_a_question_is_answered_once_by_another_manager(ticket: Ticket, nadia: User, lotte: User):
    tom = make.manager(name="Tom Peeters")
    asked = ask(ticket, nadia)
    for person in (nadia, lotte):
        with pytest.raises(ValidationError, match="Another manager"):
            answer_help(request=asked, answer="Yes.", actor=person)
    with pytest.raises(ValidationError, match="Write the answer"):
        answer_help(request=asked, answer=" ", actor=tom)
    answer_help(request=asked, answer="Yes.", actor=tom)
    with pytest.raises(ValidationError, match="answered this already"):
        answer_help(request=asked, answer="No.", actor=tom)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Yes.", tom)


def test_an_overdue_question_is_told_once_to_all_concerned(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    asked = ask(ticket, lotte)
    assert tell_of_overdue_help() == 0
    late = make.help_request(
        ticket=ticket,
        asked_by=lotte,
        question="Late.",
        asked_at=timezone.now() - timedelta(hours=3),
        due_at=timezone.now() - timedelta(hours=1),
    )
    tell_of_help()
    assert tell_of_overdue_help() == 0
    kinds = Notice.objects.filter(key__startswith=f"help:{late.pk}:").values_list("kind", "person")
    assert sorted(kinds) == sorted([("help_overdue", lotte.pk), ("help_overdue", nadia.pk)])
    client.force_login(nadia)
    page = client.get("/help/").content.decode()
    assert page.index("Late.") < page.index(asked.question)
    assert "late by" in page


def test_a_form_sent_twice_asks_once(ticket: Ticket, lotte: User, nadia: User, client: Client):
    client.force_login(lotte)
    form = {
        "form_key": "6f1de0f7-6d5f-4f0d-8a5e-0d1c1b7c9d12",
        "question": "May I?",
        "when": "tomorrow_9",
    }
    for _time in range(2):
        answer = client.post(f"/tickets/{ticket.pk}/help/", form)
        assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"
    assert (HelpRequest.objects.count(), len(told(nadia))) == (1, 1)


@pytest.mark.parametrize("show", ["open", "answered"])
def test_the_list_asks_the_same_queries_for_one_row_and_for_twenty(
    lotte: User, nadia: User, client: Client, queries, show: str
):
    client.force_login(nadia)
    fields = {"answer": "Yes.", "answered_by": nadia, "answered_at": timezone.now()}
    fields = fields if show == "answered" else {}

    def fill(count: int) -> None:
        for _n in range(count):
            ticket = make.ticket(purchase=make.purchase())
            make.help_request(ticket=ticket, asked_by=make.agent(), **fields)

    fill(1)
    with queries() as one:
        client.get(f"/help/?show={show}")
    fill(19)
    with queries() as twenty:
        client.get(f"/help/?show={show}")
    assert len(one) == len(twenty), "\n".join(twenty)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"question": ""}, "help_asks_something"),
        ({"due_at": timezone.now() - timedelta(days=1)}, "help_due_after_asked"),
        ({"answer": "Yes."}, "help_answered_whole"),
        ({"answered_at": timezone.now(), "answer": "Yes."}, "help_answered_whole"),
        (
            {"answered_at": timezone.now(), "answer": "Yes.", "answered_by": "lotte"},
            "help_answered_by_another",
        ),
    ],
)
def test_the_database_refuses_a_question_that_cannot_be(
    ticket: Ticket, lotte: User, fields: dict[str, object], constraint: str
):
    values = {key: lotte if value == "lotte" else value for key, value in fields.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make.help_request(ticket=ticket, asked_by=lotte, **values)


def test_the_database_keeps_a_question_and_its_answer(ticket: Ticket, lotte: User, nadia: User):
    make.help_request(ticket=ticket, asked_by=lotte, form_key="k")
    with pytest.raises(IntegrityError, match=r"help_once_per_form|form_key"), transaction.atomic():
        make.help_request(ticket=ticket, asked_by=lotte, form_key="k")
    asked = ask(ticket, lotte)
    rows = HelpRequest.objects.filter(pk=asked.pk)
    with pytest.raises(IntegrityError, match="help_is_frozen"), transaction.atomic():
        rows.update(question="Something else?")
    answer_help(request=asked, answer="Yes.", actor=nadia)
    with pytest.raises(IntegrityError, match="help_is_answered_once"), transaction.atomic():
        rows.update(answer="No.")
    with pytest.raises(IntegrityError, match="help_is_kept"), transaction.atomic():
        rows.delete()


def test_a_purchase_without_a_ticket_is_asked_about_and_none_is_opened(
    lotte: User, nadia: User, client: Client
):
    purchase = make.purchase(order_number="W-7")
    client.force_login(lotte)
    address = f"/purchases/{purchase.pk}/help/"
    assert f'href="{address}"' in client.get(f"/purchases/{purchase.pk}/").content.decode()
    assert "No ticket is opened for it." in client.get(address).content.decode()
    sent = {"question": "May she keep both?", "form_key": str(uuid4())}
    sent["when"] = "in_30_minutes"
    for _time in range(2):
        page = client.post(address, sent, follow=True)
        assert page.redirect_chain == [(f"/purchases/{purchase.pk}/", 302)]
    assert "Help asked" in page.content.decode()
    assert (HelpRequest.objects.count(), Ticket.objects.count()) == (1, 0)
    assert told(nadia) == ["Lotte Maes needs your help on order W-7: May she keep both?"]
    client.force_login(nadia)
    assert "about the purchase" in client.get("/help/").content.decode()
    asked = HelpRequest.objects.get()
    page = client.post(f"/help/{asked.pk}/answer/", {"answer": "Yes."}, follow=True)
    assert page.status_code == 200
    assert "W-7" in client.get(f"/help/{asked.pk}/").content.decode()
    assert told(lotte) == ["Nadia El Amrani answered you on order W-7: May she keep both?"]
    assert "Help given" in client.get(f"/purchases/{purchase.pk}/").content.decode()


def test_where_a_ticket_is_worked_on_the_question_goes_to_it(
    ticket: Ticket, lotte: User, client: Client
):
    client.force_login(lotte)
    answer = client.get(f"/purchases/{ticket.purchase_id}/help/")
    assert answer["Location"] == f"/tickets/{ticket.pk}/help/"


def test_a_question_is_about_one_thing(ticket: Ticket, lotte: User):
    asked = make.help_request(ticket=ticket, asked_by=lotte)
    rows = HelpRequest.objects.filter(pk=asked.pk)
    for change in ({"purchase": ticket.purchase}, {"ticket": None}):
        with pytest.raises(IntegrityError, match="help_about_one_thing"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(ValidationError, match="does not exist"):
        ask(None, lotte)
