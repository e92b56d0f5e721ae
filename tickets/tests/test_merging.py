"""Merging two tickets, and undoing it: exactly what moved moves back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from purchases.models import EvaluationMark, Purchase
from tests import make
from tickets.models import Interaction, Promise, Ticket, TicketEvent, TicketMerge
from tickets.services import (
    Correction,
    PromiseDraft,
    attach_interaction,
    correct_interaction,
    follow_ticket,
    log_interaction,
    merge_tickets,
    recount_all,
    reopen_ticket,
    resolve_ticket,
    undo_merge,
)
from tickets.services.belongings import FOLLOWS, STAYS

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def actor(db: None) -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def old(actor: User) -> Ticket:
    """Two calls about A-1, two days apart, and a promise made in the first of them."""
    purchase = make.purchase(order_number="A-1")
    first = log(
        actor, purchase=purchase, days=4, promise=PromiseDraft("Ring back", NOW + timedelta(days=1))
    )
    log(actor, purchase=purchase, days=2)
    return Ticket.objects.get(pk=first.ticket_id)


@pytest.fixture
def new(actor: User) -> Ticket:
    """One call about A-2."""
    logged = log(actor, purchase=make.purchase(order_number="A-2"), days=3, summary="Still late.")
    return Ticket.objects.get(pk=logged.ticket_id)


def log(actor: User, *, days: int = 0, **fields: object) -> Interaction:
    fields = {
        "channel": "phone",
        "direction": "inbound",
        "outcome": "promised" if "promise" in fields else "escalated",
        "summary": "Nobody rang me back.",
        "reason": make.reason(),
        "occurred_at": NOW - timedelta(days=days),
        **fields,
    }
    return log_interaction(actor=actor, **fields)


def tally(order: str) -> tuple[int, int]:
    purchase = Purchase.objects.get(order_number=order)
    return purchase.gross_interactions, purchase.net_interactions


def everything() -> list[object]:
    """What an undo has to give back, to the last column."""
    tickets = Ticket.objects.order_by("pk").values(
        *[f.attname for f in Ticket._meta.concrete_fields if f.attname != "version"]
    )
    contacts = Interaction.objects.order_by("pk").values_list(
        "pk", "ticket", "purchase", "customer", "standing"
    )
    promises = Promise.objects.order_by("pk").values_list("pk", "ticket", "state")
    return [list(tickets), list(contacts), list(promises), tally("A-1"), tally("A-2")]


def merge(old: Ticket, new: Ticket, actor: User) -> TicketMerge:
    old.refresh_from_db()
    return merge_tickets(ticket=old, into=new, version=old.version, actor=actor, note="Same mug.")


def test_contacts_and_promises_go_to_the_other_ticket_and_counts_follow(old, new, actor):
    merge(old, new, actor)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.merged_into, old.open_promises, old.next_promise_at) == (
        "closed",
        new,
        0,
        None,
    )
    assert old.resolved_at is not None
    assert (new.open_promises, new.interactions.count(), new.waiting_since) == (
        1,
        3,
        NOW - timedelta(days=4),
    )
    assert set(new.interactions.values_list("purchase", flat=True)) == {new.purchase_id}
    assert Promise.objects.get().ticket == new
    assert (tally("A-1"), tally("A-2")) == ((0, 0), (3, 3))
    assert recount_all() == 0
    assert EvaluationMark.objects.count() == 2


def test_the_history_of_both_tickets_and_of_each_contact_tells_it(old, new, actor):
    merge(old, new, actor)
    told = TicketEvent.objects.filter(kind="merged")
    assert list(told.filter(ticket__isnull=False).values_list("ticket", "changes", "note")) == [
        (old.pk, {"merged into": [None, f"#{new.pk}"]}, "Same mug."),
        (new.pk, {"merged here": [None, f"#{old.pk}"]}, "Same mug."),
    ]
    moved = told.filter(ticket__isnull=True)
    assert moved.count() == 2
    assert moved.first().changes == {"ticket": [f"#{old.pk}", f"#{new.pk}"]}


def test_an_undo_restores_exactly_what_was_there(old, new, actor):
    before = everything()
    merged = merge(old, new, actor)
    assert everything() != before
    undone = undo_merge(merge=merged, actor=actor)
    assert undone.undone_by == actor
    assert everything() == before
    assert recount_all() == 0
    assert TicketEvent.objects.filter(kind="unmerged", ticket__isnull=False).count() == 2


def test_followers_come_along_once_and_go_back(old, new, actor):
    bram, both = make.agent(name="Bram"), make.agent(name="Both")
    for ticket, person in ((old, bram), (old, both), (new, both)):
        follow_ticket(ticket=ticket, actor=person)
    before = everything()
    merged = merge(old, new, actor)
    new.refresh_from_db()
    assert (new.follower_count, set(new.followers.values_list("person", flat=True))) == (
        2,
        {bram.pk, both.pk},
    )
    undo_merge(merge=merged, actor=actor)
    assert everything() == before
    assert set(old.followers.values_list("person", flat=True)) == {bram.pk, both.pk}


def test_nobody_works_on_a_merged_ticket(old, new, actor):
    merge(old, new, actor)
    old.refresh_from_db()
    with pytest.raises(ValidationError, match="was merged into"):
        reopen_ticket(ticket=old, version=old.version, note="Again.", actor=actor)


def test_merging_and_undoing_twice_do_it_once(old, new, actor):
    merged = merge(old, new, actor)
    assert merge(old, new, actor) == merged
    undo_merge(merge=merged, actor=actor)
    before = everything()
    undo_merge(merge=merged, actor=actor)
    assert everything() == before
    assert TicketEvent.objects.filter(kind="unmerged", ticket__isnull=False).count() == 2


def test_what_came_since_stays_and_a_correction_goes_back_with_what_it_corrects(old, new, actor):
    merged = merge(old, new, actor)
    later = log(actor, purchase=new.purchase, summary="And now?")
    moved = Interaction.objects.filter(summary="Nobody rang me back.").earliest("pk")
    said = ("channel", "direction", "occurred_at", "reason", "outcome")
    better = correct_interaction(
        interaction=moved,
        correction=Correction(**{n: getattr(moved, n) for n in said}, summary="Rang twice."),
        actor=actor,
    )
    undo_merge(merge=merged, actor=actor)
    for contact in (later, better):
        contact.refresh_from_db()
    assert (later.ticket_id, later.purchase_id) == (new.pk, new.purchase_id)
    assert (better.ticket_id, better.purchase_id, better.standing) == (
        old.pk,
        old.purchase_id,
        "net",
    )
    assert (tally("A-1"), tally("A-2")) == ((2, 2), (2, 2))
    assert recount_all() == 0


def test_a_contact_that_moved_on_since_makes_the_undo_impossible(old, new, actor):
    merged = merge(old, new, actor)
    moved = Interaction.objects.filter(summary="Nobody rang me back.").earliest("pk")
    attach_interaction(interaction=moved, purchase=make.purchase(), actor=actor, note="Hers.")
    before = everything()
    with pytest.raises(ValidationError, match="1 of the contacts that came with"):
        undo_merge(merge=merged, actor=actor)
    assert everything() == before


def test_a_ticket_opened_on_the_purchase_since_makes_the_undo_impossible(old, new, actor):
    merged = merge(old, new, actor)
    other = log(actor, purchase=old.purchase)
    with pytest.raises(ValidationError, match=f"#{other.ticket_id} was opened"):
        undo_merge(merge=merged, actor=actor)
    merge(Ticket.objects.get(pk=other.ticket_id), new, actor)
    undo_merge(merge=merged, actor=actor)
    old.refresh_from_db()
    assert old.state == "open"


def test_merges_are_undone_in_the_order_they_were_made(old, new, actor):
    third = make.ticket(purchase=make.purchase())
    first = merge(old, new, actor)
    second = merge(new, third, actor)
    with pytest.raises(ValidationError, match=r"moved on since|was merged into"):
        undo_merge(merge=first, actor=actor)
    undo_merge(merge=second, actor=actor)
    undo_merge(merge=first, actor=actor)
    assert (tally("A-1"), tally("A-2")) == ((2, 2), (1, 1))


def test_a_survivor_that_changed_since_keeps_what_was_done_to_it(old, new, actor):
    merged = merge(old, new, actor)
    Promise.objects.update(state="released", ended_at=timezone.now())
    Ticket.objects.filter(pk=new.pk).update(open_promises=0, next_promise_at=None)
    new.refresh_from_db()
    resolve_ticket(
        ticket=new, version=new.version, reason=new.reason, resolution="Sent anew.", actor=actor
    )
    undo_merge(merge=merged, actor=actor)
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.state, new.waiting_since, old.state, old.merged_into) == (
        "resolved",
        None,
        "open",
        None,
    )


def test_pairs_that_cannot_be_merged_are_refused_with_words(old, new, actor):
    done = make.ticket(
        purchase=new.purchase,
        state="resolved",
        resolved_at=NOW,
        reason=make.reason(),
        resolution="Done.",
    )
    loose = make.ticket()
    for into, words in (
        (old, "the ticket itself"),
        (done, "is finished, and this one is not"),
        (loose, "stands on no purchase"),
    ):
        with pytest.raises(ValidationError, match=words):
            merge(old, into, actor)
    with pytest.raises(ValidationError, match="Meanwhile"):
        merge_tickets(ticket=old, into=new, version=99, actor=actor)
    merge(old, new, actor)
    with pytest.raises(ValidationError, match="already"):
        merge(old, done, actor)
    with pytest.raises(ValidationError, match="was itself merged"):
        merge(loose, old, actor)
    assert TicketMerge.objects.count() == 1


def test_contacts_without_a_purchase_count_on_the_purchase_of_the_other(new, actor):
    logged = log(actor, caller="+32470123456")
    merged = merge(logged.ticket, new, actor)
    logged.refresh_from_db()
    assert (logged.purchase, logged.customer, logged.standing) == (
        new.purchase,
        new.customer,
        "net",
    )
    undo_merge(merge=merged, actor=actor)
    logged.refresh_from_db()
    assert (logged.purchase, logged.customer, logged.standing) == (None, None, "unattributed")
    assert logged.ticket.state == "new"
    assert recount_all() == 0


def test_a_contact_logged_on_a_merged_ticket_joins_the_one_that_took_it_over(old, new, actor):
    merge(old, new, actor)
    logged = log(actor, ticket=old)
    assert (logged.ticket_id, logged.purchase_id) == (new.pk, new.purchase_id)


def test_a_draft_of_a_merged_ticket_goes_where_its_contacts_went(old, new, actor):
    merge(old, new, actor)
    logged = log(actor, ticket=old, purchase=old.purchase)
    assert (logged.ticket_id, logged.purchase_id) == (new.pk, new.purchase_id)


def test_all_that_hangs_on_a_ticket_follows_it_or_stays_for_a_reason():
    """A new table with a ticket in it is named in tickets.services.belongings."""
    hanging = {
        relation.get_accessor_name()
        for relation in Ticket._meta.related_objects
        if relation.related_model is not Ticket
    }
    assert hanging == FOLLOWS.keys() | STAYS


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "resolved"}, "ticket_merged_is_closed"),
        ({"state": "open", "resolved_at": None}, "ticket_merged_is_closed"),
        ({"open_promises": 1}, "ticket_resolved_is_complete"),
        ({"resolved_at": None}, "ticket_resolved_is_complete"),
        ({"merged_into": None}, "ticket_resolved_is_complete"),
    ],
)
def test_the_database_keeps_a_merged_ticket_closed(old, new, actor, fields, constraint):
    merge(old, new, actor)
    Ticket.objects.filter(pk=old.pk).update(reason=None)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Ticket.objects.filter(pk=old.pk).update(**fields)


def test_the_database_refuses_a_merge_that_cannot_be(old, new, actor):
    merged = merge(old, new, actor)
    rows = TicketMerge.objects.filter(pk=merged.pk)
    for name, fields in (
        ("ticket_merge_is_of_two_tickets", {"into": old}),
        ("ticket_merge_undone_after_it", {"undone_at": NOW - timedelta(days=1)}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**fields)
    with pytest.raises(IntegrityError, match=r"ticket_merged_once|UNIQUE"), transaction.atomic():
        TicketMerge.objects.create(merged=old, into=new)


@pytest.mark.parametrize(
    ("old_answered", "new_answered", "first"), [(4, None, 4), (4, 2, 4), (2, 4, 4), (None, 3, 3)]
)
def test_the_earlier_first_answer_stands_after_a_merge_and_goes_back_with_the_undo(
    actor, old_answered, new_answered, first
):
    old, new = (
        log(actor, channel="email", purchase=make.purchase(order_number=order), days=5).ticket
        for order in ("A-1", "A-2")
    )
    for ticket, days in ((old, old_answered), (new, new_answered)):
        if days is not None:
            log(actor, channel="email", direction="outbound", ticket=ticket, days=days)
    before = everything()
    made = merge(old, new, actor)
    new.refresh_from_db()
    assert new.first_responded_at == NOW - timedelta(days=first)
    assert new.alarm_at == new.resolve_due_at
    undo_merge(merge=made, actor=actor)
    assert everything() == before
