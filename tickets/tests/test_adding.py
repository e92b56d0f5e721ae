"""Adding to the last contact: one row in the timeline, counted once, and nothing of it vanishes."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Promise, Reason, TicketEvent
from tickets.services import add_to_interaction, log_interaction

pytestmark = pytest.mark.django_db
CALL = "/calls/new/"


@pytest.fixture
def actor(db: None) -> User:
    make.shop(threshold=6, merge_hours=12)
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(actor: User, client: Client) -> Client:
    client.force_login(actor)
    return client


@pytest.fixture
def last(actor: User) -> Interaction:
    """Logged four minutes ago, by phone, inbound, resolved."""
    return log_interaction(
        actor=actor,
        purchase=make.purchase(),
        channel="phone",
        direction="inbound",
        reason=make.reason(name="Late"),
        outcome="resolved",
        summary="Asks where it is.",
        duration_seconds=60,
        occurred_at=timezone.now() - timedelta(minutes=4),
    )


def added(last: Interaction, **fields: Any) -> dict[str, Any]:
    """What the form posts: no reason, as that of the last one stands."""
    return {
        "channel": "phone",
        "direction": "inbound",
        "outcome": "resolved",
        "summary": "Rang again: it came.",
        "duration": "0:30",
        "purchase": last.purchase_id,
        "add_to": last.pk,
        **fields,
    }


def counters(purchase: Purchase) -> tuple[int, int, int]:
    purchase.refresh_from_db()
    return (
        purchase.gross_interactions,
        purchase.net_interactions,
        purchase.merged_interactions,
    )


def test_it_is_one_contact_that_says_both_and_counts_once(desk: Client, last: Interaction):
    assert last.purchase
    assert counters(last.purchase) == (1, 1, 0)
    page = desk.post(CALL, added(last), follow=True)
    assert page.redirect_chain == [(f"/purchases/{last.purchase_id}/", 302)]
    assert [str(one) for one in page.context["messages"]] == [
        "Added to the last contact: one row, counted once."
    ]
    new = Interaction.objects.current().get()
    assert new.summary == "Asks where it is.\nRang again: it came."
    assert (new.corrects, new.occurred_at, new.reason, new.agent, new.standing) == (
        last,
        last.occurred_at,
        last.reason,
        last.agent,
        "net",
    )
    assert new.duration_seconds == 90
    assert counters(last.purchase) == (1, 1, 0)
    assert [row.contact.pk for row in page.context["rows"] if row.contact] == [new.pk]
    last.refresh_from_db()
    assert (last.standing, last.summary) == ("superseded", "Asks where it is.")
    told = TicketEvent.objects.get(kind="corrected")
    assert (told.interaction, told.changes) == (
        new,
        {"summary": ["Asks where it is.", "Asks where it is.\nRang again: it came."]},
    )


def test_another_person_who_adds_says_who_they_are(last: Interaction):
    bram = make.agent(name="Bram De Smet")
    new = add_to_interaction(
        actor=bram,
        interaction=last,
        channel="phone",
        direction="inbound",
        outcome="resolved",
        summary="It came.",
    )
    assert new.summary == "Asks where it is.\nBram De Smet: It came."
    assert (new.agent, new.events.get().actor) == (last.agent, bram)


def test_what_is_promised_while_adding_opens_the_ticket(desk: Client, last: Interaction):
    desk.post(CALL, added(last, promise="1"))
    new = Interaction.objects.current().get()
    assert (new.outcome, Promise.objects.get().made_in) == ("promised", new)
    assert new.ticket is not None
    assert new.ticket.open_promises == 1


def test_added_twice_by_the_same_form_is_added_once(desk: Client, last: Interaction):
    form = added(last, form_key=str(uuid4()))
    desk.post(CALL, form)
    desk.post(CALL, form)
    assert Interaction.objects.count() == 2
    assert Interaction.objects.current().get().summary.count("Rang again") == 1


def test_a_reason_that_was_retired_meanwhile_still_stands(desk: Client, last: Interaction):
    Reason.objects.filter(pk=last.reason_id).update(retired_at=timezone.now())
    desk.post(CALL, added(last))
    assert Interaction.objects.current().get().reason == last.reason


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"channel": "email"}, "of another channel or direction"),
        ({"direction": "outbound"}, "of another channel or direction"),
        ({"add_to": 999_999}, "has been moved meanwhile"),
    ],
)
def test_what_is_not_the_same_contact_is_refused_in_words(
    desk: Client, last: Interaction, fields: dict[str, Any], refused: str
):
    page = desk.post(CALL, added(last, **fields))
    assert page.status_code == 422
    assert refused in page.content.decode()
    assert "Rang again: it came." in page.content.decode()
    assert Interaction.objects.get() == last


def test_after_ten_minutes_and_after_a_correction_nothing_is_added(last: Interaction, actor: User):
    old = make.interaction(
        purchase=last.purchase, occurred_at=timezone.now() - timedelta(minutes=10)
    )
    gone = make.interaction(
        purchase=last.purchase, superseded_at=timezone.now(), standing="superseded"
    )
    for contact in (old, gone):
        with pytest.raises(ValidationError, match="Nothing can be added"):
            add_to_interaction(
                actor=actor,
                interaction=contact,
                channel="phone",
                direction="inbound",
                outcome="resolved",
                summary="More.",
            )
    assert Interaction.objects.count() == 3


@pytest.mark.parametrize(("minutes", "asked"), [(9, True), (10, False)])
def test_it_is_asked_under_ten_minutes_only(desk: Client, minutes: int, asked: bool):
    purchase = make.purchase()
    make.interaction(purchase=purchase, occurred_at=timezone.now() - timedelta(minutes=minutes))
    page = desk.get(f"{CALL}?purchase={purchase.pk}").content.decode()
    assert ("Add to the last one?" in page) == asked


def test_adding_takes_few_queries_however_many_contacts_there_are(
    desk: Client, last: Interaction, queries
):
    seen_by = []
    for earlier in (0, 10):
        for days in range(earlier):
            make.interaction(
                purchase=last.purchase, occurred_at=timezone.now() - timedelta(days=days + 1)
            )
        current = Interaction.objects.current().latest("occurred_at")
        with queries() as seen:
            desk.post(CALL, added(current))
        seen_by.append(len(seen))
    assert seen_by[0] == seen_by[1]
