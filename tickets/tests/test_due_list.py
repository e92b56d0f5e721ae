"""The due list and its badge, over HTTP; the moments that are offered; broken ones as faults."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from helpdesk.lib.periods import end_of_day
from tests import make
from tickets.forms.due import due_choices
from tickets.models import Promise, Ticket
from tickets.services import PromiseDraft, attach_interaction, end_promise, make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop()
    return make.agent(name="Lotte Maes", team=make.team("Desk"))


@pytest.fixture
def desk(lotte: User, client: Client) -> Client:
    client.force_login(lotte)
    return client


def promised(owner: User, what: str, due_at: datetime, **fields: object) -> Promise:
    """One made a week ago."""
    if "ticket" not in fields:
        fields["ticket"] = make.ticket(purchase=make.purchase())
    week_ago = timezone.now() - timedelta(days=7)
    return Promise.objects.create(what=what, due_at=due_at, owner=owner, made_at=week_ago, **fields)


def listed(page: str) -> list[str]:
    return re.findall(r'td-cell-main">([^<]*)<', page)


def test_the_soonest_comes_first_and_what_is_late_says_so(desk: Client, lotte: User):
    now = timezone.now()
    promised(lotte, "Tomorrow.", now + timedelta(days=1))
    promised(lotte, "Late.", now - timedelta(hours=21))
    ended = promised(lotte, "Ended.", now + timedelta(hours=1))
    end_promise(promise=ended, ending="released", note="Found it.", actor=lotte)
    page = desk.get("/promises/").content.decode()
    assert listed(page) == ["Late.", "Tomorrow."]
    assert re.search(r"late by <time[^>]*>21 h 00<", page)
    assert "2 open promises" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Mine."]),
        ("?whose=team", ["Mine.", "My team’s."]),
        ("?whose=all", ["Mine.", "My team’s.", "Another’s."]),
        ("?whose=strange", ["Mine."]),
    ],
)
def test_a_list_shows_its_own(desk: Client, lotte: User, query: str, expected: list[str]):
    now = timezone.now()
    for hours, (what, owner) in enumerate(
        [
            ("Mine.", lotte),
            ("My team’s.", make.agent(team=lotte.team)),
            ("Another’s.", make.agent(team=make.team())),
        ]
    ):
        promised(owner, what, now + timedelta(hours=hours + 1))
    assert listed(desk.get(f"/promises/{query}").content.decode()) == expected


def test_who_is_in_no_team_is_not_offered_one(client: Client):
    client.force_login(make.agent())
    page = client.get("/promises/?whose=team").content.decode()
    assert "whose=team" not in page
    assert "Nothing is promised" in page


def test_the_list_goes_on_page_by_page(desk: Client, lotte: User):
    ticket, now = make.ticket(), timezone.now()
    for n in range(51):
        promised(lotte, f"Promise {n}.", now + timedelta(minutes=n + 1), ticket=ticket)
    first = desk.get("/promises/").content.decode()
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert after
    second = desk.get(f"/promises/{after[1].replace('&amp;', '&')}").content.decode()
    assert listed(second) == ["Promise 50."]


@pytest.mark.parametrize("whose", ["mine", "team", "all"])
def test_the_list_asks_the_same_queries_for_one_row_and_for_twenty(
    desk: Client, lotte: User, queries, whose: str
):
    promised(lotte, "Ring back", timezone.now())
    with queries() as one:
        desk.get(f"/promises/?whose={whose}")
    for _n in range(19):
        promised(lotte, "Ring back", timezone.now())
    with queries() as twenty:
        desk.get(f"/promises/?whose={whose}")
    assert len(one) == len(twenty), "\n".join(twenty)


def test_the_page_of_a_promise_asks_the_same_for_one_try_and_for_twenty(
    desk: Client, lotte: User, queries
):
    promise = promised(lotte, "Ring back", timezone.now())
    promise.tries.create(outcome="wrong_number", tried_by=lotte)
    with queries() as one:
        desk.get(f"/promises/{promise.pk}/")
    for _n in range(19):
        promise.tries.create(outcome="wrong_number", tried_by=make.agent())
    with queries() as twenty:
        desk.get(f"/promises/{promise.pk}/")
    assert len(one) == len(twenty), "\n".join(twenty)


# The badge ---------------------------------------------------------------------------------------


def test_the_badge_counts_what_is_mine_and_due_today_or_late(desk: Client, lotte: User):
    with timezone.override(make.shop().zone):
        evening = end_of_day()
    promised(lotte, "This evening.", evening - timedelta(seconds=1))
    promised(lotte, "Tomorrow.", evening)
    promised(make.agent(), "Another’s.", evening - timedelta(days=1))
    badge = desk.get("/promises/badge/")
    assert 'td-count-warn">1<' in badge.content.decode()
    again = desk.get("/promises/badge/", headers={"if-none-match": badge.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    promised(lotte, "Late.", timezone.now() - timedelta(hours=1))
    later = desk.get("/promises/badge/", headers={"if-none-match": badge.headers["ETag"]})
    assert later.status_code == 200
    assert 'td-count-alarm">2<' in later.content.decode()
    assert "late ones among them" in later.content.decode()


def test_the_bar_shows_the_badge_to_those_who_promise(client: Client, lotte: User):
    promised(lotte, "Late.", timezone.now() - timedelta(hours=1))
    client.force_login(lotte)
    assert 'td-count-alarm">1<' in client.get("/queue/").content.decode()
    client.force_login(make.inspector())
    assert "promises-due" not in client.get("/lots/").content.decode()


# What is offered ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "offered"),
    [
        (15, ["in_30_minutes", "today_17", "tomorrow_9", "moment"]),
        (16, ["in_30_minutes", "tomorrow_9", "moment"]),
    ],
)
def test_a_choice_that_has_passed_in_the_persons_zone_is_not_offered(hour: int, offered: list[str]):
    with timezone.override("Europe/Brussels"):  # an hour ahead in winter
        assert [key for key, _label in due_choices(datetime(2026, 11, 18, hour, tzinfo=UTC))] == (
            offered
        )


def test_a_promise_is_made_for_another_who_works_here(desk: Client, lotte: User):
    ticket, jonas = make.ticket(), make.agent(name="Jonas Claes")
    form = {"what": "Ring back", "when": "tomorrow_9", "owner": jonas.pk}
    desk.post(f"/tickets/{ticket.pk}/promises/", form)
    assert Promise.objects.get().owner == jonas
    form["owner"] = make.inspector().pk
    answer = desk.post(f"/tickets/{ticket.pk}/promises/", form)
    assert answer.status_code == 422
    assert Promise.objects.count() == 1


def test_nobody_promises_for_who_cannot_keep_it(lotte: User):
    ticket, due = make.ticket(), timezone.now() + timedelta(hours=1)
    for person in (make.inspector(), make.agent(is_active=False), make.manager(read_only=True)):
        with pytest.raises(ValidationError, match="cannot keep promises"):
            make_promise(ticket=ticket, draft=PromiseDraft("Ring", due, person), actor=lotte)
    assert Promise.objects.count() == 0


# Broken ------------------------------------------------------------------------------------------


def test_a_broken_promise_is_a_fault_on_the_purchase_and_no_contact(desk: Client, lotte: User):
    purchase = make.purchase()
    ticket = make.ticket(purchase=purchase)
    promise = promised(lotte, "Third set", timezone.now() - timedelta(hours=1), ticket=ticket)
    desk.post(f"/promises/{promise.pk}/end/", {"ending": "broken", "note": "The set is not there."})
    purchase.refresh_from_db()
    assert (purchase.broken_promises, purchase.net_interactions, purchase.gross_interactions) == (
        1,
        0,
        0,
    )
    page = desk.get(f"/purchases/{purchase.pk}/").content.decode()
    assert "1 broken promise" in page
    assert "Promise broken" in page
    assert "We broke 1 promise about it." in (
        desk.get(f"/calls/new/?purchase={purchase.pk}").content.decode()
    )


def test_a_broken_promise_comes_along_when_its_ticket_gets_a_purchase(lotte: User):
    ticket = make.ticket()
    contact = make.interaction(ticket=ticket, caller="+3225550123")
    due = timezone.now() - timedelta(hours=1)
    promise = promised(lotte, "Ring back", due, ticket=ticket)
    end_promise(promise=promise, ending="broken", actor=lotte)
    purchase = make.purchase()
    attach_interaction(interaction=contact, purchase=purchase, actor=lotte)
    purchase.refresh_from_db()
    assert (Ticket.objects.get().purchase, purchase.broken_promises) == (purchase, 1)
