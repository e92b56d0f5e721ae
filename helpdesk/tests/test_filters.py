"""Filters in the address of a list."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from helpdesk.lib.filters import (
    Filtered,
    choice_filter,
    day_filter,
    flag_filter,
    integer_filter,
    read_filters,
    text_filter,
)
from purchases.models import Purchase
from tests import make

ZONE = ZoneInfo("Europe/Brussels")
FILTERS = (
    choice_filter("clock", "clock_kind", "Clock", [("order", "Order"), ("delivery", "Delivery")]),
    choice_filter("one", "clock_kind", "One", lambda: [("order", "Order")], multiple=False),
    integer_filter("net", "net_interactions__gte", "At least", most=1000),
    day_filter("from", "ordered_at__gte", "From"),
    day_filter("to", "ordered_at__lt", "To", after=True),
    day_filter("day", "clock_day", "Day", moment=False),
    text_filter("name", "customer__name_folded__startswith", "Name"),
    flag_filter("undelivered", "delivered_at__isnull", "Not delivered"),
)


def read(query: str) -> Filtered:
    return read_filters(QueryDict(query), FILTERS, ZONE)


def orders(query: str) -> list[str]:
    rows = read(query).apply(Purchase.objects.order_by("order_number"))
    return [row.order_number for row in rows]


@pytest.fixture
def three(db: None) -> None:
    ada, emile = make.customer(name="Ada"), make.customer(name="Émile")
    first = datetime(2026, 3, 1, 22, 59, tzinfo=UTC)
    second = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    make.purchase(order_number="A", customer=ada, ordered_at=first)
    make.purchase(order_number="B", customer=emile, ordered_at=second)
    make.purchase(order_number="C", customer=emile, ordered_at=second, delivered_at=second)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "ABC"),
        ("clock=delivery", "C"),
        ("clock=delivery&clock=order", "ABC"),
        ("one=order&name=em", "B"),
        ("from=2026-03-02", "BC"),
        ("to=2026-03-01", "A"),
        ("day=2026-03-02", "C"),
        ("name=%C3%89mi", "BC"),
        ("undelivered=1", "AB"),
        ("undelivered=0", "C"),
        ("net=1", ""),
        ("clock=", "ABC"),
        ("password=x&customer__name=Ada", "ABC"),
    ],
)
def test_the_address_chooses_the_rows(query: str, found: str) -> None:
    assert "".join(orders(query)) == found
    assert read(query).errors == ()


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "query",
    [
        "clock=moon",
        "net=-1",
        "net=9999",
        "net=1e3",
        "net=%C2%B2",
        "from=31-12-2026",
        "to=9999-12-31",
        "name=%00",
        "undelivered=maybe",
        "name=" + "x" * 500,
    ],
)
def test_a_value_that_cannot_be_read_is_shown_and_filters_nothing(query: str) -> None:
    filtered = read(query)
    assert "".join(orders(query)) == "ABC"
    assert [(e.name, bool(e.message)) for e in filtered.errors] == [
        (query.split("=", maxsplit=1)[0], True)
    ]
    assert filtered.active == ()


@pytest.mark.usefixtures("three")
def test_a_good_value_counts_beside_a_bad_one_of_the_same_filter() -> None:
    filtered = read("clock=moon&clock=delivery")
    assert "".join(orders("clock=moon&clock=delivery")) == "C"
    assert [e.value for e in filtered.errors] == ["moon"]


def test_each_value_in_force_can_be_taken_away() -> None:
    query = "clock=order&clock=delivery&name=em&sort=x&after=abc"
    request = RequestFactory().get(f"/?{query}")
    active = read(query).active
    assert [(a.name, a.text) for a in active] == [
        ("clock", "Order"),
        ("clock", "Delivery"),
        ("name", "em"),
    ]
    assert active[0].query_without(request) == "?clock=delivery&name=em&sort=x"
    assert active[2].query_without(request) == "?clock=order&clock=delivery&sort=x"


def test_the_form_gets_back_what_was_typed() -> None:
    filtered = read("net=many&clock=order&clock=order")
    assert filtered.value("net") == "many"
    assert filtered.values["clock"] == ["order"]
    assert filtered.value("name") == ""
