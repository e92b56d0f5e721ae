"""Attaching, moving and correcting interactions; what was logged never changes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from purchases.models import EvaluationMark
from tests import make
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.services import (
    Correction,
    PromiseDraft,
    attach_interaction,
    correct_interaction,
    log_interaction,
    recount_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(db: None) -> User:
    return make.agent(name="Lotte Maes")


def log(actor: User, **fields: object) -> Interaction:
    fields.setdefault("channel", "phone")
    fields.setdefault("direction", "inbound")
    fields.setdefault("outcome", "escalated")
    fields.setdefault("summary", "Nobody rang me back.")
    fields.setdefault("reason", make.reason())
    return log_interaction(actor=actor, **fields)


def tallies(*purchases: object) -> list[tuple[int, int]]:
    for purchase in purchases:
        purchase.refresh_from_db()
    return [(one.gross_interactions, one.net_interactions) for one in purchases]


def test_an_unattributed_contact_is_attached_with_its_ticket_and_counts(actor: User):
    logged, purchase = log(actor, caller="+3295550177"), make.purchase()
    attached = attach_interaction(interaction=logged, purchase=purchase, actor=actor)
    ticket = Ticket.objects.get()
    assert (attached.purchase, attached.standing) == (purchase, "net")
    assert (attached.customer, attached.ticket) == (purchase.customer, ticket)
    assert (ticket.purchase, ticket.customer) == (purchase, purchase.customer)
    assert attached.caller == "+3295550177"
    assert tallies(purchase) == [(1, 1)]
    assert make.mark_of(purchase) is not None
    told = TicketEvent.objects.get(kind="attached")
    assert told.changes == {
        "purchase": [None, str(purchase.pk)],
        "ticket": [str(ticket.pk), str(ticket.pk)],
    }


def test_an_attached_contact_joins_the_open_ticket_of_the_purchase(actor: User):
    purchase = make.purchase()
    there = log(actor, purchase=purchase, occurred_at=timezone.now() - timedelta(days=1))
    alone = log(actor, caller="+3295550177")
    attached = attach_interaction(interaction=alone, purchase=purchase, actor=actor)
    assert attached.ticket_id == there.ticket_id
    assert tallies(purchase) == [(2, 2)]


def test_all_contacts_of_a_ticket_without_a_purchase_go_with_it(actor: User):
    first = log(actor, caller="Somebody", occurred_at=timezone.now() - timedelta(days=2))
    log(actor, caller="Somebody", ticket=first.ticket)
    purchase = make.purchase()
    attach_interaction(interaction=first, purchase=purchase, actor=actor)
    assert tallies(purchase) == [(2, 2)]
    assert Interaction.objects.unattributed().count() == 0


def test_a_contact_moves_to_the_right_purchase_and_both_tallies_follow(actor: User):
    wrong, right = make.purchase(), make.purchase()
    logged = log(actor, purchase=wrong)
    EvaluationMark.objects.all().delete()
    moved = attach_interaction(interaction=logged, purchase=right, actor=actor, note="Her sister.")
    assert tallies(wrong, right) == [(0, 0), (1, 1)]
    assert (moved.ticket_id, moved.customer) == (logged.ticket_id, right.customer)
    assert (moved.ticket.purchase, moved.ticket.customer) == (right, right.customer)
    assert recount_all() == 0
    assert EvaluationMark.objects.count() == 2
    told = TicketEvent.objects.get(kind="moved")
    assert (told.note, told.purchase, told.actor) == ("Her sister.", right, actor)
    assert told.changes["purchase"] == [str(wrong.pk), str(right.pk)]


def test_a_contact_leaves_a_purchase_only_with_a_reason(actor: User):
    wrong, right = make.purchase(), make.purchase()
    logged = log(actor, purchase=wrong)
    with pytest.raises(ValidationError, match="Say why it moves"):
        attach_interaction(interaction=logged, purchase=right, actor=actor, note=" ")
    assert tallies(wrong, right) == [(1, 1), (0, 0)]


def test_the_only_contact_of_a_ticket_brings_it_into_the_open_one_there(actor: User):
    wrong, right = make.purchase(), make.purchase()
    due = timezone.now() + timedelta(days=1)
    logged = log(actor, purchase=wrong, outcome="promised", promise=PromiseDraft("Ring", due))
    there = log(actor, purchase=right, occurred_at=timezone.now() - timedelta(days=2))
    moved = attach_interaction(interaction=logged, purchase=right, actor=actor, note="Her sister.")
    old = Ticket.objects.get(pk=logged.ticket_id)
    assert moved.ticket_id == there.ticket_id
    assert (old.state, old.merged_into_id) == ("closed", there.ticket_id)
    assert Ticket.objects.get(pk=there.ticket_id).open_promises == 1
    assert tallies(wrong, right) == [(0, 0), (2, 2)]


def test_one_of_several_contacts_moves_alone_with_its_promise(actor: User):
    wrong, right = make.purchase(), make.purchase()
    log(actor, purchase=wrong, occurred_at=timezone.now() - timedelta(days=3))
    due = timezone.now() + timedelta(days=1)
    logged = log(actor, purchase=wrong, outcome="promised", promise=PromiseDraft("Ring", due))
    there = log(actor, purchase=right, occurred_at=timezone.now() - timedelta(days=2))
    moved = attach_interaction(interaction=logged, purchase=right, actor=actor, note="Her sister.")
    stays, joined = Ticket.objects.order_by("pk")
    assert (moved.ticket_id, there.ticket_id) == (joined.pk, joined.pk)
    assert (stays.purchase, stays.state, stays.open_promises) == (wrong, "open", 0)
    assert (joined.purchase, joined.open_promises, joined.next_promise_at) == (right, 1, due)
    assert tallies(wrong, right) == [(1, 1), (2, 2)]


def test_one_of_several_contacts_opens_a_ticket_where_there_is_none(actor: User):
    wrong, right = make.purchase(), make.purchase()
    log(actor, purchase=wrong, occurred_at=timezone.now() - timedelta(days=3))
    logged = log(actor, purchase=wrong)
    moved = attach_interaction(interaction=logged, purchase=right, actor=actor, note="Her sister.")
    assert moved.ticket_id != logged.ticket_id
    assert (moved.ticket.purchase, moved.ticket.state, moved.ticket.tally) == (right, "new", 1)
    assert tallies(wrong, right) == [(1, 1), (1, 1)]


def test_a_promise_goes_with_its_contact_to_the_ticket_that_is_opened_there(actor: User):
    wrong, right = make.purchase(), make.purchase()
    log(actor, purchase=wrong, occurred_at=timezone.now() - timedelta(days=3))
    due = timezone.now() + timedelta(days=1)
    logged = log(actor, purchase=wrong, outcome="promised", promise=PromiseDraft("Ring", due))
    attach_interaction(interaction=logged, purchase=right, actor=actor, note="Her sister.")
    stays, opened = Ticket.objects.order_by("pk")
    assert (stays.purchase, stays.open_promises, stays.next_promise_at) == (wrong, 0, None)
    assert (opened.purchase, opened.open_promises, opened.next_promise_at) == (right, 1, due)


def test_attaching_where_it_stands_or_what_was_corrected_is_refused(actor: User):
    purchase = make.purchase()
    logged = log(actor, purchase=purchase)
    with pytest.raises(ValidationError, match="already"):
        attach_interaction(interaction=logged, purchase=purchase, actor=actor)
    Interaction.objects.filter(pk=logged.pk).update(
        superseded_at=timezone.now(), standing="superseded"
    )
    with pytest.raises(ValidationError, match="was corrected"):
        attach_interaction(interaction=logged, purchase=make.purchase(), actor=actor)
    assert TicketEvent.objects.filter(kind="attached").count() == 0


def correction(of: Interaction, **fields: object) -> Correction:
    values = {
        "channel": of.channel,
        "direction": of.direction,
        "occurred_at": of.occurred_at,
        "reason": of.reason,
        "outcome": of.outcome,
        "summary": of.summary,
    }
    return Correction(**{**values, **fields})


def test_a_correction_supersedes_and_the_first_stays_visible(actor: User):
    purchase = make.purchase()
    logged = Interaction.objects.get(pk=log(actor, purchase=purchase).pk)
    manager = make.manager()
    new = correct_interaction(
        interaction=logged,
        correction=correction(logged, direction="outbound", summary="We rang her."),
        actor=manager,
        note="Wrong way round.",
    )
    logged.refresh_from_db()
    assert (logged.standing, logged.summary) == ("superseded", "Nobody rang me back.")
    assert (new.corrects, new.standing, new.summary) == (logged, "ours", "We rang her.")
    assert (new.agent, new.ticket_id, new.purchase) == (actor, logged.ticket_id, purchase)
    assert tallies(purchase) == [(1, 0)]
    told = TicketEvent.objects.get(kind="corrected")
    assert told.actor == manager
    assert told.changes == {
        "direction": ["inbound", "outbound"],
        "summary": ["Nobody rang me back.", "We rang her."],
    }


def test_a_contact_without_a_purchase_can_be_corrected_too(actor: User):
    logged = Interaction.objects.get(pk=log(actor, caller="Somebody").pk)
    new = correct_interaction(
        interaction=logged, correction=correction(logged, summary="Rang."), actor=actor
    )
    assert (new.standing, new.caller) == ("unattributed", "Somebody")


def test_a_correction_keeps_a_reason_retired_since_but_cannot_choose_one(actor: User):
    reason, other = make.reason(), make.reason(retired_at=timezone.now())
    logged = Interaction.objects.get(pk=log(actor, purchase=make.purchase(), reason=reason).pk)
    type(reason).objects.filter(pk=reason.pk).update(retired_at=timezone.now())
    with pytest.raises(ValidationError, match="cannot be chosen"):
        correct_interaction(
            interaction=logged, correction=correction(logged, reason=other), actor=actor
        )
    new = correct_interaction(
        interaction=logged, correction=correction(logged, summary="Rang twice."), actor=actor
    )
    assert new.reason == reason


def test_nothing_different_and_corrected_twice_are_refused(actor: User):
    logged = Interaction.objects.get(pk=log(actor, purchase=make.purchase()).pk)
    with pytest.raises(ValidationError, match="Nothing is different"):
        correct_interaction(interaction=logged, correction=correction(logged), actor=actor)
    correct_interaction(
        interaction=logged, correction=correction(logged, summary="Once."), actor=actor
    )
    with pytest.raises(ValidationError, match="meanwhile"):
        correct_interaction(
            interaction=logged, correction=correction(logged, summary="Twice."), actor=actor
        )
    assert Interaction.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "trigger"),
    [
        ({"channel": "email"}, "interaction_is_frozen"),
        ({"direction": "outbound"}, "interaction_is_frozen"),
        ({"occurred_at": timezone.now()}, "interaction_is_frozen"),
        ({"reason": None}, "interaction_is_frozen"),
        ({"agent": None}, "interaction_is_frozen"),
        ({"summary": "Something else"}, "interaction_text_is_frozen"),
        ({"summary": "x", "erased_at": timezone.now()}, "interaction_text_is_frozen"),
        ({"superseded_at": timezone.now()}, "interaction_superseded_does_not_count"),
        ({"purchase": None}, "interaction_counts_on_a_purchase"),
        ({"standing": "unattributed"}, "interaction_attributed_has_standing"),
    ],
)
def test_the_database_refuses_to_change_what_was_logged(
    actor: User, fields: dict[str, object], trigger: str
):
    logged = log(actor, purchase=make.purchase())
    with pytest.raises(IntegrityError, match=trigger), transaction.atomic():
        Interaction.objects.filter(pk=logged.pk).update(**fields)


def test_an_erasure_may_blank_the_text_and_keeps_the_count(actor: User):
    purchase = make.purchase()
    logged = log(actor, purchase=purchase)
    Interaction.objects.filter(pk=logged.pk).update(summary="", caller="", erased_at=timezone.now())
    assert recount_all() == 0
    assert tallies(purchase) == [(1, 1)]


def test_history_is_never_changed(actor: User):
    log(actor, purchase=make.purchase())
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        TicketEvent.objects.update(note="rewritten")
