"""A new contact and a ticket that is finished: which reopens, which joins, which passes by."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.services import PromiseDraft, log_interaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte")


@pytest.fixture
def purchase(db: None) -> Purchase:
    return make.purchase()


def finished(purchase: Purchase | None, state: str = "resolved", **fields: object) -> Ticket:
    """Resolved an hour ago."""
    fields = {"reason": make.reason(), "owner": make.agent(name="Bram"), **fields}
    return make.ticket(
        purchase=purchase,
        state=state,
        resolution="Replaced.",
        resolved_at=timezone.now() - timedelta(hours=1),
        **fields,
    )


def log(actor: User, **fields: object) -> Interaction:
    fields = {"direction": "inbound", "outcome": "escalated", "reason": make.reason(), **fields}
    return log_interaction(actor=actor, channel="phone", summary="Broken again.", **fields)


def test_a_customer_who_comes_back_reopens_what_was_resolved(lotte: User, purchase: Purchase):
    done = finished(purchase)
    logged = log(lotte, purchase=purchase)
    done.refresh_from_db()
    assert logged.ticket_id == done.pk
    assert (done.state, done.reopenings, done.resolution, done.resolved_at, done.owner.name) == (
        "open",
        1,
        "",
        None,
        "Bram",
    )
    assert done.waiting_since == logged.occurred_at
    told = TicketEvent.objects.get(kind="reopened")
    assert (told.interaction_id, told.changes) == (logged.pk, {"state": ["resolved", "open"]})
    purchase.refresh_from_db()
    assert purchase.net_interactions == 1


def test_one_who_comes_back_and_is_to_do_something_leaves_it_waiting(
    lotte: User, purchase: Purchase
):
    done = finished(purchase)
    log(lotte, purchase=purchase, outcome="waiting")
    done.refresh_from_db()
    assert (done.state, done.reopenings, done.waiting_since) == ("waiting_customer", 1, None)


def test_a_promise_to_one_who_comes_back_stands_on_the_reopened_ticket(
    lotte: User, purchase: Purchase
):
    done = finished(purchase)
    due = timezone.now() + timedelta(days=1)
    promise = PromiseDraft("Ring back", due)
    log(lotte, purchase=purchase, outcome="promised", promise=promise)
    done.refresh_from_db()
    assert (done.state, done.open_promises, done.next_promise_at) == ("open", 1, due)


def test_a_closed_ticket_stays_closed_and_another_opens(lotte: User, purchase: Purchase):
    done = finished(purchase, "closed")
    logged = log(lotte, purchase=purchase)
    done.refresh_from_db()
    assert (done.state, done.reopenings) == ("closed", 0)
    assert logged.ticket_id not in {None, done.pk}


def test_thanks_reopen_nothing(lotte: User, purchase: Purchase):
    done = finished(purchase)
    assert log(lotte, purchase=purchase, outcome="no_action").ticket_id is None
    named = log(lotte, purchase=purchase, outcome="resolved", ticket=done)
    done.refresh_from_db()
    assert (named.ticket_id, done.state, done.resolution) == (done.pk, "resolved", "Replaced.")


def test_what_was_said_before_the_end_joins_and_reopens_nothing(lotte: User, purchase: Purchase):
    done = finished(purchase)
    earlier = timezone.now() - timedelta(hours=2)
    logged = log(lotte, purchase=purchase, occurred_at=earlier)
    done.refresh_from_db()
    assert (logged.ticket_id, done.state, done.reopenings) == (done.pk, "resolved", 0)


def test_what_we_say_ourselves_reopens_nothing(lotte: User, purchase: Purchase):
    done = finished(purchase)
    logged = log(lotte, purchase=purchase, direction="outbound", outcome="waiting")
    done.refresh_from_db()
    assert done.state == "resolved"
    assert logged.ticket_id != done.pk


def test_a_named_ticket_without_a_purchase_is_reopened_too(lotte: User):
    done = finished(None, customer=make.customer())
    logged = log(lotte, ticket=done)
    done.refresh_from_db()
    assert (logged.ticket_id, done.state, done.reopenings) == (done.pk, "open", 1)


def test_a_named_ticket_stays_finished_when_another_is_being_worked_on(
    lotte: User, purchase: Purchase
):
    done = finished(purchase)
    going_on = make.ticket(purchase=purchase)
    assert log(lotte, purchase=purchase, ticket=done).ticket_id == going_on.pk
    done.refresh_from_db()
    assert done.state == "resolved"


def test_of_two_resolved_ones_the_last_is_reopened(lotte: User, purchase: Purchase):
    first, last = finished(purchase), finished(purchase)
    Ticket.objects.filter(pk=first.pk).update(resolved_at=timezone.now() - timedelta(days=3))
    assert log(lotte, purchase=purchase).ticket_id == last.pk
