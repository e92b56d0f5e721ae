"""Ringing back: each try is written down, and none is the last before somebody is reached."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import CallAttempt, Interaction, Promise, Ticket, TicketEvent
from tickets.services import AttemptDraft, PromiseDraft, log_attempt, make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    els = make.customer(name="Els Vermeulen", phone="+3225550123")
    return make.ticket(purchase=make.purchase(customer=els), reason=make.reason(), owner=lotte)


@pytest.fixture
def promise(ticket: Ticket, lotte: User) -> Promise:
    due = timezone.now() + timedelta(hours=1)
    return make_promise(ticket=ticket, draft=PromiseDraft("Ring back", due), actor=lotte)


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_who_was_not_reached_is_rung_again_at_a_moment_that_is_said(
    promise: Promise, lotte: User, outcome: str
):
    with pytest.raises(ValidationError, match="when somebody tries again"):
        log_attempt(promise=promise, draft=AttemptDraft(outcome), actor=lotte)
    assert CallAttempt.objects.count() == 0
    again = timezone.now() + timedelta(minutes=30)
    log_attempt(promise=promise, draft=AttemptDraft(outcome, next_at=again), actor=lotte)
    promise.refresh_from_db()
    assert (promise.state, promise.attempts, promise.next_attempt_at) == ("open", 1, again)
    assert Interaction.objects.count() == 0
    told = TicketEvent.objects.get(kind="attempted")
    assert (told.changes, told.note) == ({"outcome": [None, outcome]}, "Ring back")


def test_a_wrong_number_leaves_the_promise_open_without_a_next_moment(
    promise: Promise, lotte: User
):
    log_attempt(promise=promise, draft=AttemptDraft("wrong_number", "A bakery."), actor=lotte)
    promise.refresh_from_db()
    assert (promise.state, promise.attempts, promise.next_attempt_at) == ("open", 1, None)


@pytest.mark.parametrize(("late", "state"), [(False, "kept"), (True, "kept_late")])
def test_who_was_reached_proves_the_promise_by_an_outbound_contact(
    ticket: Ticket, lotte: User, late: bool, state: str
):
    due = timezone.now() + timedelta(hours=-1 if late else 1)
    promise = Promise.objects.create(
        ticket=ticket,
        what="Ring back",
        due_at=due,
        owner=lotte,
        made_at=timezone.now() - timedelta(days=1),
    )
    Ticket.objects.filter(pk=ticket.pk).update(open_promises=1, next_promise_at=due)
    with pytest.raises(ValidationError, match="in a line what was said"):
        log_attempt(promise=promise, draft=AttemptDraft("reached"), actor=lotte)
    attempt = log_attempt(
        promise=promise, draft=AttemptDraft("reached", said="The mug is on its way."), actor=lotte
    )
    promise.refresh_from_db()
    ticket.refresh_from_db()
    contact = attempt.contact
    assert contact is not None
    assert (promise.state, promise.proof, promise.attempts) == (state, contact, 1)
    assert (contact.direction, contact.channel, contact.ticket) == ("outbound", "phone", ticket)
    assert (contact.standing, contact.reason) == ("ours", ticket.reason)
    assert (ticket.open_promises, ticket.state) == (0, "new")


def test_the_last_call_back_may_resolve_the_ticket(promise: Promise, lotte: User):
    draft = AttemptDraft("reached", said="She is content.", contact_outcome="resolved")
    log_attempt(promise=promise, draft=draft, actor=lotte)
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.resolution, ticket.open_promises) == (
        "resolved",
        "She is content.",
        0,
    )


def test_a_try_for_an_ended_promise_is_refused(promise: Promise, lotte: User):
    draft = AttemptDraft("reached", said="Done.")
    log_attempt(promise=promise, draft=draft, actor=lotte)
    with pytest.raises(ValidationError, match="has ended already: Kept"):
        log_attempt(promise=promise, draft=draft, actor=lotte)
    assert (CallAttempt.objects.count(), Interaction.objects.count()) == (1, 1)


def test_a_form_sent_twice_is_one_try(promise: Promise, lotte: User, client: Client):
    client.force_login(lotte)
    form = {
        "form_key": "6f1de0f7-6d5f-4f0d-8a5e-0d1c1b7c9d11",
        "outcome": "no_answer",
        "when": "in_30_minutes",
    }
    for _time in range(2):
        answer = client.post(f"/promises/{promise.pk}/tries/", form)
        assert answer.headers["Location"] == "/promises/"
    promise.refresh_from_db()
    assert (CallAttempt.objects.count(), promise.attempts) == (1, 1)


def test_the_page_says_whom_to_ring_and_what_was_tried(
    promise: Promise, lotte: User, client: Client
):
    client.force_login(lotte)
    page = client.get(f"/promises/{promise.pk}/").content.decode()
    assert 'href="tel:+3225550123"' in page
    assert "02 555 01 23</a>" in page
    assert "Nobody has tried yet." in page
    form = {"outcome": "voicemail", "when": "tomorrow_9", "note": "Spoke after the tone."}
    client.post(f"/promises/{promise.pk}/tries/", form)
    page = client.get(f"/promises/{promise.pk}/").content.decode()
    assert "Spoke after the tone." in page
    assert "tomorrow 09:00" in page


def test_a_refused_try_shows_the_form_again(promise: Promise, lotte: User, client: Client):
    client.force_login(lotte)
    answer = client.post(f"/promises/{promise.pk}/tries/", {"outcome": "reached"})
    assert answer.status_code == 422
    assert "Say in a line what was said." in answer.content.decode()
    answer = client.post(
        f"/promises/{promise.pk}/tries/", {"outcome": "no_answer", "when": "moment"}
    )
    assert answer.status_code == 422
    assert CallAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"outcome": "asleep"}, "attempt_outcome_known"),
        ({"outcome": "no_answer"}, "attempt_says_when_next"),
        ({"outcome": "voicemail"}, "attempt_says_when_next"),
        ({"outcome": "no_answer", "next_at": -1}, "attempt_next_is_later"),
        ({"outcome": "reached"}, "attempt_reached_has_contact"),
        ({"outcome": "wrong_number", "contact": True}, "attempt_reached_has_contact"),
    ],
)
def test_the_database_refuses_a_try_that_says_what_cannot_be(
    promise: Promise, lotte: User, fields: dict[str, object], constraint: str
):
    values = dict(fields)
    if "next_at" in values:
        values["next_at"] = timezone.now() - timedelta(hours=1)
    if "contact" in values:
        values["contact"] = make.interaction(purchase=promise.ticket.purchase)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CallAttempt.objects.create(promise=promise, tried_by=lotte, **values)


def test_the_database_refuses_two_tries_of_one_form(promise: Promise, lotte: User):
    def write() -> None:
        CallAttempt.objects.create(
            promise=promise, tried_by=lotte, outcome="wrong_number", form_key="k"
        )

    write()
    with (
        pytest.raises(IntegrityError, match=r"attempt_once_per_form|form_key"),
        transaction.atomic(),
    ):
        write()


def test_the_database_refuses_to_change_or_delete_a_try(promise: Promise, lotte: User):
    draft = AttemptDraft("wrong_number")
    attempt = log_attempt(promise=promise, draft=draft, actor=lotte)
    with pytest.raises(IntegrityError, match="attempt_is_append_only"), transaction.atomic():
        CallAttempt.objects.filter(pk=attempt.pk).update(note="Never mind.")
    with pytest.raises(IntegrityError, match="attempt_is_kept"), transaction.atomic():
        CallAttempt.objects.filter(pk=attempt.pk).delete()
