"""Where a person goes once a ticket is saved: stay, the next of the view, or back to the view."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tickets.models import Reason, Ticket

pytestmark = pytest.mark.django_db
VIEW = "view=mine&sort=age"


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


@pytest.fixture
def reason() -> Reason:
    return make.reason()


@pytest.fixture
def mine(lotte: User) -> list[Ticket]:
    """Three of one's own, the oldest first."""
    now = timezone.now()
    return [make.ticket(owner=lotte, opened_at=now - timedelta(days=9 - n)) for n in range(3)]


def resolve(desk: Client, ticket: Ticket, reason: Reason, back: str = VIEW, **headers) -> str:
    fields = {"version": ticket.version, "reason": reason.pk, "resolution": "Sent."}
    if back:
        fields["back"] = back
    return desk.post(f"/tickets/{ticket.pk}/resolve/", fields, headers=headers)["Location"]


def choose(person: User, choice: str) -> None:
    User.objects.filter(pk=person.pk).update(after_saving=choice)


def page_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.pk}/?back={quote(VIEW)}"


def test_staying_keeps_the_view_in_the_address(desk, mine, reason):
    assert resolve(desk, mine[0], reason) == page_of(mine[0])
    assert resolve(desk, mine[1], reason, back="") == f"/tickets/{mine[1].pk}/"


def test_the_next_of_the_view_follows_the_place_the_ticket_had(desk, lotte, mine, reason):
    choose(lotte, "next")
    make.ticket(opened_at=timezone.now() - timedelta(days=8, hours=12))
    assert resolve(desk, mine[0], reason) == page_of(mine[1])
    assert resolve(desk, mine[2], reason) == "/queue/?view=mine&sort=age"


def test_back_goes_to_the_page_of_the_view(desk, lotte, mine, reason):
    choose(lotte, "back")
    assert resolve(desk, mine[1], reason, back=VIEW + "&after=abc") == f"/queue/?{VIEW}&after=abc"


def test_a_form_that_does_not_carry_the_view_is_asked_where_it_came_from(desk, lotte, mine, reason):
    choose(lotte, "back")
    left = f"http://testserver{page_of(mine[0])}"
    assert resolve(desk, mine[0], reason, back="", referer=left) == f"/queue/?{VIEW}"


def test_the_ticket_page_carries_the_view_on(desk, mine):
    page = desk.get(page_of(mine[0])).content.decode()
    assert f'<input type="hidden" name="back" value="{VIEW.replace("&", "&amp;")}">' in page
    assert f'href="/queue/?{VIEW.replace("&", "&amp;")}"' in page
    queue = desk.get(f"/queue/?{VIEW}").content.decode()
    assert f'href="/tickets/{mine[0].pk}/?back={quote(VIEW, safe="")}"' in queue


def test_asking_giving_and_merging_follow_the_choice_too(desk, lotte, mine, reason):
    make.manager()
    make.shop()
    first, second, third = mine
    carried = f"?back={quote(VIEW, safe='')}"
    page = desk.get(page_of(first)).content.decode()
    for deed in ("help", "goodwill", "merge"):
        assert f'href="/tickets/{first.pk}/{deed}/{carried}"' in page
        assert (
            f'name="back" value="{VIEW.replace("&", "&amp;")}"'
            in desk.get(f"/tickets/{first.pk}/{deed}/{carried}").content.decode()
        )
    help_ = {"question": "May I?", "when": "in_30_minutes"}
    gift = {"kind": "gift", "cost": "5", "why": "Cracked."}
    merge = {"into": third.pk, "version": first.version}
    assert post(desk, first, "help", help_) == page_of(first)
    choose(lotte, "next")
    assert post(desk, first, "help", help_) == page_of(second)
    assert post(desk, first, "goodwill", gift) == page_of(second)
    choose(lotte, "back")
    assert post(desk, second, "goodwill", gift) == f"/queue/?{VIEW}"
    assert post(desk, first, "merge", merge) == f"/queue/?{VIEW}"
    choose(lotte, "stay")
    second.refresh_from_db()
    merge["version"] = second.version
    assert post(desk, second, "merge", merge) == page_of(third)


def post(desk: Client, ticket: Ticket, deed: str, fields: dict[str, object]) -> str:
    return desk.post(f"/tickets/{ticket.pk}/{deed}/", {**fields, "back": VIEW})["Location"]
