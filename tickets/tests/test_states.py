"""The states of a ticket: every way from one to another, and those that a moment brings."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Ticket, TicketEvent
from tickets.services import (
    close_ticket,
    close_tickets,
    reopen_ticket,
    resume_ticket,
    wait_for_customer,
    wait_until,
    wake_tickets,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte")


def ticket(**fields: object) -> Ticket:
    return make.ticket(purchase=make.purchase(), **fields)


def done(state: str = "resolved", *, days: float = 1, **fields: object) -> Ticket:
    ended = timezone.now() - timedelta(days=days)
    fields = {"reason": make.reason(), **fields}
    return ticket(state=state, resolution="Replaced.", resolved_at=ended, **fields)


def told() -> list[tuple[str, dict[str, list[str | None]], str]]:
    return list(TicketEvent.objects.order_by("pk").values_list("kind", "changes", "note"))


def test_it_waits_for_the_customer_and_is_taken_up_again(lotte: User):
    one = ticket(state="open", owner=lotte, waiting_since=timezone.now())
    wait_for_customer(ticket=one, version=1, note=" A photo. ", actor=lotte)
    one.refresh_from_db()
    assert (one.state, one.waiting_since, one.version) == ("waiting_customer", None, 2)
    resume_ticket(ticket=one, version=2, actor=lotte)
    one.refresh_from_db()
    assert (one.state, one.waiting_since is None, one.version) == ("open", False, 3)
    assert told() == [
        ("waiting", {"state": ["open", "waiting_customer"]}, "A photo."),
        ("resumed", {"state": ["waiting_customer", "open"]}, ""),
    ]


def test_who_takes_up_a_new_one_owns_it(lotte: User):
    one = ticket()
    resume_ticket(ticket=one, version=1, actor=lotte)
    one.refresh_from_db()
    assert (one.state, one.owner) == ("open", lotte)
    with pytest.raises(ValidationError, match="in this state already: Open"):
        resume_ticket(ticket=one, version=2, actor=lotte)


def test_it_waits_until_a_moment_and_opens_when_that_has_come(lotte: User):
    since = timezone.now() - timedelta(days=2)
    one = ticket(state="open", owner=lotte, waiting_since=since)
    with pytest.raises(ValidationError, match="has passed"):
        wait_until(ticket=one, version=1, until=timezone.now(), actor=lotte)
    until = timezone.now() + timedelta(days=1)
    wait_until(ticket=one, version=1, until=until, note="The kiln.", actor=lotte)
    one.refresh_from_db()
    assert (one.state, one.waiting_until, one.waiting_since) == ("waiting_until", until, since)
    assert wake_tickets() == 0
    Ticket.objects.filter(pk=one.pk).update(waiting_until=timezone.now())
    assert (wake_tickets(), wake_tickets()) == (1, 0)
    one.refresh_from_db()
    assert (one.state, one.waiting_until, one.waiting_since, one.owner) == (
        "open",
        None,
        since,
        lotte,
    )
    assert TicketEvent.objects.latest("pk").actor is None
    assert "waits no longer" in Notice.objects.get(person=lotte).sentence


def test_a_resolved_one_closes_by_itself_after_a_week_and_not_before():
    make.shop()
    old, young = done(days=7.1), done(days=6.9)
    assert (close_tickets(), close_tickets()) == (1, 0)
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, young.state) == ("closed", "resolved")
    assert told() == [("closed", {"state": ["resolved", "closed"]}, "")]
    assert Notice.objects.count() == 0


def test_it_is_closed_by_hand(lotte: User):
    one = done()
    close_ticket(ticket=one, version=1, actor=lotte)
    one.refresh_from_db()
    assert one.state == "closed"
    with pytest.raises(ValidationError, match="already: Closed"):
        close_ticket(ticket=one, version=2, actor=lotte)
    going_on = ticket()
    with pytest.raises(ValidationError, match="not finished"):
        close_ticket(ticket=going_on, version=1, actor=lotte)


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_it_is_reopened_by_hand_with_a_reason_and_counted(lotte: User, state: str):
    one = done(state)
    with pytest.raises(ValidationError, match="Say why"):
        reopen_ticket(ticket=one, version=1, note=" ", actor=lotte)
    reopen_ticket(ticket=one, version=1, note="The wrong set.", actor=lotte)
    one.refresh_from_db()
    assert (one.state, one.reopenings, one.resolution, one.resolved_at, one.owner) == (
        "open",
        1,
        "",
        None,
        lotte,
    )
    assert told() == [("reopened", {"state": [state, "open"]}, "The wrong set.")]


def test_it_is_not_reopened_beside_another_of_the_same_purchase(lotte: User):
    one = done()
    other = make.ticket(purchase=one.purchase)
    with pytest.raises(ValidationError, match=f"#{other.pk} of this purchase is being worked on"):
        reopen_ticket(ticket=one, version=1, note="Again.", actor=lotte)
    one.refresh_from_db()
    assert one.state == "resolved"


def test_a_finished_one_neither_waits_nor_is_taken_up(lotte: User):
    one = done()
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError, match="finished already"):
        wait_for_customer(ticket=one, version=1, actor=lotte)
    with pytest.raises(ValidationError, match="finished already"):
        wait_until(ticket=one, version=1, until=tomorrow, actor=lotte)
    with pytest.raises(ValidationError, match="finished already"):
        resume_ticket(ticket=one, version=1, actor=lotte)
    assert told() == []


@pytest.mark.parametrize("change", [{"reason": None}, {"resolution": ""}, {"open_promises": 1}])
def test_the_database_refuses_a_closed_ticket_that_is_not_complete(change: dict[str, object]):
    one = done("closed")
    with (
        pytest.raises(IntegrityError, match="ticket_resolved_is_complete"),
        transaction.atomic(),
    ):
        Ticket.objects.filter(pk=one.pk).update(**change)
