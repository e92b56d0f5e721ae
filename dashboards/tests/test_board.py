"""The board itself: what it costs, what it says when there is nothing yet, what it is asked."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Role
from dashboards.panels import PANELS
from dashboards.tests.shop import WINDOW, varied_shop
from tests import make
from thresholds.models import CohortCount
from thresholds.services.counts import mark_days_stale
from thresholds.services.evaluation import sweep
from thresholds.services.learning import learn
from thresholds.tests.history import bought

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def manager(client):
    person = make.manager()
    client.force_login(person)
    return person


def test_the_whole_board_takes_at_most_twelve_queries(client, queries):
    client.force_login(varied_shop(6, purchases=40))
    client.get("/board/")
    with queries(at_most=MOST_QUERIES):
        client.get("/board/")
    with queries(at_most=MOST_QUERIES):
        client.get("/board/?category=Category+1&channel=phone&period=90")


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(client, queries, manager):
    make.shop(window_days=WINDOW)
    bought(contacts=2, days_ago=30, products=(make.product(),), reason=make.reason())
    sweep()
    learn()
    client.get("/board/")
    with queries() as few:
        client.get("/board/")
    for _n in range(19):
        bought(contacts=2, days_ago=30, products=(make.product(),), reason=make.reason())
    sweep()
    with queries(exactly=len(few)):
        client.get("/board/")


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_each_panel_stands_alone_with_the_same_filters(client, panel, manager, queries):
    make.product(name="Whisk", category="Kitchen")
    client.get("/board/")
    with queries(at_most=9):
        html = client.get(f"/board/{panel.name}/?category=Kitchen").content.decode()
    assert str(panel.question) in html
    assert html.count("td-panel-head") == 1
    assert "<option selected>Kitchen</option>" in html


def test_a_panel_that_does_not_exist_is_not_found(client, manager):
    assert client.get("/board/everything/").status_code == 404


def test_a_read_only_manager_may_look_and_an_agent_may_not(client):
    client.force_login(make.user(Role.MANAGER, read_only=True))
    assert client.get("/board/").status_code == 200
    client.force_login(make.agent())
    assert client.get("/board/").status_code == 403
    assert client.get("/board/purchases/").status_code == 403


def test_an_empty_shop_is_told_what_to_do_next(client, manager):
    html = client.get("/board/").content.decode()
    assert "No purchases yet" in html
    assert "/import" in html
    assert "Not enough products yet" in html
    assert "Not enough weeks yet" in html
    assert "No ratings in this period" in html
    assert "No second inspection was signed in this period." in html
    assert "is a starting number" in html


def test_before_anything_is_mature_the_board_says_when_something_will_be(client, manager):
    make.shop(window_days=90)
    sold = bought(contacts=1, days_ago=10)
    sweep()
    html = client.get("/board/").content.decode()
    assert "Nothing is mature yet" in html
    day = sold.clock_day + timedelta(days=91)
    assert f"{day:%B} {day.year}" in html


def test_a_period_without_mature_purchases_offers_a_longer_one(client, manager):
    make.shop(window_days=90)
    bought(days_ago=10)
    sweep()
    response = client.get("/board/?period=30")
    assert b"Look at 365 days" in response.content
    assert response.context["year_query"] == "?period=365"


def test_the_threshold_is_not_drawn_for_one_channel_and_the_panels_say_what_they_cannot(
    client, manager
):
    make.shop(window_days=WINDOW)
    for _n in range(5):
        bought(contacts=7, days_ago=30)
    sweep()
    html = client.get("/board/").content.decode()
    assert "td-c-zone" in html
    html = client.get("/board/?channel=phone").content.decode()
    assert "td-c-zone" not in html
    for panel in PANELS:
        assert not panel.channels or str(panel.channels) in html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("product=999", "This product does not exist"),
        ("product=x", "This product does not exist"),
        ("category=Cars", "No product is in the category “Cars”"),
        ("channel=pigeon", "There is no channel “pigeon”"),
        ("period=forever", "The period “forever” does not exist."),
        ("from=yesterday", "A date could not be read."),
        ("from=2026-02-01&to=2026-01-01", "The period ends before it begins."),
        ("category=Cups&product={whisk}", "Whisk is not in “Cups”"),
    ],
)
def test_what_cannot_be_read_is_told_and_left_out(client, manager, query, message):
    whisk = make.product(name="Whisk", category="Kitchen")
    make.product(name="Cup", category="Cups")
    response = client.get(f"/board/?{query.format(whisk=whisk.pk)}")
    assert response.status_code == 200
    assert escape(message) in response.content.decode()
    choice = response.context["choice"]
    assert choice.product is None
    assert choice.channel == ""
    if "from" in query or "period" in query:
        assert choice.period.key == "365"


def test_a_choice_stays_in_every_address_of_the_page(client, manager):
    whisk = make.product(name="Whisk", category="Kitchen")
    response = client.get(f"/board/?period=90&product={whisk.pk}&channel=chat")
    assert response.context["choice"].query == f"?period=90&product={whisk.pk}&channel=chat"
    html = response.content.decode()
    assert f'href="/board/why/?period=90&amp;product={whisk.pk}&amp;channel=chat"' in html


def test_figures_that_are_being_made_again_are_said_to_be(client, manager):
    bought(days_ago=3)
    html = client.get("/board/").content.decode()
    assert "being made again" not in html
    sweep()
    bought(days_ago=4)
    mark_days_stale(days=[timezone.localdate()])
    html = client.get("/board/").content.decode()
    assert "The figures of 1 day are being made again" in html
    assert CohortCount.objects.exists()
