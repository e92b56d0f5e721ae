"""What is late says why, on the ticket and in the queue, and is told to people in two steps."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Shop
from accounts.services import HoursDraft, edit_hours
from notices.models import Notice
from tests import make
from tickets.forms.deadlines import read_minutes
from tickets.models import Target, Ticket, TicketEvent
from tickets.services import close_tickets
from tickets.services.deadlines import edit_target, minutes_text
from tickets.services.late import tell_of_late_tickets

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PAGE = "/settings/deadlines/"


@pytest.fixture
def team():
    return make.team("Desk")


@pytest.fixture
def targets(team):
    """Open round the clock; 4 hours to answer, 16 to resolve."""
    make.shop(time_zone="UTC")
    admin = make.admin()
    week = (((0, 1440),),) * 7
    draft = HoursDraft(time_zone="", country="", subdivision="", week=week, closed=())
    edit_hours(team=None, version=0, draft=draft, actor=admin)
    edit_target(priority=2, version=0, response_minutes=240, resolve_minutes=960, actor=admin)
    return admin


def overdue(*, by: timedelta, **fields) -> Ticket:
    """A ticket whose first answer has been due for so long."""
    due = timezone.now() - by
    return make.ticket(
        opened_at=due - 4 * HOUR,
        clock_at=due - 4 * HOUR,
        response_due_at=due,
        resolve_due_at=due + 12 * HOUR,
        alarm_at=due,
        **fields,
    )


def told() -> list[tuple[str, str]]:
    return [(one.person.name, one.params["which"]) for one in Notice.objects.order_by("pk")]


def test_the_owner_is_told_first_and_the_managers_an_hour_later(targets):
    owner, boss = make.agent(name="Lotte"), make.manager(name="Bart")
    ticket = overdue(by=HOUR / 2, owner=owner)
    assert tell_of_late_tickets() == 1
    assert tell_of_late_tickets() == 0
    assert told() == [("Lotte", "response")]
    ticket.refresh_from_db()
    assert (ticket.response_told, ticket.alarm_at) == (1, ticket.response_due_at + HOUR)
    event = TicketEvent.objects.get(kind="late")
    assert (event.ticket, event.actor) == (ticket, None)
    assert event.changes["owner"] == [None, "Lotte"]
    earlier = timedelta(hours=1)
    Ticket.objects.update(
        response_due_at=ticket.response_due_at - earlier, alarm_at=ticket.alarm_at - earlier
    )
    assert tell_of_late_tickets() == 1
    assert told() == [("Lotte", "response"), (boss.name, "response")]
    ticket.refresh_from_db()
    assert (ticket.response_told, ticket.alarm_at) == (2, ticket.resolve_due_at)
    assert TicketEvent.objects.filter(kind="late").count() == 1
    notice = Notice.objects.first()
    assert notice is not None
    assert notice.link == f"/tickets/{ticket.pk}/"
    assert f"The first answer on ticket #{ticket.pk} is late, it was due" in notice.sentence


def test_a_run_that_comes_very_late_tells_everybody_once(targets):
    owner, boss = make.agent(name="Lotte"), make.manager(name="Bart")
    ticket = overdue(by=30 * HOUR, owner=owner)
    assert tell_of_late_tickets() == 1
    assert sorted(told()) == [
        (boss.name, "resolve"),
        (boss.name, "response"),
        ("Lotte", "resolve"),
        ("Lotte", "response"),
    ]
    ticket.refresh_from_db()
    assert (ticket.response_told, ticket.resolve_told, ticket.alarm_at) == (2, 2, None)
    assert TicketEvent.objects.filter(kind="late").count() == 2


def test_of_a_ticket_nobody_owns_the_team_is_told(targets, team):
    make.agent(name="Els", team=team)
    make.agent(name="Away", team=team, is_active=False)
    make.inspector(name="Checker", team=team)
    make.agent(name="Other")
    make.manager(name="Bart")
    overdue(by=HOUR / 2, team=team)
    tell_of_late_tickets()
    assert told() == [("Els", "response")]


def test_where_nobody_else_is_there_the_managers_are_told_at_once_and_only_once(targets):
    make.manager(name="Bart")
    overdue(by=3 * HOUR, owner=make.agent(is_active=False))
    tell_of_late_tickets()
    assert told() == [("Bart", "response")]


def test_the_teams_own_managers_come_before_all_others(targets, team):
    make.manager(name="Chief", team=team)
    make.manager(name="Bart")
    overdue(by=3 * HOUR, owner=make.agent(name="Lotte"), team=team)
    tell_of_late_tickets()
    assert sorted(told()) == [("Chief", "response"), ("Lotte", "response")]


def test_nobody_is_told_of_what_ended_or_waits(targets):
    make.manager()
    overdue(
        by=HOUR,
        state="resolved",
        reason=make.reason(),
        resolution="x",
        resolved_at=timezone.now(),
    )
    overdue(by=-HOUR)
    assert tell_of_late_tickets() == 0
    assert not Notice.objects.exists()


def text_of(response) -> str:
    plain = re.sub(r"<[^>]*>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain).replace(" ,", ",").replace(" ;", ";")


def test_the_ticket_says_why_it_is_late(client, targets):
    client.force_login(make.agent())
    ticket = overdue(by=2 * HOUR + timedelta(minutes=10, seconds=5))
    page = text_of(client.get(f"/tickets/{ticket.pk}/"))
    assert "First answer: was due" in page
    assert "2 h 10 late" in page
    assert "4 h of working time after" in page
    assert "; nobody owns it" in page
    Ticket.objects.update(owner=make.agent(name="Lotte Maes"), clock_used=60)
    page = text_of(client.get(f"/tickets/{ticket.pk}/"))
    assert ", without the time it waited; Lotte Maes owns it" in page


def test_the_ticket_says_what_was_answered_in_time_and_that_the_clock_stands(client, targets):
    client.force_login(make.agent())
    ticket = overdue(by=-HOUR, first_responded_at=timezone.now() - HOUR)
    assert "in time" in text_of(client.get(f"/tickets/{ticket.pk}/"))
    Ticket.objects.update(
        state="waiting_customer", resolve_due_at=None, alarm_at=None, clock_used=3600
    )
    page = text_of(client.get(f"/tickets/{ticket.pk}/"))
    assert "Resolved: the clock stands, 15 h are left" in page


def test_the_queue_marks_what_is_late(client, targets):
    client.force_login(make.agent())
    overdue(by=HOUR)
    overdue(by=13 * HOUR, first_responded_at=timezone.now() - 20 * HOUR)
    overdue(by=-HOUR)
    page = text_of(client.get("/queue/?cols=subject,deadline"))
    assert page.count("First answer was due") == 1
    assert page.count("Should have been resolved") == 1
    assert "Deadline" in page


def test_marks_cost_the_queue_no_query(client, targets, queries):
    client.force_login(make.agent())
    overdue(by=HOUR)
    client.get("/queue/")
    with queries() as for_one:
        client.get("/queue/")
    for _n in range(5):
        overdue(by=HOUR)
    with queries(exactly=len(for_one)):
        client.get("/queue/")


def typed(**fields):
    plain = {f"{name}_{n}": "" for name in ("response", "resolve") for n in (1, 2, 3)}
    versions = {"version_1": 0, "version_2": 0, "version_3": 0, "shop_version": 1}
    return {**plain, **versions, "closes_after_days": 7, **fields}


def test_an_admin_sets_the_targets(client):
    client.force_login(make.admin())
    form = typed(response_3="45 min", resolve_3="1 h 30", response_2="4", resolve_2="2:15")
    assert client.post(PAGE, form)["Location"] == PAGE
    found = Target.objects.values_list("priority", "response_minutes", "resolve_minutes")
    assert list(found) == [(3, 45, 90), (2, 240, 135), (1, None, None)]
    page = client.get(PAGE)
    assert page.context["form"]["resolve_3"].value() == "1 h 30"
    assert "High" in page.content.decode()
    refused = client.post(PAGE, typed(response_3="soon"))
    assert "“soon” is not clear" in refused.content.decode()
    assert Target.objects.get(priority=3).response_minutes == 45
    old = client.post(PAGE, typed(response_3="10 min"))
    assert "changed this at" in old.content.decode()


def test_an_admin_says_when_what_is_resolved_closes_with_history(client):
    client.force_login(make.admin(name="Nadia"))
    make.shop()
    done = {"reason": make.reason(), "resolution": "Sent.", "state": "resolved"}
    now = timezone.now()
    old = make.ticket(resolved_at=now - timedelta(days=3.1), **done)
    young = make.ticket(resolved_at=now - timedelta(days=2.9), **done)
    assert close_tickets() == 0
    assert client.get(PAGE).context["form"]["closes_after_days"].value() == 7
    for wrong in ("0", "366", "", "soon"):
        assert client.post(PAGE, typed(closes_after_days=wrong)).context["form"].errors
    saved = client.post(PAGE, typed(closes_after_days=3), follow=True)
    page = saved.content.decode()
    assert "Saved." in page
    assert "deadlines of unfinished tickets follow" not in page
    assert re.search(r"closes by itself after, in days: <del>7</del>.*<ins>3</ins>", page)
    stale = client.post(PAGE, typed(closes_after_days=30, response_3="1 h"))
    assert "Nadia changed this at" in stale.content.decode()
    assert Shop.objects.get().closes_after_days == 3
    assert not Target.objects.filter(response_minutes__isnull=False).exists()
    assert close_tickets() == 1
    assert [Ticket.objects.get(pk=one.pk).state for one in (old, young)] == ["closed", "resolved"]
    same = client.post(PAGE, typed(closes_after_days=3, shop_version=2), follow=True)
    assert "Nothing was changed." in same.content.decode()


@pytest.mark.parametrize(
    ("text", "minutes", "shown"),
    [
        ("4", 240, "4 h"),
        ("4 h", 240, "4 h"),
        ("1:30", 90, "1 h 30"),
        ("1h30m", 90, "1 h 30"),
        ("90 min", 90, "1 h 30"),
        ("45m", 45, "45 min"),
        ("", None, ""),
    ],
)
def test_spans_are_read_as_typed(text, minutes, shown):
    assert read_minutes(text) == minutes
    assert minutes_text(minutes) == shown
