"""The rows behind a figure: paging, what is left out, what cannot be read, the cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.rows import LISTS
from dashboards.tests.shop import WINDOW, raise_flags
from quality.models import Inspection
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought
from tickets.models import Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    make.shop(window_days=WINDOW)
    person = make.manager()
    client.force_login(person)
    return person


def one_of_each(manager, contacts=2):
    """A row for every list; from 5 contacts on a flag too."""
    sold = bought(contacts=contacts, days_ago=30, reason=make.reason())
    make.rating(purchase=sold)
    promise = {"ticket": make.ticket(purchase=sold), "what": "Ring back", "owner": manager}
    Promise.objects.create(due_at=timezone.now(), **promise)
    lot = make.lot_to_inspect()
    make.signed_inspection(lot=lot)
    make.signed_inspection(lot=lot, stage=Inspection.Stage.SECOND)
    return sold


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_twenty_costs_as_many_queries_as_a_list_of_one(client, name, manager, queries):
    contacts = 6 if name == "flags" else 2
    one_of_each(manager, contacts)
    sweep()
    client.get(f"/board/{name}/")
    with queries() as few:
        assert len(client.get(f"/board/{name}/").context["page"].items) >= 1
    for _n in range(19):
        one_of_each(manager, contacts)
    sweep()
    with queries(exactly=len(few)):
        assert len(client.get(f"/board/{name}/").context["page"].items) >= 20


@pytest.mark.parametrize("name", LISTS)
def test_a_value_that_cannot_be_read_is_told_and_filters_nothing(client, name, manager):
    one_of_each(manager)
    sweep()
    every = client.get(f"/board/{name}/").context["page"].count_text
    response = client.get(f"/board/{name}/?from=soon&product=x&channel=pigeon&net=many&mature=2")
    assert response.context["page"].count_text == every
    assert len(response.context["filtered"].errors) >= 1
    assert b"Write the date as 2026-01-31." in response.content or name == "flags"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("purchases", "channel=pigeon"),
        ("purchases", "clock=broken"),
        ("purchases", "maturing=yes"),
        ("interactions", "reason=0"),
        ("interactions", "reason=99999999999999999999"),
        ("interactions", "fault=luck"),
        ("interactions", "standing=merged"),
        ("received", "direction=up"),
        ("ratings", "score=6"),
        ("flags", "age=4"),
        ("flags", "age=x"),
        ("inspections", "differs=maybe"),
        ("promises", "overdue=2"),
        ("purchases", "category=%00"),
    ],
)
def test_each_parameter_refuses_what_it_does_not_know(client, name, query, manager):
    response = client.get(f"/board/{name}/?{query}")
    assert response.status_code == 200
    assert len(response.context["filtered"].errors) == 1


def test_long_lists_page_by_key_and_keep_their_filters(client, manager):
    for _n in range(53):
        bought(days_ago=30)
    bought(days_ago=3)
    sweep()
    first = client.get("/board/purchases/?mature=1").context["page"]
    assert first.count_text == "53"
    second = client.get(f"/board/purchases/{first.next_query}").context["page"]
    assert len(second.items) == 3
    assert not {each.pk for each in first.items} & {each.pk for each in second.items}


def test_purchases_cancelled_before_dispatch_and_those_still_to_come_are_left_out(client, manager):
    counted = bought(days_ago=30)
    bought(days_ago=30, status="cancelled", dispatched=False)
    make.purchase(ordered_at=timezone.now())
    sweep()
    page = client.get("/board/purchases/").context["page"]
    assert [each.pk for each in page.items] == [counted.pk]


def test_with_a_channel_the_number_is_that_of_the_contacts_through_it(client, manager):
    mixed = bought(contacts=3, days_ago=30)
    make.interaction(
        purchase=mixed, channel="email", occurred_at=mixed.clock_at + timedelta(days=6)
    )
    silent = bought(days_ago=30)
    sweep()

    def found(query):
        page = client.get(f"/board/purchases/?{query}").context["page"]
        return [each.pk for each in page.items]

    assert found("channel=email") == [mixed.pk]
    assert found("channel=email&net=1") == [mixed.pk]
    assert found("channel=phone&net=3") == [mixed.pk]
    assert found("channel=email&net=0") == [silent.pk]
    assert found("channel=email&reached=2") == []


def test_a_filter_can_be_taken_away_and_the_way_back_keeps_the_choice(client, manager):
    whisk = make.product(name="Whisk")
    html = client.get(
        f"/board/purchases/?product={whisk.pk}&net=3&from=2026-01-01"
    ).content.decode()
    assert f'href="?product={whisk.pk}&amp;from=2026-01-01"' in html
    assert f'href="/board/?product={whisk.pk}&amp;from=2026-01-01"' in html
    assert "No such rows" in html


def test_flags_are_told_apart_by_age_owner_and_action(client, manager):
    raise_flags(manager)
    sweep()
    assert Flag.objects.unfinished().count() == 8

    def number(query):
        return client.get(f"/board/flags/?{query}").context["page"].count_text

    assert [number(f"age={place}") for place in range(4)] == ["2", "1", "3", "2"]
    assert number("unowned=1") == "4"
    assert number("state=acknowledged") == "4"
    assert (number("late=1"), number("soon=1")) == ("1", "2")
