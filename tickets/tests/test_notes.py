"""Internal notes and mentions, and answers to the customer."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.services import follow_ticket, reply_to_ticket, write_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    return make.ticket(purchase=make.purchase(), reason=make.reason(), subject="Two mugs cracked")


def test_a_note_is_kept_and_counts_nowhere(lotte: User, ticket: Ticket):
    note = write_note(ticket=ticket, text=" The lot is on hold. ", actor=lotte)
    row = TicketEvent.objects.get()
    assert (note.row, row.kind, row.note, row.actor) == (row, "noted", "The lot is on hold.", lotte)
    ticket.refresh_from_db()
    ticket.purchase.refresh_from_db()
    assert (ticket.version, ticket.purchase.gross_interactions) == (1, 0)
    assert Interaction.objects.count() == 0
    with pytest.raises(ValidationError, match="Write something"):
        write_note(ticket=ticket, text=" ", actor=lotte)


def test_the_database_keeps_a_note_as_it_was_written(lotte: User, ticket: Ticket):
    row = write_note(ticket=ticket, text="The lot is on hold.", actor=lotte).row
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        TicketEvent.objects.filter(pk=row.pk).update(note="It is not.")
    with pytest.raises(IntegrityError, match="is_kept"), transaction.atomic():
        TicketEvent.objects.filter(pk=row.pk).delete()


def test_a_note_that_is_sent_twice_is_written_once(lotte: User, ticket: Ticket):
    key = str(uuid4())
    first = write_note(ticket=ticket, text="On hold.", actor=lotte, form_key=key)
    again = write_note(ticket=ticket, text="On hold.", actor=lotte, form_key=key)
    assert (first.row, first.row.is_repeat, again.row.is_repeat) == (again.row, False, True)
    with (
        pytest.raises(IntegrityError, match=r"ticket_event_once_per_form|form_key"),
        transaction.atomic(),
    ):
        TicketEvent.objects.create(ticket=ticket, kind="noted", note="x", form_key=key)


def test_who_is_mentioned_is_told_once_and_unknown_names_are_said(lotte: User, ticket: Ticket):
    bram, jan = make.agent(name="Bram De Smet"), make.agent(name="Jan Claes")
    make.agent(name="Jan Peeters")
    make.inspector(name="Wout Martens")
    follow_ticket(ticket=ticket, actor=bram)
    text = "@bram and @Jan Claes: ask @wout, @jan and @lotte. Mail to a@piet.be."
    note = write_note(ticket=ticket, text=text, actor=lotte)
    assert note.mentions.people == {bram.pk, jan.pk, lotte.pk}
    assert (note.mentions.unknown, note.mentions.unclear) == (("wout",), ("jan",))
    told = f"Lotte Maes mentions you on ticket #{ticket.pk}: Two mugs cracked"
    assert [(one.person, one.sentence) for one in Notice.objects.order_by("person")] == [
        (bram, told),
        (jan, told),
    ]
    assert Notice.objects.get(person=jan).link == f"/tickets/{ticket.pk}/#e{note.row.pk}"


def test_an_answer_is_logged_as_ours_and_who_answers_owns_the_ticket(lotte: User, ticket: Ticket):
    reply = reply_to_ticket(
        ticket=ticket, version=1, text="It leaves today.", channel="email", waits=False, actor=lotte
    )
    assert (reply.direction, reply.channel, reply.standing, reply.reason_id, reply.ticket_id) == (
        "outbound",
        "email",
        "ours",
        ticket.reason_id,
        ticket.pk,
    )
    ticket.refresh_from_db()
    ticket.purchase.refresh_from_db()
    assert (ticket.owner, ticket.state, ticket.waiting_since) == (lotte, "open", None)
    assert (ticket.purchase.gross_interactions, ticket.purchase.net_interactions) == (1, 0)


def test_after_an_answer_it_may_wait_for_the_customer(lotte: User, ticket: Ticket):
    reply_to_ticket(
        ticket=ticket, version=1, text="Which colour?", channel="chat", waits=True, actor=lotte
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.owner) == ("waiting_customer", lotte)


def test_two_do_not_answer_the_same_customer_unseen(lotte: User, ticket: Ticket):
    bram, key = make.agent(name="Bram"), str(uuid4())
    answer = {"ticket": ticket, "version": 1, "channel": "email", "waits": False}
    first = reply_to_ticket(**answer, text="It leaves today.", actor=bram, form_key=key)
    with pytest.raises(ValidationError, match="Meanwhile Bram") as refused:
        reply_to_ticket(**answer, text="It left yesterday.", actor=lotte)
    assert refused.value.code == "stale"
    assert reply_to_ticket(**answer, text="It leaves today.", actor=bram, form_key=key) == first
    assert Interaction.objects.get().summary == "It leaves today."
