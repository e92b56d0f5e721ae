"""Paging by key over real rows, in every order and direction."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.paging import Ordering, Page, count_text, query_with, read_page
from purchases.models import Purchase, PurchaseLine
from tests import make

ORDERINGS = {
    "ordered": Ordering("Ordered", ("ordered_at",)),
    "delivered": Ordering("Delivered", ("delivered_at",), nullable=True),
    "customer": Ordering("Customer", ("customer__name_folded", "ordered_at")),
}
START = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def purchases() -> QuerySet[Purchase]:
    return Purchase.objects.all()


def seed() -> None:
    """Eleven purchases: moments that tie, three without delivery, names that tie."""
    people = [make.customer(name="Ada"), make.customer(name="Émile")]
    for n in range(11):
        delivered = None if n % 4 == 3 else START + timedelta(days=n // 3)
        make.purchase(
            customer=people[n % 2],
            ordered_at=START - timedelta(days=n // 2),
            delivered_at=delivered,
        )


def page(query: str, size: int = 3) -> Page[Purchase]:
    return read_page(RequestFactory().get(f"/{query}"), purchases(), ORDERINGS, "-ordered", size)


def walk_forward(query: str) -> list[Page[Purchase]]:
    pages = [page(query)]
    while pages[-1].has_next:
        pages.append(page(pages[-1].next_query))
    return pages


def keys(rows: list[Purchase]) -> list[int]:
    return [row.pk for row in rows]


def expected(sort: str) -> list[int]:
    """The order in plain Python: NULLs last in both directions, the key following the direction."""
    down = sort.startswith("-")
    rows = list(purchases().select_related("customer"))
    values = {
        "ordered": lambda p: (p.ordered_at, p.pk),
        "delivered": lambda p: (p.delivered_at, p.pk),
        "customer": lambda p: (p.customer.name_folded, p.ordered_at, p.pk),
    }
    key = sort.removeprefix("-")
    empty = [p for p in rows if key == "delivered" and p.delivered_at is None]
    valued = [p for p in rows if p not in empty]
    return keys(
        sorted(valued, key=values[key], reverse=down)
        + sorted(empty, key=lambda p: p.pk, reverse=down)
    )


SORTS = [f"{sign}{key}" for key in ORDERINGS for sign in ("", "-")]


@pytest.mark.parametrize("sort", SORTS)
def test_every_row_comes_once_and_in_order(sort: str) -> None:
    seed()
    pages = walk_forward(f"?sort={sort}")
    assert [len(p.items) for p in pages] == [3, 3, 3, 2]
    assert [pk for p in pages for pk in keys(p.items)] == expected(sort)


@pytest.mark.parametrize("sort", SORTS)
def test_the_way_back_shows_the_same_pages(sort: str) -> None:
    seed()
    pages = walk_forward(f"?sort={sort}")
    back = [pages[-1]]
    while back[-1].has_previous:
        back.append(page(back[-1].previous_query))
    assert [keys(p.items) for p in back[::-1]] == [keys(p.items) for p in pages]
    assert back[0].has_previous
    assert not back[0].has_next
    assert not back[-1].has_previous


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "é",
        "A" * 3000,
        cursor("-ordered"),
        cursor("-ordered", None, 1),
        cursor("-ordered", "2026-01-01", 1),
        cursor("-ordered", "2026-01-01T00:00:00+00:00", 2**70),
        cursor("-ordered", "2026-01-01T00:00:00+00:00", "x\0"),
        cursor("-ordered", ["2026"], {"a": 1}),
        cursor("delivered", "2026-01-01T00:00:00+00:00", 1),
        cursor("[" * 1000),
    ],
)
def test_a_tampered_place_gives_the_first_page(text: str) -> None:
    seed()
    for place in ("after", "before"):
        query = QueryDict(mutable=True)
        query[place] = text
        assert keys(page(f"?{query.urlencode()}").items) == expected("-ordered")[:3]


def test_an_unknown_sort_gives_the_default() -> None:
    seed()
    assert page("?sort=customer__name").sort == "-ordered"
    assert keys(page("?sort=--ordered").items) == expected("-ordered")[:3]


def test_rows_that_vanished_give_the_first_page() -> None:
    seed()
    last = walk_forward("?sort=ordered")[-2].next_query
    purchases().filter(pk__in=expected("ordered")[3:]).delete()
    assert keys(page(last).items) == expected("ordered")


def test_filters_stay_in_the_links_and_the_place_does_not_stay_in_the_headings() -> None:
    seed()
    first = page("?state=sent&state=lost&sort=ordered")
    assert first.next_query.startswith("?state=sent&state=lost&sort=ordered&after=")
    second = page(first.next_query)
    heading = second.sort_links["ordered"]
    assert (heading.query, heading.active) == ("?state=sent&state=lost&sort=-ordered", True)
    assert second.sort_links["customer"].query == "?state=sent&state=lost&sort=customer"


def test_a_count_is_exact_to_999_then_stops_counting() -> None:
    seed()
    assert page("").count_text == "11"
    assert page("", size=20).count_text == "11"
    product = make.product()
    purchase = purchases().first()
    PurchaseLine.objects.bulk_create(
        PurchaseLine(purchase=purchase, product=product, quantity=Decimal(1), occurrence=n)
        for n in range(1, 1000)
    )
    lines = PurchaseLine.objects.all()
    assert count_text(lines) == "999"
    PurchaseLine.objects.create(
        purchase=purchase, product=product, quantity=Decimal(1), occurrence=2000
    )
    assert count_text(lines) == "1000+"


def test_a_page_costs_the_same_queries_for_one_row_and_for_many() -> None:
    make.purchase()
    with CaptureQueriesContext(
        connection,
    ) as one:
        page("?sort=ordered")
    seed()
    with CaptureQueriesContext(connection) as many:
        page("?sort=ordered", size=20)
    assert (len(one), len(many)) == (1, 1)


def test_the_rows_after_a_place_are_one_range_of_an_index() -> None:
    seed()
    with CaptureQueriesContext(connection) as queries:
        page(page("?sort=ordered").next_query)
    sql = queries.captured_queries[-2]["sql"]
    assert '("purchases_purchase"."ordered_at", "purchases_purchase"."id") >' in sql


def test_a_decimal_column_sorts_by_number() -> None:
    purchase, product = make.purchase(), make.product()
    for n, quantity in enumerate(["10", "9.5", "9.50", "100"]):
        PurchaseLine.objects.create(
            purchase=purchase, product=product, quantity=Decimal(quantity), occurrence=n
        )
    orderings = {"quantity": Ordering("Quantity", ("quantity",))}
    seen, query = [], "?sort=quantity"
    while query:
        request = RequestFactory().get(f"/{query}")
        found = read_page(request, PurchaseLine.objects.all(), orderings, "quantity", 1)
        seen += [line.quantity for line in found.items]
        query = found.next_query
    assert seen == [Decimal("9.5"), Decimal("9.5"), Decimal(10), Decimal(100)]


def test_a_query_can_be_changed_emptied_and_given_several_values() -> None:
    request = RequestFactory().get("/?a=1&b=2&after=x")
    assert query_with(request, a=None, after=None) == "?b=2"
    assert query_with(request, b=[3, 4], after=None) == "?a=1&b=3&b=4"
    assert query_with(request, a="é&", b=None, after=None) == "?a=%C3%A9%26"
