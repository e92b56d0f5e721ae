"""Deadlines of tickets: reckoned with every change, in its transaction, from hours and targets."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import HistoryEntry, Shop
from accounts.services import HoursDraft, edit_hours, hours_mark
from helpdesk.lib.worktime import shift
from tests import make
from tickets.models import Target, Ticket
from tickets.services import change_priority, hand_off_ticket, log_interaction, resolve_ticket
from tickets.services.deadlines import (
    change_columns,
    edit_target,
    reset_deadlines_when_due,
    terms_in_force,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ALWAYS = ((((0, 1440),),) * 7, ())


@pytest.fixture
def agent():
    make.shop(time_zone="UTC")
    return make.agent()


def open_always(admin, team=None):
    """Round the clock, so that working time is real time."""
    draft = HoursDraft(time_zone="", country="", subdivision="", week=ALWAYS[0], closed=())
    edit_hours(team=team, version=0, draft=draft, actor=admin)


@pytest.fixture
def targets(agent):
    """4 hours to answer and 16 to resolve a normal ticket; 1 and 8 for a high one."""
    admin = make.admin()
    open_always(admin)
    for priority, response, resolve in ((2, 240, 960), (3, 60, 480)):
        edit_target(
            priority=priority,
            version=0,
            response_minutes=response,
            resolve_minutes=resolve,
            actor=admin,
        )
    return admin


def logged(agent, *, channel="email", direction="inbound", outcome="escalated", **fields):
    if not {"purchase", "ticket"} & fields.keys():
        fields["purchase"] = make.purchase()
    return log_interaction(
        actor=agent,
        channel=channel,
        direction=direction,
        reason=fields.pop("reason", None),
        outcome=outcome,
        summary="The handle cracked.",
        **fields,
    )


def test_a_mail_opens_a_ticket_with_both_deadlines(agent, targets):
    contact = logged(agent)
    ticket = Ticket.objects.get()
    assert ticket.clock_at == contact.occurred_at
    assert ticket.response_due_at == contact.occurred_at + 4 * HOUR
    assert ticket.resolve_due_at == contact.occurred_at + 16 * HOUR
    assert ticket.alarm_at == ticket.response_due_at
    assert ticket.first_responded_at is None


def test_who_rings_is_answered_at_once(agent, targets):
    contact = logged(agent, channel="phone")
    ticket = Ticket.objects.get()
    assert ticket.first_responded_at == contact.occurred_at
    assert ticket.response_due_at is None
    assert ticket.alarm_at == ticket.resolve_due_at == contact.occurred_at + 16 * HOUR


def test_our_first_mail_is_the_first_answer_and_a_later_one_changes_nothing(agent, targets):
    ticket = logged(agent).ticket
    first = logged(agent, direction="outbound", outcome="escalated", ticket=ticket)
    logged(agent, direction="outbound", outcome="escalated", ticket=ticket)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == first.occurred_at
    assert ticket.response_due_at == ticket.opened_at + 4 * HOUR
    assert ticket.alarm_at == ticket.resolve_due_at


def test_an_answer_logged_late_counts_from_when_it_was_given(agent, targets):
    start = timezone.now() - 3 * HOUR
    ticket = logged(agent, occurred_at=start).ticket
    logged(agent, direction="outbound", ticket=ticket)
    logged(agent, direction="outbound", ticket=ticket, occurred_at=start + HOUR)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == start + HOUR


def test_the_clock_stands_while_it_waits_on_the_customer(agent, targets):
    ticket = logged(agent, occurred_at=timezone.now() - 2 * HOUR).ticket
    logged(agent, direction="outbound", outcome="waiting", ticket=ticket)
    ticket.refresh_from_db()
    assert ticket.state == "waiting_customer"
    assert (ticket.resolve_due_at, ticket.alarm_at) == (None, None)
    assert ticket.clock_used == pytest.approx(7200, abs=5)
    Ticket.objects.update(clock_at=ticket.clock_at - 10 * HOUR)
    back = logged(agent, ticket=ticket)
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert ticket.clock_used == pytest.approx(7200, abs=5)
    assert ticket.resolve_due_at == ticket.clock_at + 16 * HOUR - timedelta(
        seconds=ticket.clock_used
    )
    assert ticket.clock_at == back.logged_at


def test_resolving_keeps_the_deadlines_and_silences_the_alarm(agent, targets):
    ticket = logged(agent).ticket
    ticket.refresh_from_db()
    due = ticket.resolve_due_at
    resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        reason=make.reason(),
        resolution="Sent a new one.",
        actor=agent,
    )
    ticket.refresh_from_db()
    assert (ticket.resolve_due_at, ticket.alarm_at) == (due, None)


def test_claiming_it_changes_no_deadline(agent, targets):
    ticket = logged(agent).ticket
    ticket.refresh_from_db()
    before = ticket.response_due_at
    hand_off_ticket(ticket=ticket, version=ticket.version, owner=agent, actor=agent)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.response_due_at) == ("open", before)


def test_a_raised_priority_is_due_sooner_at_once(agent, targets):
    ticket = logged(agent).ticket
    ticket.refresh_from_db()
    change_priority(ticket=ticket, version=ticket.version, priority=3, actor=agent)
    ticket.refresh_from_db()
    assert ticket.response_due_at == ticket.alarm_at == ticket.opened_at + HOUR
    assert ticket.resolve_due_at == ticket.opened_at + 8 * HOUR


def test_another_priority_or_team_is_due_by_its_own_terms(agent, targets):
    ticket = logged(agent).ticket
    ticket.refresh_from_db()
    found = change_columns(ticket, {"priority": 3})
    assert found["response_due_at"] == ticket.opened_at + HOUR
    assert found["resolve_due_at"] == ticket.opened_at + 8 * HOUR
    assert change_columns(ticket, {"priority": 1})["alarm_at"] is None
    night = make.team()
    week = (((22 * 60, 24 * 60),),) * 7
    draft = HoursDraft(time_zone="", country="", subdivision="", week=week, closed=())
    edit_hours(team=night, version=0, draft=draft, actor=targets)
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    ticket.opened_at = ticket.clock_at = now - HOUR
    moved = change_columns(ticket, {"team": night}, now=now)
    assert moved["clock_used"] == 3600
    assert moved["response_due_at"] == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert change_columns(ticket, {"subject": "x", "owner": agent}) == {}


def test_without_targets_nothing_is_due_and_the_moments_are_kept(agent):
    contact = logged(agent, channel="phone")
    ticket = Ticket.objects.get()
    assert (ticket.response_due_at, ticket.resolve_due_at, ticket.alarm_at) == (None, None, None)
    assert (ticket.clock_at, ticket.first_responded_at) == (
        contact.occurred_at,
        contact.occurred_at,
    )


def test_new_targets_reach_the_tickets_that_are_open_but_alarm_nobody_of_the_past(agent):
    open_always(admin := make.admin())
    old = logged(agent, occurred_at=timezone.now() - 6 * HOUR).ticket
    new = logged(agent).ticket
    done = make.ticket(purchase=make.purchase(), external_ref="imported")
    assert reset_deadlines_when_due() == 0  # there are no targets
    edit_target(priority=2, version=0, response_minutes=240, resolve_minutes=960, actor=admin)
    assert reset_deadlines_when_due() == 2
    assert reset_deadlines_when_due() == 0
    for ticket in (old, new, done):
        ticket.refresh_from_db()
    assert old.response_due_at == old.opened_at + 4 * HOUR
    assert (old.response_told, old.alarm_at) == (2, old.resolve_due_at)
    assert (new.response_told, new.alarm_at) == (0, new.response_due_at)
    assert done.response_due_at is None
    shop = Shop.objects.get()
    assert shop.hours_settled == shop.hours_mark


def test_new_hours_move_the_deadlines(agent, targets):
    ticket = logged(agent).ticket
    reset_deadlines_when_due()
    week = (((540, 1020),),) * 7
    draft = HoursDraft(time_zone="", country="", subdivision="", week=week, closed=())
    version = 2
    edit_hours(team=None, version=version, draft=draft, actor=targets)
    assert reset_deadlines_when_due() == 1
    ticket.refresh_from_db()
    calendar = terms_in_force().calendar(None)
    assert ticket.response_due_at == shift(calendar, ticket.opened_at, 4 * HOUR)


def test_the_database_knows_the_steps_and_whose_alarm_it_is(agent):
    ticket = make.ticket()
    for name, change in (
        ("ticket_told_known", {"response_told": 3}),
        ("ticket_told_known", {"resolve_told": 3}),
        ("ticket_alarm_has_deadline", {"alarm_at": timezone.now()}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(**change)
    for name, fields in (
        ("target_priority_known", {"priority": 4}),
        ("target_response_positive", {"priority": 1, "response_minutes": 0}),
        ("target_resolve_positive", {"priority": 1, "resolve_minutes": 0}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Target.objects.create(**fields)


def test_targets_are_changed_with_history_and_not_from_an_old_page(targets):
    mark = hours_mark()
    row = Target.objects.get(priority=3)
    assert not edit_target(
        priority=3, version=0, response_minutes=60, resolve_minutes=480, actor=targets
    )
    assert hours_mark() == mark
    with pytest.raises(ValidationError, match="changed this at"):
        edit_target(priority=3, version=1, response_minutes=30, resolve_minutes=None, actor=targets)
    edit_target(
        priority=3, version=row.version, response_minutes=30, resolve_minutes=None, actor=targets
    )
    assert hours_mark() != mark
    told = HistoryEntry.objects.about(row).first()
    assert told is not None
    assert (told.note, told.changes) == (
        "High",
        {"response_minutes": ["1 h", "30 min"], "resolve_minutes": ["8 h", None]},
    )
