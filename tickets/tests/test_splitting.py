"""Splitting an interaction off into a ticket of its own."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import Interaction, Promise, Ticket, TicketEvent
from tickets.services import (
    PromiseDraft,
    log_interaction,
    merge_tickets,
    recount_all,
    split_interaction,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(db: None) -> User:
    return make.agent(name="Lotte Maes")


def log(actor: User, *, days: int = 0, **fields: object) -> Interaction:
    fields = {
        "channel": "phone",
        "direction": "inbound",
        "outcome": "promised" if "promise" in fields else "escalated",
        "summary": "The mug is cracked.",
        "reason": make.reason(),
        "occurred_at": timezone.now() - timedelta(days=days),
        **fields,
    }
    return log_interaction(actor=actor, **fields)


@pytest.fixture
def invoice(actor: User) -> Interaction:
    """The second call on a ticket is about something else, and something was promised in it."""
    purchase = make.purchase()
    log(actor, purchase=purchase, days=5)
    due = timezone.now() + timedelta(days=1)
    return log(
        actor,
        purchase=purchase,
        days=1,
        summary="Also: the invoice is wrong.",
        promise=PromiseDraft("New invoice", due),
    )


def split(contact: Interaction, actor: User, *, take: bool = False) -> Ticket:
    return split_interaction(
        interaction=contact, subject=" Invoice wrong ", take=take, actor=actor, note="Books."
    )


def test_the_contact_gets_a_ticket_of_its_own_with_its_promise_and_counts_stay(invoice, actor):
    old = Ticket.objects.get()
    new = split(invoice, actor, take=True)
    old.refresh_from_db()
    invoice.refresh_from_db()
    assert (new.subject, new.split_from, new.purchase_id, new.owner, new.state) == (
        "Invoice wrong",
        old,
        old.purchase_id,
        actor,
        "open",
    )
    assert (new.opened_at, new.waiting_since, new.channel, new.tally) == (
        invoice.occurred_at,
        invoice.occurred_at,
        "phone",
        2,
    )
    assert (invoice.ticket, invoice.standing, Promise.objects.get().ticket) == (new, "net", new)
    assert (old.open_promises, new.open_promises) == (0, 1)
    assert recount_all() == 0
    assert list(TicketEvent.objects.filter(kind="split").values_list("ticket", "changes")) == [
        (new.pk, {"ticket": [f"#{old.pk}", f"#{new.pk}"]}),
        (old.pk, {"split off": [None, f"#{new.pk}"]}),
    ]


def test_the_next_contact_joins_the_main_ticket_and_a_merge_brings_both_together(invoice, actor):
    old = Ticket.objects.get()
    new = split(invoice, actor)
    assert log(actor, purchase=old.purchase).ticket_id == old.pk
    merge_tickets(ticket=new, into=old, version=new.version, actor=actor)
    assert old.interactions.count() == 3


def test_what_cannot_be_split_is_refused_with_words(invoice, actor):
    alone = log(actor, purchase=make.purchase())
    with pytest.raises(ValidationError, match="only contact"):
        split(alone, actor)
    stale = Interaction.objects.get(pk=invoice.pk)
    split(invoice, actor)
    with pytest.raises(ValidationError, match="just been moved"):
        split(stale, actor)
    Interaction.objects.filter(pk=alone.pk).update(
        superseded_at=timezone.now(), standing="superseded"
    )
    with pytest.raises(ValidationError, match="was corrected"):
        split(alone, actor)
    assert Ticket.objects.count() == 3


def test_a_contact_without_a_ticket_gets_one(actor):
    logged = log(actor, purchase=make.purchase(), outcome="resolved")
    new = split(logged, actor)
    assert (logged.ticket, new.split_from, new.interactions.get()) == (None, None, logged)


def test_the_database_allows_a_second_unfinished_ticket_only_when_it_was_split_off(invoice, actor):
    new = split(invoice, actor)
    refused = "ticket_one_unfinished_per_purchase|UNIQUE"
    with pytest.raises(IntegrityError, match=refused), transaction.atomic():
        Ticket.objects.filter(pk=new.pk).update(split_from=None)
