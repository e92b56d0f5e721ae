"""Who works on a ticket: teams, hand-offs on ticket and purchase, priority, followers, notices."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Follower, Ticket, TicketEvent
from tickets.services import (
    attach_interaction,
    change_priority,
    change_subject,
    follow_ticket,
    hand_off_ticket,
    log_interaction,
    unfollow_ticket,
    wait_for_customer,
)
from tickets.words import TICKETS

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte")


@pytest.fixture
def bram(db: None) -> User:
    return make.agent(name="Bram")


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make.ticket(purchase=make.purchase(), subject="Two mugs cracked")


def sentences(person: User) -> list[str]:
    return [one.sentence for one in Notice.objects.filter(person=person).order_by("pk")]


def test_a_team_gets_it_and_one_of_the_team_takes_it(lotte: User, ticket: Ticket):
    returns = make.team("Returns")
    hand_off_ticket(ticket=ticket, version=1, owner=None, team=returns, actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.team, ticket.state, ticket.handoffs) == (None, returns, "new", 0)
    hand_off_ticket(ticket=ticket, version=2, owner=lotte, actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.team, ticket.state, ticket.handoffs) == (lotte, returns, "open", 0)
    assert list(TicketEvent.objects.order_by("pk").values_list("kind", "changes")) == [
        ("assigned", {"team": [None, "Returns"]}),
        ("changed", {"owner": [None, "Lotte"]}),
    ]


def test_each_letting_go_counts_on_the_ticket_and_on_its_purchase(
    lotte: User, bram: User, ticket: Ticket
):
    returns, desk = make.team("Returns"), make.team("Desk")
    steps = [
        ({"owner": lotte}, 0),
        ({"owner": bram, "note": "Knows her."}, 1),
        ({"owner": None, "team": returns, "note": "Has to come back."}, 2),
        ({"owner": None, "team": desk, "note": "Not a return."}, 3),
        ({"owner": bram}, 3),
    ]
    for version, (given, count) in enumerate(steps, start=1):
        hand_off_ticket(ticket=ticket, version=version, actor=lotte, **given)
        ticket.refresh_from_db()
        ticket.purchase.refresh_from_db()
        assert (ticket.handoffs, ticket.purchase.handoffs) == (count, count)


def test_the_hand_offs_of_all_tickets_of_a_purchase_add_up_and_travel(lotte: User, bram: User):
    purchase = make.purchase()
    make.ticket(purchase=purchase, state="closed", handoffs=2, **ended())
    contact = make.interaction(customer=purchase.customer)
    loose = make.ticket(customer=purchase.customer, owner=lotte)
    type(contact).objects.filter(pk=contact.pk).update(ticket=loose)
    hand_off_ticket(ticket=loose, version=1, owner=bram, note="Knows her.", actor=lotte)
    contact.refresh_from_db()
    attach_interaction(interaction=contact, purchase=purchase, actor=lotte)
    purchase.refresh_from_db()
    assert purchase.handoffs == 3


def ended() -> dict[str, object]:
    return {"reason": make.reason(), "resolution": "x", "resolved_at": timezone.now()}


def test_it_goes_to_somebody_and_not_to_a_team_that_is_no_more(lotte: User, ticket: Ticket):
    old = make.team("Old")
    old.retired_at = timezone.now()
    old.save()
    with pytest.raises(ValidationError, match="Say who gets it"):
        hand_off_ticket(ticket=ticket, version=1, owner=None, actor=lotte)
    with pytest.raises(ValidationError, match="Old is no team any more"):
        hand_off_ticket(ticket=ticket, version=1, owner=None, team=old, actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.version) == (None, 1)


def test_its_priority_changes(lotte: User, ticket: Ticket):
    change_priority(ticket=ticket, version=1, priority=3, actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.version) == (3, 2)
    assert TicketEvent.objects.get().changes == {"priority": ["2", "3"]}
    for priority in (3, 7):
        with pytest.raises(ValidationError, match="another priority"):
            change_priority(ticket=ticket, version=2, priority=priority, actor=lotte)


def test_a_subject_is_changed_with_history_and_found_by_its_new_words(
    lotte: User, bram: User, ticket: Ticket
):
    follow_ticket(ticket=ticket, actor=bram)
    change_subject(ticket=ticket, version=1, subject=" Two  mugs\nshattered ", actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.version) == ("Two mugs shattered", 2)
    told = TicketEvent.objects.get(kind="changed")
    assert told.changes == {"subject": ["Two mugs cracked", "Two mugs shattered"]}
    assert sentences(bram) == [f"Lotte changed ticket #{ticket.pk}: Two mugs shattered"]
    assert TICKETS.find("shattered", limit=5).keys == (ticket.pk,)
    assert TICKETS.find("cracked", limit=5).keys == ()


@pytest.mark.parametrize(
    ("version", "subject", "told"),
    [(1, "Two mugs cracked", "already"), (1, "  ", "few words"), (2, "Another", "Meanwhile")],
)
def test_a_subject_that_is_the_same_empty_or_of_an_old_page_changes_nothing(
    lotte: User, ticket: Ticket, version: int, subject: str, told: str
):
    with pytest.raises(ValidationError, match=told):
        change_subject(ticket=ticket, version=version, subject=subject, actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.version) == ("Two mugs cracked", 1)
    assert not TicketEvent.objects.exists()


def test_following_is_counted_and_told_once(lotte: User, ticket: Ticket):
    assert follow_ticket(ticket=ticket, actor=lotte)
    assert not follow_ticket(ticket=ticket, actor=lotte)
    ticket.refresh_from_db()
    assert (ticket.follower_count, ticket.version) == (1, 1)
    assert unfollow_ticket(ticket=ticket, actor=lotte)
    assert not unfollow_ticket(ticket=ticket, actor=lotte)
    ticket.refresh_from_db()
    assert ticket.follower_count == 0
    assert list(TicketEvent.objects.order_by("pk").values_list("kind", "changes")) == [
        ("followed", {"follower": [None, "Lotte"]}),
        ("followed", {"follower": ["Lotte", None]}),
    ]


def test_the_database_refuses_a_second_following(lotte: User, ticket: Ticket):
    Follower.objects.create(ticket=ticket, person=lotte)
    with (
        pytest.raises(IntegrityError, match=r"follower_once|tickets_follower"),
        transaction.atomic(),
    ):
        Follower.objects.create(ticket=ticket, person=lotte)


def test_owner_and_followers_are_told_what_others_do_and_not_what_they_do(
    lotte: User, bram: User, ticket: Ticket
):
    sofie = make.agent(name="Sofie")
    follow_ticket(ticket=ticket, actor=sofie)
    hand_off_ticket(ticket=ticket, version=1, owner=lotte, actor=lotte)
    wait_for_customer(ticket=ticket, version=2, actor=bram)
    log_interaction(
        actor=bram,
        channel="phone",
        direction="inbound",
        reason=make.reason(),
        outcome="escalated",
        summary="Again.",
        purchase=ticket.purchase,
    )
    name = f"ticket #{ticket.pk}"
    assert sentences(lotte) == [
        f"Bram let {name} wait: Two mugs cracked",
        f"Bram logged a contact on {name}: Two mugs cracked",
    ]
    assert sentences(sofie) == [f"Lotte changed {name}: Two mugs cracked", *sentences(lotte)]
    assert sentences(bram) == []


def test_who_gets_it_and_who_had_it_are_told(lotte: User, bram: User, ticket: Ticket):
    hand_off_ticket(ticket=ticket, version=1, owner=lotte, actor=lotte)
    hand_off_ticket(ticket=ticket, version=2, owner=bram, note="Knows her.", actor=make.manager())
    assert len(sentences(bram)) == len(sentences(lotte)) == 1
    assert "handed over" in sentences(bram)[0]
