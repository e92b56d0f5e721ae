"""Goodwill that was given wrongly: undone by a row that supersedes it, once, and never hidden."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Goodwill, GoodwillCorrection, Ticket, TicketEvent
from tickets.services import (
    GoodwillDraft,
    approve_goodwill,
    grant_goodwill,
    merge_tickets,
    refuse_goodwill,
    undo_goodwill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop(currency="EUR")
    return make.agent(name="Lotte Maes")


@pytest.fixture
def nadia(db: None) -> User:
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    return make.ticket(purchase=make.purchase(), owner=lotte)


def give(ticket: Ticket, actor: User, cost: str) -> Goodwill:
    draft = GoodwillDraft("refund", Decimal(cost), "Cracked twice.")
    return grant_goodwill(ticket=ticket, draft=draft, shop=make.shop(), actor=actor)


def test_who_gave_it_undoes_it_from_its_page_and_the_sum_and_the_history_follow(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    kept, wrong = give(ticket, lotte, "10"), give(ticket, lotte, "40")
    client.force_login(lotte)
    purchase = f"/purchases/{ticket.purchase_id}/"
    assert "50.00 EUR in all" in client.get(purchase).content.decode()
    assert kept.amount in client.get(f"/goodwill/{wrong.pk}/").content.decode()
    address = f"/goodwill/{wrong.pk}/undo/"
    assert client.post(address, {"why": " "}).status_code == 422
    undone = client.post(address, {"why": "The wrong customer."}, follow=True)
    assert undone.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    told = undone.content.decode()
    assert "Undone: 40.00 EUR." in told
    assert "<del>Refund, 40.00 EUR</del>" in told
    assert "Lotte Maes: The wrong customer." in told
    again = client.post(address, {"why": "Once more."}, follow=True).content.decode()
    assert "Lotte Maes has undone this already" in again
    row = GoodwillCorrection.objects.get()
    assert (row.goodwill, row.made_by, row.why) == (wrong, lotte, "The wrong customer.")
    wrong.refresh_from_db()
    assert (wrong.state, wrong.cost) == ("granted", Decimal(40))
    event = TicketEvent.objects.get(kind="taken_back")
    assert (event.ticket, event.purchase, event.actor) == (ticket, ticket.purchase, lotte)
    assert event.changes == {"kind": ["refund", None], "cost": ["40.00 EUR", None]}
    page = client.get(purchase).content.decode()
    assert "10.00 EUR in all" in page
    assert "Refund 40.00 EUR, The wrong customer." in page
    assert "Goodwill undone" in client.get(f"/tickets/{ticket.pk}/history/").content.decode()
    assert Notice.objects.count() == 0
    client.force_login(nadia)
    assert "Undone" in client.get("/goodwill/?show=all").content.decode()


def test_what_was_approved_is_undone_too_and_both_who_asked_and_approved_are_told(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    root = make.admin(name="Root")
    given = give(ticket, lotte, "80")
    approve_goodwill(goodwill=given, actor=root)
    Notice.objects.all().delete()
    undo_goodwill(goodwill=given, why="Paid by the carrier.", actor=nadia)
    for person in (lotte, root):
        notice = Notice.objects.of(person).get()
        assert notice.sentence == (
            f"Nadia El Amrani undid the goodwill of 80.00 EUR on ticket #{ticket.pk}."
        )
        client.force_login(person)
        assert "Paid by the carrier." in client.get(notice.link).content.decode()
    assert Notice.objects.count() == 2
    assert undo_goodwill(goodwill=given, why="Again.", actor=root).is_repeat
    assert Notice.objects.count() == 2
    client.force_login(lotte)
    page = client.get(f"/purchases/{ticket.purchase_id}/").content.decode()
    assert "none given yet" in page


def test_only_who_asked_or_who_may_decide_undoes_and_only_what_was_granted(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    bram = make.agent(name="Bram")
    granted, waiting, refused = (give(ticket, lotte, cost) for cost in ("20", "60", "70"))
    refuse_goodwill(goodwill=refused, refusal="No.", actor=nadia)
    client.force_login(bram)
    assert "Undo it" not in client.get(f"/goodwill/{granted.pk}/").content.decode()
    answer = client.post(f"/goodwill/{granted.pk}/undo/", {"why": "Mine."})
    assert answer.status_code == 422
    assert "Who gave it, a manager or an admin can undo it." in answer.content.decode()
    for one in (waiting, refused):
        with pytest.raises(ValidationError, match="Only what was granted"):
            undo_goodwill(goodwill=one, why="No.", actor=nadia)
    with pytest.raises(ValidationError, match="Say why"):
        undo_goodwill(goodwill=granted, why=" ", actor=lotte)
    assert not GoodwillCorrection.objects.exists()
    assert not TicketEvent.objects.filter(kind="taken_back").exists()


def test_an_admin_undoes_and_stays_where_an_admin_may_be(
    ticket: Ticket, lotte: User, client: Client
):
    given = give(ticket, lotte, "20")
    client.force_login(make.admin(name="Root"))
    answer = client.post(f"/goodwill/{given.pk}/undo/", {"why": "Twice."}, follow=True)
    assert answer.redirect_chain == [(f"/goodwill/{given.pk}/", 302)]
    assert "Not given after all" in answer.content.decode()


def test_after_a_merge_the_correction_stays_with_its_goodwill(
    ticket: Ticket, lotte: User, client: Client
):
    loose = make.ticket(customer=ticket.customer)
    undo_goodwill(goodwill=give(loose, lotte, "20"), why="Wrong.", actor=lotte)
    merge_tickets(ticket=loose, into=ticket, version=1, actor=lotte)
    client.force_login(lotte)
    assert "none given yet" in client.get(f"/purchases/{ticket.purchase_id}/").content.decode()
    assert "<del>Refund, 20.00 EUR</del>" in client.get(f"/tickets/{ticket.pk}/").content.decode()


def test_the_page_asks_the_same_queries_whatever_else_was_given(
    ticket: Ticket, lotte: User, client: Client, queries: Callable[..., object]
):
    given = give(ticket, lotte, "20")
    client.force_login(lotte)
    client.get(f"/goodwill/{given.pk}/")
    with queries() as one:
        client.get(f"/goodwill/{given.pk}/")
    for _n in range(19):
        give(ticket, make.agent(), "1")
    with queries() as twenty:
        client.get(f"/goodwill/{given.pk}/")
    assert len(one) == len(twenty), "\n".join(twenty)


def test_the_database_takes_one_correction_with_its_reason_of_what_was_granted(
    ticket: Ticket, lotte: User, nadia: User
):
    granted, waiting = give(ticket, lotte, "20"), give(ticket, lotte, "60")
    for name, fields in (
        ("goodwill_correction_says_why", {"goodwill": granted, "why": ""}),
        ("goodwill_undone_was_granted", {"goodwill": waiting, "why": "No."}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            GoodwillCorrection.objects.create(made_by=lotte, **fields)
    undo_goodwill(goodwill=granted, why="Wrong.", actor=lotte)
    with (
        pytest.raises(IntegrityError, match=r"goodwill_id|goodwillcorrection"),
        transaction.atomic(),
    ):
        GoodwillCorrection.objects.create(goodwill=granted, why="Twice.", made_by=nadia)
    rows = GoodwillCorrection.objects.all()
    with (
        pytest.raises(IntegrityError, match="goodwill_correction_is_append_only"),
        transaction.atomic(),
    ):
        rows.update(why="Another reason.")
    with (
        pytest.raises(IntegrityError, match="goodwill_correction_is_kept"),
        transaction.atomic(),
    ):
        rows.delete()
    assert rows.get().why == "Wrong."
