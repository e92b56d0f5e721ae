"""The queue's views, filters, sorts, columns and counts."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from tests import make
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def red() -> Team:
    return make.team("Red")


@pytest.fixture
def lotte(red: Team) -> User:
    return make.agent(name="Lotte Maes", team=red)


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


def subjects(desk: Client, query: str = "") -> list[str]:
    page = desk.get(f"/queue/{query}").content.decode()
    return re.findall(r'td-cell-main">(?:<span class="td-warn">.*?</span></span> )?([^<]*)<', page)


def counts(desk: Client, query: str = "") -> dict[str, str]:
    page = desk.get(f"/queue/{query}").content.decode()
    found = re.findall(r'<span>([^<]*)</span><span class="td-pane-count">([^<]*)<', page)
    return {name.replace("&#x27;", "'"): count for name, count in found}


def done(**fields) -> Ticket:
    return make.ticket(
        state="resolved",
        reason=make.reason(),
        resolution="x",
        resolved_at=timezone.now(),
        **fields,
    )


# Views ---------------------------------------------------------------------------------------


@pytest.fixture
def shop_floor(lotte: User, red: Team) -> None:
    """One ticket for each view, and some for none."""
    now = timezone.now()
    other = make.agent(name="Bram", team=make.team("Blue"))
    make.ticket(subject="mine", owner=lotte)
    make.ticket(subject="red", team=red)
    make.ticket(subject="blue", team=other.team)
    make.ticket(subject="no team")
    make.ticket(subject="late", owner=other, next_promise_at=now - timedelta(hours=2))
    make.ticket(subject="next week", owner=other, next_promise_at=now + timedelta(days=7))
    for name, hours in (("reached", -1), ("not yet", 1)):
        moment = now + timedelta(hours=hours)
        make.ticket(subject=name, owner=other, state="waiting_until", waiting_until=moment)
    make.ticket(subject="flagged", owner=other, flagged=True)
    done(subject="done", owner=lotte, flagged=True)


@pytest.mark.usefixtures("shop_floor")
def test_each_view_shows_its_own_and_says_how_many(desk):
    told = {
        "mine": ["mine"],
        "unassigned": ["no team", "red"],
        "promises": ["late"],
        "reached": ["reached"],
        "flagged": ["flagged"],
    }
    for view, expected in told.items():
        assert sorted(subjects(desk, f"?view={view}")) == expected, view
    assert len(subjects(desk)) == 9
    assert counts(desk) == {
        "Mine": "1",
        "My team's unassigned": "2",
        "Promises due": "1",
        "Waiting until reached": "1",
        "Flagged purchases": "1",
        "All unfinished": "9",
    }


def test_a_count_is_exact_to_999(desk):
    Ticket.objects.bulk_create(Ticket(subject="x") for _n in range(999))
    assert counts(desk)["All unfinished"] == "999"
    make.ticket()
    assert counts(desk)["All unfinished"] == "1000+"


def test_the_page_costs_at_most_ten_queries_whatever_it_shows(desk, lotte, red, queries):
    reason, mug = make.reason(), make.product()
    for _n in range(30):
        purchase = make.purchase(products=(mug,))
        make.ticket(
            purchase=purchase,
            owner=lotte,
            team=red,
            reason=reason,
            product=mug,
            tally=0,
            priority=3,
        )
    desk.post("/queue/views/new/", {"name": "Mugs", "query": f"product={mug.pk}&owner=me"})
    query = f"?owner={lotte.pk}&owner=none&team={red.pk}&reason={reason.pk}&product={mug.pk}"
    columns = "tally,customer,product,reason,state,priority,owner,team,channel,waiting,promise,age"
    first = desk.get(f"/queue/{query}&cols={columns}&sort=waiting").content.decode()
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert after
    deep = after[1].replace("&amp;", "&")
    for path in ("", query, deep):
        with queries() as seen:
            desk.get(f"/queue/{path}")
        assert len(seen) <= 10, "\n".join(seen)


# Sorting -------------------------------------------------------------------------------------


def test_it_sorts_by_what_waits_longest_by_age_promise_tally_and_priority_empty_ones_last(desk):
    now = timezone.now()

    def ago(hours: float):
        return now - timedelta(hours=hours)

    make.ticket(subject="a", waiting_since=ago(1), opened_at=ago(9), tally=2, priority=3)
    make.ticket(subject="b", waiting_since=ago(5), opened_at=ago(7), next_promise_at=ago(1))
    make.ticket(subject="c", opened_at=ago(8), tally=11, next_promise_at=ago(-9), priority=1)
    told = {
        "waiting": "bac",
        "-waiting": "abc",
        "age": "acb",
        "-age": "bca",
        "promise": "bca",
        "-promise": "cba",
        "tally": "acb",
        "-tally": "cab",
        "priority": "cba",
        "-priority": "abc",
        "made up": "bac",
    }
    assert {sort: "".join(subjects(desk, f"?sort={sort}")) for sort in told} == told


def test_the_heading_of_the_tally_sorts_the_most_first(desk):
    make.ticket()
    page = desk.get("/queue/").content.decode()
    assert 'href="?sort=-tally"' in page
    assert 'href="?sort=age"' in page


# Filters -------------------------------------------------------------------------------------


def test_several_values_of_one_filter_mean_any_and_each_can_be_taken_away(desk, lotte):
    other = make.agent(name="Bram")
    make.ticket(subject="lotte", owner=lotte, priority=3)
    make.ticket(subject="bram", owner=other)
    make.ticket(subject="nobody")
    query = f"?owner=me&owner={other.pk}"
    assert sorted(subjects(desk, query)) == ["bram", "lotte"]
    assert subjects(desk, query + "&priority=3") == ["lotte"]
    page = desk.get("/queue/" + query).content.decode()
    assert 'href="?owner=me"' in page
    assert f'href="?owner={other.pk}"' in page
    assert "Bram<" in re.sub(r"\s+", "", page)
    assert subjects(desk, "?owner=none") == ["nobody"]


@pytest.mark.parametrize(
    "query", ["owner=99999", "owner=x", "team=²", "reason=" + "9" * 30, "state=gone", "priority=9"]
)
def test_a_filter_that_cannot_be_read_says_so_and_filters_nothing(desk, query):
    make.ticket(subject="here")
    assert subjects(desk, f"?{query}") == ["here"]
    assert "This choice does not exist" in desk.get(f"/queue/?{query}").content.decode()


def test_by_product_reason_team_state_channel_and_flag(desk, red):
    mug, reason = make.product(), make.reason()
    make.ticket(subject="mug", product=mug)
    make.ticket(subject="reason", reason=reason)
    make.ticket(subject="red", team=red)
    make.ticket(subject="open", state="open")
    make.ticket(subject="chat", channel="chat")
    make.ticket(subject="flagged", flagged=True)
    asked = {
        f"product={mug.pk}": "mug",
        f"reason={reason.pk}": "reason",
        f"team={red.pk}": "red",
        "team=me": "red",
        "state=open": "open",
        "channel=chat": "chat",
        "flagged=1": "flagged",
    }
    assert {query: subjects(desk, f"?{query}") for query in asked} == {
        query: [name] for query, name in asked.items()
    }


def test_a_finished_state_brings_the_finished_in(desk):
    done(subject="done", opened_at=timezone.now() - timedelta(days=1))
    make.ticket(subject="open", state="open")
    assert subjects(desk) == ["open"]
    assert subjects(desk, "?state=resolved") == ["done"]
    assert subjects(desk, "?state=resolved&state=open") == ["open", "done"]


def test_the_panel_offers_every_value_and_ticks_those_in_force(desk, lotte):
    make.reason(name="Glaze comes off")
    page = desk.get("/queue/filters/?owner=me&view=mine&sort=age").content.decode()
    assert re.search(r'name="owner" value="me" checked', page)
    assert re.search(rf'name="owner" value="{lotte.pk}">', page)
    assert '<input type="hidden" name="view" value="mine">' in page
    assert '<input type="hidden" name="sort" value="age">' in page
    assert "Goods: Glaze comes off" in page


def test_only_its_inside_comes_where_htmx_asks(desk):
    page = desk.get("/queue/filters/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "Filter the queue" in page


# Columns -------------------------------------------------------------------------------------


def heads(desk: Client, query: str = "") -> list[str]:
    page = desk.get(f"/queue/{query}").content.decode()
    row = re.search(r"<thead>(.*?)</thead>", page, re.S)
    assert row
    return re.findall(r">\s*([A-Z][a-z ]+)", row[1])


def test_columns_are_remembered_for_the_person_and_the_address_can_say_otherwise(desk, lotte):
    make.ticket()
    usual = ["Tally", "Subject", "Customer", "Reason", "State", "Owner"]
    usual += ["Waiting since", "Next promise"]
    assert heads(desk) == usual
    chosen = {"column": ["team", "age", "made up"], "back": "view=mine&cols=tally"}
    assert desk.post("/queue/columns/choose/", chosen)["Location"] == "/queue/?view=mine"
    lotte.refresh_from_db()
    assert lotte.queue_columns == "subject,team,age"
    assert heads(desk) == ["Subject", "Team", "Age"]
    assert heads(desk, "?cols=tally,channel") == ["Tally", "Subject", "Channel"]
    desk.post("/queue/columns/choose/", {"usual": "1"})
    assert heads(desk) == usual


def test_the_way_back_never_leaves_this_site(desk):
    told = {"column": ["age"], "back": "//evil.example/?x=1"}
    answer = desk.post("/queue/columns/choose/", told)
    assert answer["Location"].startswith("/queue/?")
