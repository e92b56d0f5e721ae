"""The rows of the queue: what each column says, and that what people typed stays text."""

from datetime import timedelta
from html import escape, unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from tests import make
from tests.markup import read
from tickets.queue.columns import COLUMNS
from tickets.views.queue_rows import CELLS

pytestmark = pytest.mark.django_db
NAUGHTY = ("<script>x()</script>", '"><img src=x onerror=x()>', "{0} {{ x }} %s %(n)s", "&lt;b>'")


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


def rows(desk: Client, query: str = "") -> str:
    page = desk.get(f"/queue/{query}").content.decode()
    return page[page.index("<tbody>") : page.index("</tbody>")]


def words(html: str) -> str:
    """The text between the tags, in one line."""
    told = [piece.partition(">")[2] for piece in html.split("<")[1:]]
    return " ".join(unescape(" ".join(told)).split())


def test_every_column_has_a_cell():
    assert set(CELLS) == set(COLUMNS)


@pytest.mark.parametrize("text", NAUGHTY)
def test_what_people_typed_is_never_taken_for_html(desk, text):
    reason = make.reason(group=f"g{text}", name=f"r{text}")
    make.ticket(
        subject=f"s{text}",
        customer=make.customer(name=f"c{text}"),
        product=make.product(name=f"p{text}"),
        purchase=make.purchase(order_number=f"o{text}"[:40]),
        owner=make.agent(name=f"w{text} w"),
        team=make.team(f"t{text}"),
        reason=reason,
    )
    for columns in (",".join(COLUMNS), "subject"):
        drawn = rows(desk, f"?cols={columns}")
        told = "sopcgrtw" if "," in columns else "sopc"
        for letter in told:
            assert escape(f"{letter}{text}"[:40]) in drawn
        reader = read(drawn)
        assert not reader.refused
        assert "<img" not in drawn


def test_customer_and_product_stand_below_the_subject_unless_they_have_columns(desk):
    make.ticket(
        subject="Cracked",
        customer=make.customer(name="Els"),
        product=make.product(name="Mug"),
        purchase=make.purchase(order_number="A-1"),
    )
    make.ticket(subject="Rang", waiting_since=timezone.now() - timedelta(days=1))
    first, second = rows(desk, "?cols=subject").split("</tr>")[:2]
    assert words(second).startswith("Cracked Els · Mug · A-1 · #")
    assert words(first).startswith("Rang unknown caller · #")
    first, second = rows(desk, "?cols=customer,product").split("</tr>")[:2]
    told = words(second)
    assert told.startswith("Cracked A-1 · #")
    assert told.endswith("Els Mug")
    assert words(first).endswith("unknown caller –")


def test_a_row_says_what_is_late_and_what_is_not_there(desk, lotte):
    now = timezone.now()
    make.ticket(
        subject="Late",
        owner=lotte,
        priority=3,
        flagged=True,
        purchase=make.purchase(),
        waiting_since=now - timedelta(days=2, hours=5),
        next_promise_at=now - timedelta(hours=3),
        response_due_at=now - timedelta(hours=2),
        channel="phone",
    )
    make.ticket(subject="Quiet", state="waiting_until", waiting_until=now + timedelta(days=400))
    every = f"?cols={','.join(COLUMNS)}"
    first, second = map(words, rows(desk, every).split("</tr>")[:2])
    for told in (
        "flagged",
        "First answer was due",
        "High",
        "LM Lotte",
        "Phone",
        "2 d 5 h",
        "late by 3 h 00",
    ):
        assert told in first, told
    assert "not on us" in second
    assert second.count("none") == 2
    assert str((now + timedelta(days=400)).year) in second
    assert "High priority: Late" in words(rows(desk, "?cols=subject").split("</tr>")[0])


def test_who_only_reads_gets_no_boxes(client):
    make.ticket()
    client.force_login(make.user(Role.AGENT, read_only=True))
    assert 'name="mark"' not in rows(client)
