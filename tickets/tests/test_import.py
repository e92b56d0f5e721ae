"""Importing interactions and ratings, from the file's side."""

import pytest

from purchases.models import Purchase
from tests import make
from tests.importing import import_text
from tickets.importing import INTERACTIONS, RATINGS
from tickets.models import Fault, Interaction, Rating, Reason, Ticket

pytestmark = pytest.mark.django_db

HEAD = "external_id,order_number,occurred_at,channel,direction,reason,outcome,summary,agent,duration_seconds,ticket_ref\n"
RATING_HEAD = "external_id,order_number,answered_at,score,comment\n"


def test_a_contact_about_a_known_order_counts_on_it() -> None:
    purchase = make.purchase(order_number="A-1")
    reason = make.reason(name="Late")
    report = import_text(
        INTERACTIONS,
        HEAD + "7,A-1,2026-11-20T10:00:00+00:00,Phone,in,late,solved,Where is it?,Lotte Maes,95,\n",
    )
    assert (report.created, report.rejected) == (1, 0)
    told = Interaction.objects.get(external_id="7")
    assert (told.purchase, told.customer, told.reason) == (purchase, purchase.customer, reason)
    assert (told.channel, told.direction, told.outcome) == ("phone", "inbound", "resolved")
    assert (told.summary, told.duration_seconds, told.standing) == ("Where is it?", 95, "net")
    assert told.agent is not None
    assert (told.agent.name, told.agent.is_active) == ("Lotte Maes", False)
    purchase.refresh_from_db()
    assert (purchase.gross_interactions, purchase.net_interactions) == (1, 1)
    assert make.mark_of(purchase) is not None


def test_the_same_file_twice_changes_nothing() -> None:
    make.purchase(order_number="A-1")
    text = HEAD + "7,A-1,2026-11-20T10:00:00Z,email,inbound,New word,,Hello,,,T1\n"
    import_text(INTERACTIONS, text)
    before = list(Interaction.objects.values())
    report = import_text(INTERACTIONS, text)
    assert (report.created, report.changed, report.unchanged, report.rejected) == (0, 0, 1, 0)
    assert list(Interaction.objects.values()) == before
    assert Ticket.objects.count() == 1


def test_an_unknown_order_is_kept_and_attached_once_the_order_is_known() -> None:
    text = HEAD + "7,A-9,2026-11-20T10:00:00Z,email,inbound,,,Hello,,,\n"
    report = import_text(INTERACTIONS, text)
    assert (report.created, report.counts["unattributed"], report.counts["unknown_orders"]) == (
        1,
        1,
        1,
    )
    told = Interaction.objects.get()
    assert (told.purchase, told.caller, told.standing) == (None, "A-9", "unattributed")

    purchase = make.purchase(order_number="A-9")
    report = import_text(INTERACTIONS, text)
    assert (report.created, report.changed) == (0, 1)
    told.refresh_from_db()
    assert (told.purchase, told.standing) == (purchase, "net")
    assert Purchase.objects.get().net_interactions == 1
    assert told.events.get().kind == "attached"


def test_an_unknown_reason_is_made_under_imported_and_counts() -> None:
    make.purchase(order_number="A-1")
    import_text(INTERACTIONS, HEAD + "7,A-1,2026-11-20T10:00:00Z,email,inbound,Odd noise,,x,,,\n")
    reason = Reason.objects.get(name="Odd noise")
    assert reason.parent is not None
    assert (reason.parent.name, reason.fault, reason.counts) == (
        "Imported",
        Fault.UNCLASSIFIED,
        True,
    )


def test_rows_of_one_ticket_share_it_and_it_comes_in_closed() -> None:
    purchase = make.purchase(order_number="A-1")
    import_text(
        INTERACTIONS,
        HEAD
        + "1,A-1,2026-11-01T10:00:00Z,email,inbound,Late,,First line,,,C-5\n"
        + "2,A-1,2026-11-03T10:00:00Z,email,inbound,Late,,Second,,,C-5\n",
    )
    ticket = Ticket.objects.get()
    assert (ticket.external_ref, ticket.state, ticket.subject) == ("C-5", "closed", "First line")
    assert ticket.purchase == purchase
    assert ticket.interactions.count() == 2


def test_what_was_said_stays_though_the_file_changes() -> None:
    make.purchase(order_number="A-1")
    row = "7,A-1,2026-11-20T10:00:00Z,email,inbound,,{outcome},{summary},,,\n"
    import_text(INTERACTIONS, HEAD + row.format(outcome="", summary="Before"))
    report = import_text(INTERACTIONS, HEAD + row.format(outcome="escalated", summary="After"))
    told = Interaction.objects.get()
    assert (told.outcome, told.summary) == ("escalated", "Before")
    assert (report.changed, report.counts["said_otherwise"]) == (1, 1)


def test_two_mails_of_one_morning_are_one_net_interaction() -> None:
    purchase = make.purchase(order_number="A-1")
    import_text(
        INTERACTIONS,
        HEAD
        + "1,A-1,2026-11-20T08:00:00Z,email,inbound,,,a,,,\n"
        + "2,A-1,2026-11-20T11:00:00Z,phone,inbound,,,b,,,\n"
        + "3,A-1,2026-11-20T12:00:00Z,phone,outbound,,,c,,,\n",
    )
    purchase.refresh_from_db()
    assert (purchase.gross_interactions, purchase.net_interactions) == (3, 1)
    assert purchase.merged_interactions == 1


def test_rows_that_cannot_be_read_are_rejected_and_the_others_go_in() -> None:
    make.purchase(order_number="A-1")
    report = import_text(
        INTERACTIONS,
        HEAD
        + "1,A-1,yesterday,email,inbound,,,a,,,\n"
        + "2,A-1,2026-11-20T11:00:00Z,pigeon,inbound,,,b,,,\n"
        + ",A-1,2026-11-20T11:00:00Z,phone,inbound,,,b,,,\n"
        + "4,A-1,2026-11-20T11:00:00Z,phone,inbound,,,c,,,\n",
    )
    assert (report.created, report.rejected) == (1, 3)
    assert [example["line"] for example in report.examples] == [2, 3, 4]
    assert [example["column"] for example in report.examples] == [
        "occurred_at",
        "channel",
        "external_id",
    ]


def test_a_number_that_stands_twice_with_other_values_is_rejected_the_second_time() -> None:
    report = import_text(
        INTERACTIONS,
        HEAD
        + "1,,2026-11-20T08:00:00Z,email,inbound,,,a,,,\n"
        + "1,,2026-11-20T08:00:00Z,email,inbound,,,b,,,\n"
        + "1,,2026-11-20T08:00:00Z,email,inbound,,,a,,,\n",
    )
    assert (report.created, report.rejected, report.unchanged) == (1, 1, 1)
    assert Interaction.objects.get().summary == "a"


def test_a_rating_stands_on_its_purchase_and_the_newest_is_shown() -> None:
    purchase = make.purchase(order_number="A-1")
    text = (
        RATING_HEAD
        + "1,A-1,2026-11-20T08:00:00Z,2,Slow\n"
        + "2,A-1,2026-11-01T08:00:00Z,5,\n"
        + "3,A-2,2026-11-01T08:00:00Z,5,\n"
        + "4,A-1,2026-11-01T08:00:00Z,6,\n"
    )
    report = import_text(RATINGS, text)
    assert (report.created, report.rejected) == (2, 2)
    purchase.refresh_from_db()
    assert purchase.last_score == 2
    report = import_text(RATINGS, text)
    assert (report.created, report.unchanged, report.rejected) == (0, 2, 2)
    report = import_text(RATINGS, RATING_HEAD + "1,A-1,2026-11-20T08:00:00Z,3,Slow\n")
    assert (report.changed, Rating.objects.get(external_id="1").score) == (1, 3)
