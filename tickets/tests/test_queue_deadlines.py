"""The queue by deadlines: sorted by the first that is open, filtered by those that passed."""

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.agent(name="Lotte Maes"))
    return client


def subjects(desk: Client, query: str) -> list[str]:
    page = desk.get(f"/queue/{query}").content.decode()
    return re.findall(r'td-cell-main">([^<]*)<', page)


@pytest.fixture
def tickets() -> None:
    """Their first answer and resolution, late (-) or to come (+)."""
    now = timezone.now()

    def at(hours: float | None):
        return None if hours is None else now + timedelta(hours=hours)

    told = {
        "answer late": (None, -3, 9),
        "answered late": (-1, -3, 7),
        "both late": (None, -9, -5),
        "only resolution late": (-8, -6, -2),
        "in time": (None, 2, 5),
        "none": (None, None, None),
    }
    for subject, (answered, response, resolve) in told.items():
        make.ticket(
            subject=subject,
            first_responded_at=at(answered),
            response_due_at=at(response),
            resolve_due_at=at(resolve),
        )
    make.ticket(
        subject="done",
        state="resolved",
        reason=make.reason(),
        resolution="x",
        resolved_at=now,
        resolve_due_at=at(-1),
    )


BY_DEADLINE = ["both late", "answer late", "only resolution late", "in time", "answered late"]


@pytest.mark.usefixtures("tickets")
def test_it_sorts_by_the_first_open_deadline_those_without_one_last(desk):
    assert subjects(desk, "?sort=deadline") == [*BY_DEADLINE, "none"]
    assert subjects(desk, "?sort=-deadline") == [*BY_DEADLINE[::-1], "none"]
    assert 'href="?sort=deadline"' in desk.get("/queue/").content.decode()


def test_pages_by_deadline_follow_each_other(desk):
    now = timezone.now()
    for place in range(60):
        due = now + timedelta(hours=place % 7) if place < 40 else None
        make.ticket(subject=f"t{place}", resolve_due_at=due)
    seen: list[str] = []
    query = "?sort=deadline"
    while query:
        page = desk.get(f"/queue/{query}").content.decode()
        seen += re.findall(r'td-cell-main">([^<]*)<', page)
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
        query = following[1].replace("&amp;", "&") if following else ""
    by_day = sorted(range(40), key=lambda place: (place % 7, place))
    assert seen == [f"t{place}" for place in [*by_day, *range(40, 60)]]


@pytest.mark.usefixtures("tickets")
def test_it_filters_by_the_deadline_that_passed(desk):
    assert subjects(desk, "?late=response") == ["both late", "answer late"][::-1]
    assert subjects(desk, "?late=resolve&sort=deadline") == ["both late", "only resolution late"]
    both = "?late=resolve&late=response&sort=deadline"
    assert subjects(desk, both) == ["both late", "answer late", "only resolution late"]
    # A finished ticket is late no more.
    assert subjects(desk, "?late=resolve&state=resolved") == []
    page = desk.get("/queue/?late=response").content.decode()
    assert "the first answer" in page
    assert 'name="late" value="response" checked' in (
        desk.get("/queue/filters/?late=response").content.decode()
    )
    assert len(subjects(desk, "?late=made-up")) == 6
    assert "This choice does not exist" in desk.get("/queue/?late=x").content.decode()


def test_the_database_reckons_the_open_deadline_as_the_row_does():
    now = timezone.now()
    moments = (None, now, now + timedelta(hours=1))
    reason = make.reason()
    for answered, response, resolve, done in itertools.product(moments, repeat=4):
        ended = {"state": "resolved", "reason": reason, "resolution": "x", "resolved_at": done}
        make.ticket(
            first_responded_at=answered,
            response_due_at=response,
            resolve_due_at=resolve,
            **(ended if done else {}),
        )
    rows = Ticket.objects.with_deadline()
    for ticket in rows:
        asked = rows.filter(pk=ticket.pk)
        if ticket.open_deadline is None:
            assert asked.filter(open_deadline__isnull=True).exists()
        else:
            assert asked.filter(open_deadline=ticket.open_deadline).exists()
