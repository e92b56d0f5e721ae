"""Giving an open promise to somebody else: told to both, on record, and theirs from then on."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Promise, TicketEvent
from tickets.services import (
    PromiseDraft,
    end_promise,
    give_promise,
    make_promise,
    remind_of_promises,
)
from tickets.stats.kept import read_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop()
    return make.agent(name="Lotte Maes")


@pytest.fixture
def femke() -> User:
    return make.agent(name="Femke De Wit")


@pytest.fixture
def promise(lotte: User) -> Promise:
    ticket = make.ticket(purchase=make.purchase(), owner=lotte)
    draft = PromiseDraft("Ring back", timezone.now() + timedelta(hours=1))
    return make_promise(ticket=ticket, draft=draft, actor=lotte)


def told(person: User) -> list[str]:
    return [notice.sentence for notice in Notice.objects.of(person).order_by("pk")]


def give(client: Client, promise: Promise, **fields: object):
    return client.post(f"/promises/{promise.pk}/owner/", fields, follow=True)


def test_both_are_told_the_history_says_why_and_the_moment_stays(promise, lotte, femke, client):
    nadia = make.manager(name="Nadia El Amrani")
    client.force_login(nadia)
    due_at = promise.due_at
    page = give(
        client, promise, was=lotte.pk, owner=femke.pk, note="Lotte is ill; he wants a date."
    )
    assert "Femke De Wit keeps this promise from now on, and is told." in page.content.decode()
    promise.refresh_from_db()
    assert (promise.owner, promise.due_at, promise.state) == (femke, due_at, "open")
    assert told(femke) == ["Nadia El Amrani gave you a promise to keep: Ring back"]
    assert told(lotte) == ["Nadia El Amrani gave your promise to Femke De Wit: Ring back"]
    event = TicketEvent.objects.get(kind="promise_given")
    assert event.changes == {"owner": ["Lotte Maes", "Femke De Wit"]}
    assert (event.note, event.actor) == ("Lotte is ill; he wants a date.", nadia)
    client.force_login(femke)
    assert "Ring back" in client.get("/promises/").content.decode()


def test_the_new_owner_is_reminded_of_what_the_one_before_was_told(lotte, femke):
    late = Promise.objects.create(
        ticket=make.ticket(purchase=make.purchase()),
        what="Ring her",
        owner=lotte,
        made_at=timezone.now() - timedelta(days=1),
        due_at=timezone.now() - timedelta(minutes=1),
    )
    assert remind_of_promises() == 1
    give_promise(promise=late, owner=femke, was=lotte.pk, note="She knows him.", actor=lotte)
    assert remind_of_promises() == 1
    assert told(lotte) == ["A promise is due: Ring her"]
    assert told(femke) == [
        "Lotte Maes gave you a promise to keep: Ring her",
        "A promise is due: Ring her",
    ]


def test_it_counts_for_who_has_it_at_its_end(promise, lotte, femke):
    give_promise(promise=promise, owner=femke, was=lotte.pk, note="Ill.", actor=lotte)
    proof = make.interaction(
        purchase=promise.ticket.purchase, ticket=promise.ticket, direction="outbound"
    )
    end_promise(promise=promise, ending="kept", proof=proof, actor=femke)
    now = timezone.now() + timedelta(minutes=1)
    kept = [
        read_kept(start=None, end=now, now=now, person=one).total.ended for one in (lotte, femke)
    ]
    assert kept == [0, 1]


def test_a_refusal_says_what_is_wrong_and_writes_nothing(promise, lotte, femke, client):
    client.force_login(lotte)
    looks = make.agent(name="Only Looks", read_only=True)
    plain = {"was": lotte.pk, "owner": femke.pk, "note": "Ill."}
    for change, words in (
        ({"note": " "}, "Say why it changes hands"),
        ({"owner": ""}, "Say who does it from now on."),
        ({"owner": looks.pk}, "Select a valid choice"),
        ({"was": femke.pk}, "Somebody has just given this promise to Lotte Maes"),
        ({"was": ""}, "Somebody has just given this promise to Lotte Maes"),
    ):
        page = give(client, promise, **{**plain, **change})
        assert (page.status_code, words in page.content.decode()) == (422, True), words
    with pytest.raises(ValidationError, match="has this promise already"):
        give_promise(promise=promise, owner=lotte, was=lotte.pk, note="Ill.", actor=lotte)
    with pytest.raises(ValidationError, match="cannot keep promises"):
        give_promise(promise=promise, owner=looks, was=lotte.pk, note="Ill.", actor=lotte)
    promise.refresh_from_db()
    assert promise.owner == lotte
    assert not TicketEvent.objects.filter(kind="promise_given").exists()


def test_an_ended_promise_stays_with_who_had_it_at_both_doors(promise, lotte, femke):
    end_promise(promise=promise, ending="released", note="Found it.", actor=lotte)
    with pytest.raises(ValidationError, match="has ended already"):
        give_promise(promise=promise, owner=femke, was=lotte.pk, note="Ill.", actor=lotte)
    with pytest.raises(IntegrityError, match="promise_keeps_its_last_owner"), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(owner=femke)
