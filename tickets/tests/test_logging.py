"""Logging an interaction: what is written, counted, joined and opened."""

import threading
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from purchases.models import Customer, Purchase
from tests import make
from tickets.models import Interaction, Promise, Reason, Ticket, TicketEvent
from tickets.services import PromiseDraft, log_interaction

pytestmark = pytest.mark.django_db


def log(**fields: object) -> Interaction:
    fields.setdefault("actor", User.objects.first() or make.agent())
    fields.setdefault("channel", "phone")
    fields.setdefault("direction", "inbound")
    fields.setdefault("outcome", "escalated")
    fields.setdefault("summary", "Handle cracked again.\nVery disappointed.")
    if "reason" not in fields:
        fields["reason"] = Reason.objects.leaves().first() or make.reason()
    return log_interaction(**fields)


def kinds(**where: object) -> list[str]:
    return list(TicketEvent.objects.filter(**where).order_by("pk").values_list("kind", flat=True))


def tomorrow() -> PromiseDraft:
    return PromiseDraft(what="Ring back", due_at=timezone.now() + timedelta(days=1))


def test_a_contact_is_counted_on_its_purchase_and_the_purchase_is_marked():
    purchase = make.purchase()
    logged = log(purchase=purchase)
    purchase.refresh_from_db()
    assert (logged.standing, logged.customer_id) == ("net", purchase.customer_id)
    assert (purchase.gross_interactions, purchase.net_interactions) == (1, 1)
    assert make.mark_of(purchase) is not None
    assert purchase.last_interaction_at == logged.occurred_at
    assert logged.purchase.net_interactions == 1


def test_a_second_contact_of_the_same_day_is_merged_and_ours_counts_nothing():
    purchase = make.purchase()
    log(purchase=purchase, occurred_at=timezone.now() - timedelta(hours=3))
    assert log(purchase=purchase).standing == "merged"
    assert log(purchase=purchase, direction="outbound").standing == "ours"
    purchase.refresh_from_db()
    assert (
        purchase.gross_interactions,
        purchase.net_interactions,
        purchase.merged_interactions,
    ) == (3, 1, 1)


def test_a_contact_logged_late_takes_its_place_and_the_ones_after_it_move():
    purchase = make.purchase()
    noon = timezone.now() - timedelta(days=2)
    after = log(purchase=purchase, occurred_at=noon)
    before = log(purchase=purchase, occurred_at=noon - timedelta(hours=2))
    after.refresh_from_db()
    assert (before.standing, after.standing) == ("net", "merged")
    purchase.refresh_from_db()
    assert (purchase.net_interactions, purchase.merged_interactions) == (1, 1)


def test_a_reason_that_does_not_count_leaves_the_tally_alone():
    purchase = make.purchase()
    assert log(purchase=purchase, reason=make.reason(counts=False)).standing == "excluded"
    purchase.refresh_from_db()
    assert (purchase.gross_interactions, purchase.net_interactions) == (1, 0)


@pytest.mark.parametrize(
    ("outcome", "state", "owned"),
    [
        ("escalated", "new", False),
        ("waiting", "waiting_customer", False),
        ("promised", "open", True),
    ],
)
def test_an_outcome_that_leaves_something_to_do_opens_a_ticket(
    outcome: str, state: str, owned: bool
):
    actor = make.agent()
    logged = log(actor=actor, purchase=make.purchase(), outcome=outcome)
    ticket = Ticket.objects.get()
    assert (ticket.pk, ticket.state) == (logged.ticket_id, state)
    assert ticket.subject == "Handle cracked again."
    assert (ticket.owner == actor) is (owned or outcome == "waiting")
    assert kinds(ticket=ticket) == ["logged", "opened"]


@pytest.mark.parametrize("outcome", ["resolved", "no_action"])
def test_an_outcome_that_ends_it_opens_no_ticket(outcome: str):
    logged = log(purchase=make.purchase(), outcome=outcome)
    assert logged.ticket is None
    assert Ticket.objects.count() == 0
    assert kinds() == ["logged"]


def test_a_contact_joins_the_open_ticket_of_its_purchase_and_never_opens_a_second():
    purchase = make.purchase()
    first = log(purchase=purchase, outcome="waiting")
    second = log(purchase=purchase)
    assert second.ticket_id == first.ticket_id
    assert Ticket.objects.get().state == "open"
    assert Ticket.objects.get().version == 2


def test_resolved_ends_the_ticket_it_joins_with_what_was_said():
    purchase = make.purchase()
    log(purchase=purchase)
    logged = log(purchase=purchase, outcome="resolved", summary="New set arrived, all well.")
    ticket = Ticket.objects.get()
    assert logged.ticket.state == "resolved"
    assert (ticket.state, ticket.resolution) == ("resolved", "New set arrived, all well.")
    assert (ticket.reason_id, ticket.resolved_at) == (logged.reason_id, logged.logged_at)
    assert kinds(interaction=logged) == ["logged", "resolved"]


def test_resolved_keeps_a_ticket_open_while_a_promise_on_it_is_open():
    purchase = make.purchase()
    log(purchase=purchase, outcome="promised", promise=tomorrow())
    logged = log(purchase=purchase, outcome="resolved")
    assert logged.ticket.state == "open"
    assert Ticket.objects.get().state == "open"


def test_a_promise_is_made_with_the_contact_and_stands_on_the_ticket():
    actor, draft = make.agent(), tomorrow()
    logged = log(actor=actor, purchase=make.purchase(), outcome="promised", promise=draft)
    promise, ticket = Promise.objects.get(), Ticket.objects.get()
    assert (promise.what, promise.due_at, promise.owner) == ("Ring back", draft.due_at, actor)
    assert (promise.made_in_id, promise.ticket_id) == (logged.pk, ticket.pk)
    assert (ticket.open_promises, ticket.next_promise_at) == (1, draft.due_at)
    assert kinds(interaction=logged) == ["logged", "promised", "opened"]


def test_the_contact_that_keeps_the_last_promise_resolves_the_ticket():
    purchase = make.purchase()
    log(purchase=purchase, outcome="promised", promise=tomorrow())
    promise = Promise.objects.get()
    logged = log(purchase=purchase, outcome="resolved", direction="outbound", keeps=[promise.pk])
    promise.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (promise.state, promise.proof_id) == ("kept", logged.pk)
    assert (ticket.state, ticket.open_promises, ticket.next_promise_at) == ("resolved", 0, None)


def test_a_promise_of_another_ticket_cannot_be_kept_and_nothing_is_saved():
    log(purchase=make.purchase(), outcome="promised", promise=tomorrow())
    with pytest.raises(ValidationError, match="has ended meanwhile"):
        log(purchase=make.purchase(), keeps=[Promise.objects.get().pk])
    assert Interaction.objects.count() == 1
    assert Promise.objects.get().state == "open"


def test_a_promise_cannot_come_with_an_outcome_that_ends_it():
    with pytest.raises(ValidationError, match="leaves something to do"):
        log(purchase=make.purchase(), outcome="resolved", promise=tomorrow())
    assert Interaction.objects.count() == 0


def test_a_contact_without_a_purchase_stands_on_the_customer_or_on_the_caller():
    customer = make.customer()
    known = log(customer=customer, outcome="resolved")
    unknown = log(caller="+32 9 555 01 77")
    assert (known.standing, known.customer) == ("unattributed", customer)
    assert (unknown.caller, unknown.ticket.customer_id) == ("+32 9 555 01 77", None)
    assert unknown.ticket.subject == "Handle cracked again."


def test_a_contact_can_join_a_ticket_that_has_no_purchase():
    first = log(caller="Somebody")
    second = log(ticket=first.ticket, caller="Somebody")
    assert second.ticket_id == first.ticket_id


def test_a_contact_for_a_ticket_counts_on_the_purchase_of_that_ticket():
    purchase = make.purchase()
    first = log(purchase=purchase)
    second = log(ticket=first.ticket, direction="outbound")
    assert (second.purchase_id, second.ticket_id) == (purchase.pk, first.ticket_id)


def test_a_ticket_of_another_purchase_is_left_out():
    here, there = make.purchase(), make.purchase()
    first, other = log(purchase=here), log(purchase=there)
    second = log(ticket=other.ticket, purchase=here)
    assert (second.purchase_id, second.ticket_id) == (here.pk, first.ticket_id)


def test_a_ticket_without_a_purchase_comes_to_the_one_that_was_found():
    first = log(caller="Somebody", occurred_at=timezone.now() - timedelta(days=2))
    purchase = make.purchase()
    second = log(ticket=first.ticket, purchase=purchase)
    first.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (ticket.purchase, ticket.customer_id) == (purchase, purchase.customer_id)
    assert (first.purchase, second.purchase, second.purchase.net_interactions) == (
        purchase,
        purchase,
        2,
    )
    assert "attached" in kinds(interaction=first)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Say who it was"),
        ({"purchase": Purchase(pk=987654)}, "This purchase does not exist"),
        ({"customer": Customer(pk=987654)}, "This customer does not exist"),
        ({"caller": "x", "reason": Reason(pk=987654)}, "cannot be chosen any more"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_saved(fields: dict[str, object], message: str):
    make.agent()
    with pytest.raises(ValidationError, match=message):
        log(**fields)
    assert Interaction.objects.count() == 0
    assert TicketEvent.objects.count() == 0


@pytest.mark.parametrize("retired", [True, False])
def test_a_retired_reason_or_a_group_cannot_be_chosen(retired: bool):
    leaf = make.reason(retired_at=timezone.now() if retired else None)
    reason = leaf if retired else leaf.parent
    with pytest.raises(ValidationError, match="cannot be chosen any more"):
        log(purchase=make.purchase(), reason=reason)
    assert Interaction.objects.count() == 0


def test_the_evaluator_is_nudged_after_the_commit(
    django_capture_on_commit_callbacks,
):
    purchase = make.purchase()
    with django_capture_on_commit_callbacks() as callbacks:
        log(purchase=purchase)
    assert [(one.args, one.keywords) for one in callbacks] == [
        (("thresholds.tasks.evaluate", [purchase.pk]), ANY)
    ]


@pytest.mark.locking
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_people_who_log_on_one_purchase_at_once_are_both_counted_on_one_ticket():
    make.shop()
    purchase, reason = make.purchase(), make.reason()
    people = [make.agent(), make.agent()]
    start = threading.Barrier(2)
    logged: list[Interaction] = []

    def save(actor: User, hours: int) -> None:
        try:
            start.wait()
            logged.append(
                log(
                    actor=actor,
                    purchase=purchase,
                    reason=reason,
                    occurred_at=timezone.now() - timedelta(hours=hours),
                )
            )
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=save, args=(person, hours))
        for person, hours in zip(people, (0, 24), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    purchase.refresh_from_db()
    assert [one.standing for one in logged] == ["net", "net"]
    assert (purchase.gross_interactions, purchase.net_interactions) == (2, 2)
    assert len({one.ticket_id for one in logged}) == 1
    assert Ticket.objects.count() == 1
