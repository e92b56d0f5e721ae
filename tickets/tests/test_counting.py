"""Counting: the pure rule by example, and the database's own counting equal to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from purchases.models import Purchase
from tests import make
from tickets.models import Interaction
from tickets.rules import Contact, Count, Standing, Window, count_contacts, find_standings
from tickets.services.counting import recount_all, recount_purchases

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WINDOW = Window(starts_at=START, ends_at=START + timedelta(days=90))
NOW = START + timedelta(days=200)
HALF_DAY = timedelta(hours=12)


def contact(key: int, hours: float, **fields: bool) -> Contact:
    fields.setdefault("inbound", True)
    fields.setdefault("reason_counts", True)
    return Contact(key=key, occurred_at=START + timedelta(hours=hours), **fields)


def standings(*contacts: Contact, now: datetime = NOW) -> list[Standing]:
    found = find_standings(contacts, window=WINDOW, merge_under=HALF_DAY, now=now)
    return [found[one.key] for one in contacts]


def test_a_second_contact_under_twelve_hours_is_merged_and_one_at_twelve_hours_counts():
    assert standings(contact(1, 0), contact(2, 11.99)) == ["net", "merged"]
    assert standings(contact(1, 0), contact(2, 12)) == ["net", "net"]


def test_merging_looks_at_the_previous_counting_contact_whatever_became_of_it():
    chain = [contact(n, n * 8) for n in range(4)]
    assert standings(*chain) == ["net", "merged", "merged", "merged"]


@pytest.mark.parametrize(
    "between",
    [{"inbound": False}, {"reason_counts": False}, {"is_system": True}, {"superseded": True}],
)
def test_what_does_not_count_merges_nothing_and_hides_nothing(between: dict[str, bool]):
    found = standings(contact(1, 0), contact(2, 8, **between), contact(3, 12))
    assert [found[0], found[2]] == ["net", "net"]
    found = standings(contact(1, 0), contact(2, 8, **between), contact(3, 11))
    assert [found[0], found[2]] == ["net", "merged"]


def test_each_kind_of_contact_has_its_standing():
    assert standings(
        contact(1, 0, superseded=True),
        contact(2, 0, inbound=False),
        contact(3, 0, reason_counts=False),
        contact(4, 0, is_system=True),
        contact(5, 24 * 90),
        contact(6, 24 * 300),
    ) == ["superseded", "ours", "excluded", "excluded", "later", "future"]


def test_a_contact_before_the_delivery_counts():
    assert standings(contact(1, -100)) == ["net"]


def test_a_contact_that_merges_with_one_inside_the_window_is_merged_not_later():
    assert standings(contact(1, 24 * 90 - 1), contact(2, 24 * 90 + 1)) == ["net", "merged"]


def test_without_a_purchase_nothing_counts_and_a_superseded_one_stays_superseded():
    found = find_standings(
        [contact(1, 0), contact(2, 0, superseded=True)],
        window=None,
        merge_under=HALF_DAY,
        now=NOW,
    )
    assert found == {1: "unattributed", 2: "superseded"}


def test_the_sums_of_a_purchase():
    contacts = [
        contact(1, 0),
        contact(2, 1),
        contact(3, 24 * 7 - 0.01),
        contact(4, 24 * 8),
        contact(5, 24 * 95),
        contact(6, 24 * 96, inbound=False),
        contact(7, 24 * 97, superseded=True),
        contact(8, 24 * 300),
    ]
    found = find_standings(contacts, window=WINDOW, merge_under=HALF_DAY, now=NOW)
    assert count_contacts(contacts, found, window=WINDOW, now=NOW) == Count(
        gross=7,
        net=3,
        merged=1,
        later=1,
        first_week_net=2,
        last_at=START + timedelta(days=96),
    )


MOMENTS = st.one_of(
    # Multiples of twelve hours meet the border exactly; the rest come near it.
    st.integers(-30, 230).map(lambda half_days: timedelta(hours=12 * half_days)),
    st.timedeltas(min_value=timedelta(days=-5), max_value=timedelta(days=110)),
)
ROWS = st.lists(
    st.tuples(MOMENTS, st.booleans(), st.sampled_from(["none", "counts", "not"]), st.booleans()),
    max_size=12,
)


def by_the_rule(purchase: Purchase, now: datetime) -> tuple[dict[int, str], Count]:
    rows = list(Interaction.objects.filter(purchase=purchase).select_related("reason"))
    contacts = [
        Contact(
            key=row.pk,
            occurred_at=row.occurred_at,
            inbound=row.direction == "inbound",
            reason_counts=row.reason is None or row.reason.counts,
            is_system=row.is_system,
            superseded=row.superseded_at is not None,
        )
        for row in rows
    ]
    window = Window(purchase.clock_at, purchase.window_ends_at)
    found = find_standings(contacts, window=window, merge_under=HALF_DAY, now=now)
    return dict(found), count_contacts(contacts, found, window=window, now=now)


def stored(purchase: Purchase) -> tuple[dict[int, str], Count]:
    purchase.refresh_from_db()
    rows = Interaction.objects.filter(purchase=purchase).values_list("pk", "standing")
    return dict(rows), Count(
        gross=purchase.gross_interactions,
        net=purchase.net_interactions,
        merged=purchase.merged_interactions,
        later=purchase.later_interactions,
        first_week_net=purchase.first_week_net,
        last_at=purchase.last_interaction_at,
    )


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shops=st.lists(ROWS, min_size=1, max_size=3), all_at_once=st.booleans())
def test_the_database_counts_exactly_as_the_rule_does(
    db: None, shops: Sequence[list[tuple[timedelta, bool, str, bool]]], all_at_once: bool
):
    Interaction.objects.all().delete()
    Purchase.objects.all().delete()
    counting, not_counting = make.reason(), make.reason(counts=False)
    reasons = {"none": None, "counts": counting, "not": not_counting}
    # Ten days from the end of the window there are moments in the future as well.
    start = timezone.now() - timedelta(days=80)
    purchases = [make.purchase(delivered_at=start) for _ in shops]
    for purchase, rows in zip(purchases, shops, strict=True):
        for after, inbound, reason, superseded in rows:
            make.interaction(
                purchase=purchase,
                occurred_at=start + after,
                direction="inbound" if inbound else "outbound",
                reason=reasons[reason],
                superseded_at=timezone.now() if superseded else None,
                standing="superseded" if superseded else "net",
            )
    if all_at_once:
        recount_all()
    else:
        recount_purchases(purchase_ids=[purchase.pk for purchase in purchases])
    now = timezone.now()
    for purchase in purchases:
        assert stored(purchase) == by_the_rule(purchase, now)
    assert recount_all() == 0


@pytest.mark.django_db
def test_recounting_says_how_many_purchases_differed_and_leaves_the_others_alone():
    right, wrong, empty = make.purchase(), make.purchase(), make.purchase()
    for purchase in (right, wrong):
        make.interaction(purchase=purchase, occurred_at=purchase.ordered_at)
    assert recount_all() == 2
    Purchase.objects.filter(pk=wrong.pk).update(net_interactions=0, first_week_net=0)
    Purchase.objects.filter(pk=empty.pk).update(gross_interactions=3)
    assert recount_purchases(purchase_ids=[right.pk]) == 0
    assert recount_purchases(purchase_ids=[right.pk, wrong.pk, empty.pk]) == 2
    assert stored(wrong) == by_the_rule(wrong, timezone.now())
    assert stored(empty)[1].gross == 0
    assert recount_purchases(purchase_ids=[]) == 0


@pytest.mark.django_db
def test_the_full_recount_finds_rows_astray_even_where_the_counters_add_up():
    make.shop()
    purchase = make.purchase()
    first, second = (
        make.interaction(purchase=purchase, occurred_at=purchase.ordered_at + timedelta(hours=n))
        for n in (0, 1)
    )
    assert recount_all() == 1
    Interaction.objects.filter(pk=first.pk).update(standing=Standing.MERGED)
    Interaction.objects.filter(pk=second.pk).update(standing=Standing.NET)

    assert recount_all() == 1

    rows = Interaction.objects.filter(purchase=purchase).order_by("pk")
    assert list(rows.values_list("standing", flat=True)) == ["net", "merged"]
