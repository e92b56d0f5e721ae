"""What several people do at the very same moment: one of them does it, the others are told."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from purchases.models import Purchase
from tests import make
from tickets.models import Goodwill, Interaction, Promise, Ticket, TicketEvent, TicketMerge
from tickets.services import (
    answer_help,
    approve_goodwill,
    give_promise,
    hand_off_ticket,
    log_interaction,
    merge_tickets,
    refuse_goodwill,
    resolve_ticket,
    undo_merge,
)
from tickets.tests.test_sent_twice import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


def or_refused(work: Callable[[], object]) -> Callable[[], object]:
    """``work`` that gives what it was told when it was refused."""

    def run() -> object:
        try:
            return work()
        except ValidationError as error:
            return error.messages[0]

    return run


def in_turn(*works: Callable[[], object]) -> Callable[[], object]:
    """Each caller takes the next of them."""
    left = iter(works)

    def run() -> object:
        return or_refused(next(left))()

    return run


def refusals(given: list[object]) -> list[str]:
    return [one for one in given if isinstance(one, str)]


@pytest.fixture
def people() -> list[User]:
    make.shop()
    return [make.manager(name=f"Manager {n}") for n in range(4)]


@pytest.fixture
def purchase(people: list[User]) -> Purchase:
    return make.purchase()


def test_four_people_claim_a_ticket_and_one_has_it(people, purchase):
    ticket = make.ticket(purchase=purchase)
    given = at_once(
        in_turn(
            *(
                lambda person=person: hand_off_ticket(
                    ticket=ticket, version=1, owner=person, actor=person
                )
                for person in people
            )
        )
    )
    assert len(refusals(given)) == 3
    ticket.refresh_from_db()
    assert ticket.owner in people
    assert (ticket.handoffs, TicketEvent.objects.filter(kind="changed").count()) == (0, 1)


def test_a_ticket_merged_four_times_at_once_is_merged_once_and_counts_stand(people, purchase):
    actor, other = people[0], make.purchase()
    for one in (purchase, other):
        log_interaction(
            actor=actor,
            purchase=one,
            channel="phone",
            direction="inbound",
            reason=make.reason(),
            outcome="escalated",
            summary="Cracked.",
        )
    first, second = Ticket.objects.order_by("pk")
    merge = or_refused(
        lambda: merge_tickets(ticket=first, into=second, version=first.version, actor=actor)
    )
    given = at_once(merge)
    merged = TicketMerge.objects.get()
    # The same wish again is answered with what was done.
    assert given == [merged] * 4
    counted = Purchase.objects.order_by("pk").values_list("net_interactions", flat=True)
    assert sorted(counted) in ([0, 1], [0, 2])
    undo = or_refused(lambda: undo_merge(merge=merged, actor=actor))
    assert at_once(undo) == [merged] * 4
    assert list(counted.all()) == [1, 1]
    first.refresh_from_db()
    assert (first.merged_into, first.interactions.count()) == (None, 1)


def test_two_tickets_merged_into_each_other_at_once_do_not_both_go(people, purchase):
    actor = people[0]
    first, second = make.ticket(purchase=purchase), make.ticket()
    given = at_once(
        in_turn(
            lambda: merge_tickets(ticket=first, into=second, version=1, actor=actor),
            lambda: merge_tickets(ticket=second, into=first, version=1, actor=actor),
        ),
        times=2,
    )
    assert len(refusals(given)) == 1
    assert Ticket.objects.filter(merged_into__isnull=True).count() == 1


def test_goodwill_is_decided_once_whoever_was_first(people, purchase):
    asked = make.goodwill(ticket=make.ticket(purchase=purchase), asked_by=make.agent())
    given = at_once(
        in_turn(
            lambda: approve_goodwill(goodwill=asked, actor=people[0]),
            lambda: approve_goodwill(goodwill=asked, actor=people[1]),
            lambda: refuse_goodwill(goodwill=asked, refusal="No.", actor=people[2]),
            lambda: refuse_goodwill(goodwill=asked, refusal="No.", actor=people[3]),
        )
    )
    assert len(refusals(given)) == 3
    asked.refresh_from_db()
    assert asked.state in {Goodwill.State.GRANTED, Goodwill.State.REFUSED}
    kinds = TicketEvent.objects.values_list("kind", flat=True)
    assert list(kinds) == [asked.state]
    assert Notice.objects.filter(person=asked.asked_by).count() == 1


def test_a_question_is_answered_once(people, purchase):
    asked = make.help_request(ticket=make.ticket(purchase=purchase), asked_by=make.agent())
    given = at_once(
        in_turn(
            *(
                lambda person=person: answer_help(request=asked, answer="Yes.", actor=person)
                for person in people
            )
        )
    )
    assert len(refusals(given)) == 3
    assert TicketEvent.objects.filter(kind="answered").count() == 1


def test_four_calls_on_a_resolved_ticket_reopen_it_once(people, purchase):
    actor, reason = people[0], make.reason()
    ticket = make.ticket(purchase=purchase, owner=actor, state="open")
    resolve_ticket(ticket=ticket, version=1, reason=reason, resolution="Sent.", actor=actor)
    at_once(
        lambda: log_interaction(
            actor=actor,
            purchase=purchase,
            channel="phone",
            direction="inbound",
            reason=reason,
            outcome="escalated",
            summary="Again.",
            form_key=str(uuid4()),
        )
    )
    ticket.refresh_from_db()
    purchase.refresh_from_db()
    assert (ticket.state, ticket.reopenings, Ticket.objects.count()) == ("open", 1, 1)
    assert TicketEvent.objects.filter(kind="reopened").count() == 1
    assert (Interaction.objects.count(), purchase.gross_interactions) == (4, 4)


def test_a_promise_is_given_away_once(people, purchase):
    promise = Promise.objects.create(
        ticket=make.ticket(purchase=purchase), what="Ring", owner=people[0], due_at=timezone.now()
    )
    given = at_once(
        in_turn(
            *(
                lambda person=person: give_promise(
                    promise=promise, owner=person, was=people[0].pk, note="Ill.", actor=people[0]
                )
                for person in people[1:]
            )
        ),
        times=3,
    )
    assert len(refusals(given)) == 2
    assert TicketEvent.objects.filter(kind="promise_given").count() == 1
