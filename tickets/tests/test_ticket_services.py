"""Resolving a ticket and handing it over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import make
from tickets.models import Ticket, TicketEvent
from tickets.services import PromiseDraft, hand_off_ticket, make_promise, resolve_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make.ticket(purchase=make.purchase())


def test_a_resolved_ticket_keeps_its_reason_what_was_done_and_when(ticket: Ticket):
    actor, reason = make.agent(), make.reason()
    resolve_ticket(
        ticket=ticket, version=1, reason=reason, resolution=" New set sent. ", actor=actor
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reason, ticket.resolution, ticket.version) == (
        "resolved",
        reason,
        "New set sent.",
        2,
    )
    assert ticket.resolved_at is not None
    told = TicketEvent.objects.get()
    assert (told.kind, told.actor, told.changes) == (
        "resolved",
        actor,
        {"state": ["new", "resolved"]},
    )


def test_reason_and_resolution_are_required_and_no_promise_may_be_open(ticket: Ticket):
    actor, reason = make.agent(), make.reason()
    with pytest.raises(ValidationError, match="what the ticket was about"):
        resolve_ticket(ticket=ticket, version=1, reason=None, resolution="x", actor=actor)
    with pytest.raises(ValidationError, match="what was done"):
        resolve_ticket(ticket=ticket, version=1, reason=reason, resolution=" ", actor=actor)
    make_promise(
        ticket=ticket,
        draft=PromiseDraft("Ring back", timezone.now() + timedelta(days=1)),
        actor=actor,
    )
    with pytest.raises(ValidationError, match="1 promise on this ticket is open"):
        resolve_ticket(ticket=ticket, version=2, reason=reason, resolution="x", actor=actor)
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_an_old_page_is_told_who_came_between(ticket: Ticket):
    bram, reason = make.agent(name="Bram De Smet"), make.reason()
    hand_off_ticket(ticket=ticket, version=1, owner=bram, actor=bram)
    with pytest.raises(ValidationError, match="Bram De Smet"):
        resolve_ticket(ticket=ticket, version=1, reason=reason, resolution="x", actor=bram)


def test_claiming_is_no_hand_off_and_giving_it_on_is(ticket: Ticket):
    bram, lotte = make.agent(name="Bram"), make.agent(name="Lotte")
    hand_off_ticket(ticket=ticket, version=1, owner=bram, actor=bram)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.handoffs, ticket.state) == (bram, 0, "open")
    with pytest.raises(ValidationError, match="Say why"):
        hand_off_ticket(ticket=ticket, version=2, owner=lotte, actor=bram)
    hand_off_ticket(ticket=ticket, version=2, owner=lotte, note="Knows her.", actor=bram)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.handoffs) == (lotte, 1)
    assert list(TicketEvent.objects.order_by("pk").values_list("kind", "changes")) == [
        ("changed", {"owner": [None, "Bram"]}),
        ("handed_off", {"owner": ["Bram", "Lotte"]}),
    ]


def test_a_ticket_goes_only_to_somebody_who_works_on_tickets(ticket: Ticket):
    for person in (make.inspector(), make.agent(read_only=True), make.agent(is_active=False)):
        with pytest.raises(ValidationError, match="cannot work on tickets"):
            hand_off_ticket(ticket=ticket, version=1, owner=person, actor=make.agent())
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.version) == (None, 1)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "resolved"}, "ticket_resolved_is_complete"),
        ({"state": "gone"}, "ticket_state_known"),
        ({"resolved_at": timezone.now()}, "ticket_unfinished_not_resolved"),
        ({"state": "waiting_until"}, "ticket_waiting_until_has_date"),
        ({"priority": 9}, "ticket_priority_known"),
    ],
)
def test_the_database_refuses_a_ticket_in_an_impossible_state(
    ticket: Ticket, fields: dict[str, object], constraint: str
):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**fields)


def test_the_database_refuses_to_resolve_over_an_open_promise_and_without_a_reason(
    ticket: Ticket,
):
    done = {"state": "resolved", "resolved_at": timezone.now(), "resolution": "x"}
    reason = make.reason()
    for fields in (
        {**done, "reason": reason, "open_promises": 1},
        {**done, "reason": None},
        {**done, "reason": reason, "resolution": ""},
    ):
        with pytest.raises(IntegrityError, match="is_complete"), transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(**fields)


def test_the_database_refuses_a_second_unfinished_ticket_of_a_purchase(ticket: Ticket):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.ticket(purchase=ticket.purchase)
