"""Promises: made, kept, kept late, broken, released."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import make
from tickets.models import Interaction, Promise, Ticket, TicketEvent
from tickets.services import PromiseDraft, end_promise, log_interaction, make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make.ticket(purchase=make.purchase())


def promised(ticket: Ticket, *, due_in: timedelta = timedelta(days=1)) -> Promise:
    """One made yesterday, so that its due moment may have passed."""
    now = timezone.now()
    promise = Promise.objects.create(
        ticket=ticket,
        what="Ring back",
        due_at=now + due_in,
        owner=make.agent(),
        made_at=now - timedelta(days=1),
    )
    Ticket.objects.filter(pk=ticket.pk).update(open_promises=1, next_promise_at=promise.due_at)
    return promise


def contact(ticket: Ticket, **fields: object) -> Interaction:
    return make.interaction(purchase=ticket.purchase, ticket=ticket, **fields)


def test_a_promise_shows_on_its_ticket_and_the_soonest_comes_first(ticket: Ticket):
    actor, now = make.agent(), timezone.now()
    for hours in (5, 2, 9):
        make_promise(
            ticket=ticket,
            draft=PromiseDraft("Ring back", now + timedelta(hours=hours)),
            actor=actor,
        )
    ticket.refresh_from_db()
    assert (ticket.open_promises, ticket.next_promise_at) == (3, now + timedelta(hours=2))
    assert list(TicketEvent.objects.values_list("kind", flat=True)) == ["promised"] * 3


def test_a_promise_for_the_past_or_on_a_finished_ticket_is_refused(ticket: Ticket):
    actor = make.agent()
    with pytest.raises(ValidationError, match="has passed"):
        make_promise(
            ticket=ticket,
            draft=PromiseDraft("Ring back", timezone.now() - timedelta(hours=1)),
            actor=actor,
        )
    Ticket.objects.filter(pk=ticket.pk).update(
        state="resolved", resolution="Done.", resolved_at=timezone.now(), reason=make.reason()
    )
    with pytest.raises(ValidationError, match="finished"):
        make_promise(
            ticket=ticket,
            draft=PromiseDraft("Ring back", timezone.now() + timedelta(hours=1)),
            actor=actor,
        )
    assert Promise.objects.count() == 0


@pytest.mark.parametrize(
    ("due_in", "state"), [(timedelta(hours=1), "kept"), (timedelta(hours=-1), "kept_late")]
)
def test_kept_or_kept_late_follows_from_the_moment_of_the_proof(
    ticket: Ticket, due_in: timedelta, state: str
):
    promise, proof = promised(ticket, due_in=due_in), contact(ticket, direction="outbound")
    end_promise(promise=promise, ending="kept", actor=make.agent(), proof=proof)
    promise.refresh_from_db()
    ticket.refresh_from_db()
    assert (promise.state, promise.proof, promise.ended_at) == (state, proof, proof.occurred_at)
    assert (ticket.open_promises, ticket.next_promise_at) == (0, None)


def test_kept_needs_a_contact_of_the_same_ticket_made_after_the_promise(ticket: Ticket):
    promise, actor = promised(ticket), make.agent()
    elsewhere = contact(make.ticket(purchase=make.purchase()))
    before = contact(ticket, occurred_at=timezone.now() - timedelta(days=3))
    for proof, message in (
        (None, "choose the one that proves it"),
        (elsewhere, "does not belong"),
        (before, "before the promise was made"),
    ):
        with pytest.raises(ValidationError, match=message):
            end_promise(promise=promise, ending="kept", actor=actor, proof=proof)
    promise.refresh_from_db()
    assert promise.state == "open"


def test_a_promise_can_be_broken_only_once_it_is_due(ticket: Ticket):
    early, actor = promised(ticket), make.agent()
    with pytest.raises(ValidationError, match="not due yet"):
        end_promise(promise=early, ending="broken", actor=actor)
    late = promised(ticket, due_in=timedelta(hours=-1))
    assert end_promise(promise=late, ending="broken", actor=actor).state == "broken"
    ticket.refresh_from_db()
    assert (ticket.open_promises, ticket.next_promise_at) == (1, early.due_at)


def test_released_says_why(ticket: Ticket):
    promise, actor = promised(ticket), make.agent()
    with pytest.raises(ValidationError, match="lets us off"):
        end_promise(promise=promise, ending="released", actor=actor, note=" ")
    end_promise(promise=promise, ending="released", actor=actor, note="Found it himself.")
    promise.refresh_from_db()
    assert (promise.state, promise.end_note) == ("released", "Found it himself.")
    assert TicketEvent.objects.get().changes == {"state": ["open", "released"]}


def test_a_promise_ends_once(ticket: Ticket):
    promise, actor = promised(ticket), make.agent()
    end_promise(promise=promise, ending="released", actor=actor, note="Not needed.")
    with pytest.raises(ValidationError, match="has ended already: Released"):
        end_promise(promise=promise, ending="kept", actor=actor, proof=contact(ticket))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "kept", "ended_at": 0}, "promise_kept_has_proof"),
        ({"state": "kept", "ended_at": 2, "proof": True}, "promise_kept_in_time"),
        ({"state": "kept_late", "ended_at": 0, "proof": True}, "promise_kept_late_is_late"),
        ({"state": "broken"}, "promise_ended_has_moment"),
        ({"ended_at": 0}, "promise_ended_has_moment"),
        ({"state": "forgotten", "ended_at": 0}, "promise_(state_known|ended_has_moment)"),
        ({"what": "Something else"}, "promise_is_frozen"),
        ({"due_at": timezone.now()}, "promise_is_frozen"),
    ],
)
def test_the_database_refuses_a_promise_that_says_what_cannot_be(
    ticket: Ticket, fields: dict[str, object], constraint: str
):
    promise = promised(ticket)
    values = dict(fields)
    if "ended_at" in values:
        values["ended_at"] = timezone.now() + timedelta(days=values["ended_at"])
    if "proof" in values:
        values["proof"] = contact(ticket)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(**values)


def test_the_database_refuses_to_open_an_ended_promise_again(ticket: Ticket):
    promise = promised(ticket)
    end_promise(promise=promise, ending="released", actor=make.agent(), note="Not needed.")
    with pytest.raises(IntegrityError, match="promise_ends_once"), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(state="open", ended_at=None)


def test_a_promise_of_a_call_logged_later_was_made_in_the_call(ticket: Ticket):
    called_at = timezone.now() - timedelta(hours=3)
    log_interaction(
        actor=make.agent(),
        channel=Interaction.Channel.PHONE,
        direction=Interaction.Direction.INBOUND,
        reason=None,
        outcome=Interaction.Outcome.PROMISED,
        summary="Rang about the mug.",
        occurred_at=called_at,
        purchase=ticket.purchase,
        promise=PromiseDraft("Ring back", timezone.now() + timedelta(hours=1)),
    )
    assert Promise.objects.get().made_at == called_at
