"""The maintained counters equal a direct count of the facts, whatever happened before."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Shop
from purchases.models import Product, Purchase, PurchaseLine
from purchases.services import apply_clock, mark_for_evaluation
from tests import make
from thresholds.models import (
    CohortCount,
    ContactCount,
    ProductCount,
    ReasonCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
    Threshold,
)
from thresholds.services.counts import mark_days_stale, mark_received_days, recount_stale_days
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought, call, judge
from tickets.models import Interaction, Rating

pytestmark = pytest.mark.django_db
Counts = Counter[tuple[Any, ...]]


def scopes(purchase: Purchase) -> list[str]:
    """Every scope a purchase stands in, once."""
    products = [line.product for line in purchase.lines.select_related("product")]
    found = {f"p:{product.pk}" for product in products}
    found |= {f"c:{product.category}" for product in products if product.category}
    return ["", *sorted(found)]


def judged() -> list[Purchase]:
    return [each for each in Purchase.objects.all() if each.is_judged]


def cohorts_by_hand() -> Counts:
    """(day, scope, channel, net) → purchases, first week, later, undelivered, as four counts."""
    found: Counts = Counter()
    for each in judged():
        rows = list(Interaction.objects.filter(purchase=each, standing__in=["net", "later"]))
        undelivered = int(each.clock_kind == "order")
        every = (each.net_interactions, each.first_week_net, each.later_interactions, undelivered)
        keys = [("", *every)]
        for channel in {row.channel for row in rows}:
            mine = [row.standing for row in rows if row.channel == channel]
            keys.append((channel, mine.count("net"), 0, mine.count("later"), 0))
        for scope in scopes(each):
            for channel, net, first_week, later, undelivered in keys:
                place = (each.clock_day, scope, channel, net)
                found[*place, "purchases"] += 1
                found[*place, "first week"] += first_week
                found[*place, "later"] += later
                found[*place, "undelivered"] += undelivered
    return +found


def cohorts_stored() -> Counts:
    found: Counts = Counter()
    for row in CohortCount.objects.all():
        place = (row.day, row.scope, row.channel, row.net)
        found[*place, "purchases"] += row.purchases
        found[*place, "first week"] += row.first_week_net
        found[*place, "later"] += row.later
        found[*place, "undelivered"] += row.without_delivery
    return +found


def products_by_hand() -> Counts:
    found: Counts = Counter()
    for each in judged():
        for product in {line.product_id for line in each.lines.all()}:
            found[each.clock_day, product, "purchases"] += 1
            found[each.clock_day, product, "net"] += each.net_interactions
    return +found


def products_stored() -> Counts:
    found: Counts = Counter()
    for row in ProductCount.objects.all():
        found[row.day, row.product_id, "purchases"] = row.purchases
        found[row.day, row.product_id, "net"] = row.net
    return +found


def reasons_by_hand() -> Counts:
    found: Counts = Counter()
    for each in judged():
        for row in Interaction.objects.filter(purchase=each, standing="net"):
            for scope in scopes(each):
                for channel in ("", row.channel):
                    found[each.clock_day, scope, channel, row.reason_id] += 1
    return found


def reasons_stored() -> Counts:
    rows = ReasonCount.objects.values_list("day", "scope", "channel", "reason_id", "net")
    found: Counts = Counter()
    for *place, net in rows:
        found[tuple(place)] += net
    return found


def scores_by_hand() -> Counts:
    return Counter(
        (each.clock_day, scope, rating.score)
        for each in judged()
        for rating in Rating.objects.filter(purchase=each)
        for scope in scopes(each)
    )


def scores_stored() -> Counts:
    rows = ScoreCount.objects.values_list("day", "scope", "score", "ratings")
    return Counter({tuple(place): ratings for *place, ratings in rows})


def contacts_by_hand() -> Counts:
    """METHOD 1 word by word, contact after contact."""
    week = timedelta(days=7)
    found: Counts = Counter()
    for each in judged():
        rows = list(
            Interaction.objects.filter(purchase=each, standing__in=["net", "later"])
            .select_related("reason")
            .order_by("occurred_at", "pk")
        )
        net = [row for row in rows if row.standing == "net"]
        told = Counter(net=len(net))
        for before, row in pairwise(net):
            told["repeats"] += row.occurred_at - before.occurred_at < week
        for first in net[:1]:
            followed = any(
                group_of(row) == group_of(first) and row.occurred_at - first.occurred_at < week
                for row in rows[1:]
            )
            told["firsts"] += 1
            told["firsts_resolved"] += first.outcome == "resolved" and not followed
        for scope in scopes(each):
            for name, number in told.items():
                found[each.clock_day, scope, name] += number
    return +found


def group_of(contact: Interaction) -> int | None:
    return contact.reason.parent_id if contact.reason else None


def contacts_stored() -> Counts:
    found: Counts = Counter()
    for row in ContactCount.objects.all():
        for name in ("net", "repeats", "firsts", "firsts_resolved"):
            found[row.day, row.scope, name] = getattr(row, name)
    return +found


def received_by_hand() -> Counts:
    zone = Shop.objects.get().zone
    found: Counts = Counter()
    for row in Interaction.objects.current():
        place = (row.occurred_at.astimezone(zone).date(), row.channel, row.direction)
        found[*place, "received"] += 1
        found[*place, "without"] += row.reason_id is None
    return +found


def received_stored() -> Counts:
    found: Counts = Counter()
    for row in ReceivedCount.objects.all():
        place = (row.day, row.channel, row.direction)
        found[*place, "received"] = row.received
        found[*place, "without"] = row.without_reason
    return +found


def assert_counters_fit() -> None:
    assert cohorts_stored() == cohorts_by_hand()
    assert products_stored() == products_by_hand()
    assert reasons_stored() == reasons_by_hand()
    assert contacts_stored() == contacts_by_hand()
    assert scores_stored() == scores_by_hand()
    assert received_stored() == received_by_hand()


contact = st.tuples(
    st.floats(min_value=-1, max_value=28, allow_nan=False),
    st.sampled_from(["phone", "email", "chat"]),
    st.sampled_from(["inbound", "inbound", "inbound", "outbound"]),
    st.integers(min_value=0, max_value=3),
    st.sampled_from(["resolved", "resolved", "promised", ""]),
)
sale = st.fixed_dictionaries(
    {
        "days_ago": st.integers(min_value=1, max_value=25),
        "products": st.lists(st.integers(min_value=0, max_value=2), max_size=3),
        "status": st.sampled_from(["delivered", "delivered", "cancelled"]),
        "contacts": st.lists(contact, max_size=5),
        "scores": st.lists(st.integers(min_value=1, max_value=5), max_size=2),
    }
)
change = st.tuples(
    st.integers(min_value=0, max_value=5),
    st.sampled_from(["deliver", "cancel", "call", "line", "nothing"]),
    st.integers(min_value=-3, max_value=3),
)


@settings(max_examples=15, derandomize=True, deadline=None, database=None)
@given(sales=st.lists(sale, max_size=5), changes=st.lists(change, max_size=4))
def test_after_any_changes_the_counters_are_what_the_facts_add_up_to(
    sales: list[dict[str, Any]], changes: list[tuple[int, str, int]]
) -> None:
    with transaction.atomic():
        shop = make.shop(window_days=14)
        reasons = [None, make.reason(), make.reason(counts=False), make.reason(group="Way")]
        products = [make.product(category="Mugs"), make.product(category="Mugs"), make.product()]
        purchases = [add(entry, products, reasons) for entry in sales]
        sweep()
        assert_counters_fit()

        for place, kind, days in changes:
            if place < len(purchases):
                alter(purchases[place], kind, days, shop, products)
        sweep()
        assert_counters_fit()
        assert StaleDay.objects.count() == 0
        transaction.set_rollback(True)


def add(entry: dict[str, Any], products: list[Product], reasons: list[Any]) -> Purchase:
    made = bought(
        days_ago=entry["days_ago"],
        products=tuple(products[n] for n in sorted(set(entry["products"]))),
        status=entry["status"],
        dispatched=entry["status"] == "delivered",
    )
    for age, channel, direction, reason, outcome in entry["contacts"]:
        said = {"channel": channel, "direction": direction, "outcome": outcome}
        call(made, age, reason=reasons[reason], **said)
    for score in entry["scores"]:
        make.rating(purchase=made, score=score)
    return made


def alter(purchase: Purchase, kind: str, days: int, shop: Shop, products: list[Product]) -> None:
    """What a person might do afterwards; whoever does it marks the purchase."""
    purchase.refresh_from_db()
    if kind == "deliver" and purchase.delivered_at:
        purchase.delivered_at += timedelta(days=days)
        apply_clock(purchase, shop)
    elif kind == "cancel":
        purchase.status = "cancelled"
    elif kind == "call":
        call(purchase, 1, channel="chat", reason=None)
    elif kind == "line":
        PurchaseLine.objects.create(purchase=purchase, product=products[0], occurrence=9)
    purchase.save()
    mark_for_evaluation(purchase_ids=[purchase.pk])


def test_a_purchase_stands_once_in_a_category_however_many_lines_it_has() -> None:
    mug, cup = make.product(category="Mugs"), make.product(category="Mugs")
    purchase = bought(contacts=2, products=(mug, cup))
    sweep()

    rows = CohortCount.objects.filter(channel="").order_by("scope")
    assert [(row.scope, row.net, row.purchases) for row in rows] == [
        ("", 2, 1),
        ("c:Mugs", 2, 1),
        (f"p:{mug.pk}", 2, 1),
        (f"p:{cup.pk}", 2, 1),
    ]
    assert {row.day for row in rows} == {purchase.clock_day}


def test_the_day_a_contact_came_in_is_the_day_in_the_shops_zone() -> None:
    make.shop(time_zone="Europe/Brussels")
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    make.interaction(occurred_at=late, caller="0470")
    sweep()

    row = ReceivedCount.objects.get()
    assert (row.day.isoformat(), row.received, row.without_reason) == ("2026-03-02", 1, 1)


def test_only_days_with_something_new_are_asked_for() -> None:
    make.shop()
    past = timezone.now() - timedelta(minutes=10)
    make.interaction(caller="a", occurred_at=past - timedelta(days=3), logged_at=past)
    make.interaction(caller="b", occurred_at=past - timedelta(days=2), logged_at=past)
    assert mark_received_days() == 2
    recount_stale_days()
    assert Threshold.objects.get().received_up_to == Interaction.objects.latest("pk").pk
    assert mark_received_days() == 0

    make.interaction(caller="c", occurred_at=past - timedelta(days=2))
    assert mark_received_days() == 1
    recount_stale_days()
    assert received_stored() == received_by_hand()


def test_a_row_with_a_smaller_key_that_was_committed_late_is_still_found() -> None:
    make.shop()
    first = make.interaction(caller="a")
    Threshold.objects.create(pk=1, received_up_to=first.pk + 500)

    assert mark_received_days() == 1


def test_a_correction_moves_the_contact_to_its_new_day() -> None:
    make.shop()
    wrong = make.interaction(caller="a", occurred_at=timezone.now() - timedelta(days=9))
    sweep()
    Interaction.objects.filter(pk=wrong.pk).update(
        standing="superseded", superseded_at=timezone.now()
    )
    make.interaction(caller="a", occurred_at=timezone.now() - timedelta(days=8), corrects=wrong)
    sweep()

    assert received_stored() == received_by_hand()
    assert ReceivedCount.objects.count() == 1


def test_marking_a_day_again_changes_its_mark() -> None:
    day = timezone.localdate()
    mark_days_stale(days=[day])
    first = StaleDay.objects.get().mark
    mark_days_stale(days=[day])

    assert StaleDay.objects.get().mark > first


def test_evaluating_leaves_the_counters_to_the_sweep() -> None:
    purchase = bought(contacts=1)
    judge(purchase)

    assert (CohortCount.objects.count(), StaleDay.objects.count()) == (0, 1)
    assert recount_stale_days() == 1
    assert CohortCount.objects.filter(channel="").get().net == 1
