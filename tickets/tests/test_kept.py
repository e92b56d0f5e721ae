"""How far promises are kept: computed from moments, with an honest n, by team and reason."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import Promise, Reason
from tickets.stats.kept import Kept, read_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop()
    return make.agent(name="Lotte Maes", team=make.team("Desk"))


def ended(owner: User, state: str, count: int = 1, *, reason: Reason | None = None) -> None:
    """So many promises, due two hours ago, that ended like this (open: not yet)."""
    due = timezone.now() - timedelta(hours=2)
    ticket = make.ticket(reason=reason)
    moments = {"kept": due, "kept_late": due + timedelta(hours=1), "broken": due}
    proof = make.interaction(ticket=ticket, caller="x") if state.startswith("kept") else None
    for _n in range(count):
        Promise.objects.create(
            ticket=ticket,
            what="Ring back",
            owner=owner,
            due_at=due,
            made_at=due - timedelta(days=1),
            state=state,
            ended_at=timezone.now() if state == "released" else moments.get(state),
            proof=proof,
        )


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.decode()))


def test_promises_are_counted_by_team_and_reason_and_released_ones_nowhere(lotte: User):
    cracked, glaze = make.reason(name="Cracked"), make.reason(name="Glaze")
    alone = make.agent()
    ended(lotte, "kept", 3, reason=cracked)
    ended(lotte, "kept_late", 2, reason=cracked)
    ended(lotte, "released", 4, reason=cracked)
    ended(alone, "broken", reason=glaze)
    ended(alone, "open", reason=glaze)
    now = timezone.now()
    figures = read_kept(start=None, end=now, now=now)
    assert figures.teams == [Kept("Desk", 3, 2, 0, 0), Kept(None, 0, 0, 1, 1)]
    assert figures.reasons == [Kept("Cracked", 3, 2, 0, 0), Kept("Glaze", 0, 0, 1, 1)]
    assert figures.total == Kept(None, 3, 2, 1, 1)
    assert (figures.total.ended, figures.total.share) == (6, 0.5)
    own = read_kept(start=None, end=now, now=now, person=alone)
    assert (own.teams, own.reasons) == ([], [Kept("Glaze", 0, 0, 1, 1)])
    nothing = read_kept(start=now - timedelta(minutes=5), end=now, now=now)
    assert nothing.total == Kept(None, 0, 0, 0, 1)


def test_a_handful_gives_no_percentage(lotte: User, client: Client):
    client.force_login(lotte)
    ended(lotte, "kept", 8)
    ended(lotte, "broken")
    page = text_of(client.get("/promises/kept/").content)
    assert "8 of 9 kept in time; too few for a percentage" in page
    assert "%" not in page.split("What you promised yourself")[1].split("Of the promises")[0]
    ended(lotte, "kept")
    page = text_of(client.get("/promises/kept/").content)
    assert "90 % of 10 promises kept in time" in page


def test_an_agent_sees_their_own_and_a_manager_all(lotte: User, client: Client):
    ended(lotte, "kept")
    ended(make.agent(team=make.team("Returns")), "broken")
    client.force_login(lotte)
    page = text_of(client.get("/promises/kept/").content)
    assert ("By team" in page, "Returns" in page) == (False, False)
    assert "1 of 1 kept in time" in page
    client.force_login(make.manager())
    page = text_of(client.get("/promises/kept/?period=30").content)
    assert ("Desk" in page, "Returns" in page) == (True, True)
    assert "1 of 2 kept in time" in page


def test_the_page_asks_the_same_queries_for_one_team_and_for_twenty(client: Client, queries):
    make.shop()
    client.force_login(make.manager())

    def fill(count: int) -> None:
        for _n in range(count):
            ended(make.agent(team=make.team()), "kept", reason=make.reason())

    fill(1)
    with queries() as one:
        client.get("/promises/kept/")
    fill(19)
    with queries() as twenty:
        client.get("/promises/kept/")
    assert len(one) == len(twenty), "\n".join(twenty)
