"""What became of contacts: repeats and first ones that solved it, of one purchase by hand.

That the counters equal a direct count of varied facts is tested in test_counts.
"""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from tests import make
from thresholds.models import ContactCount, StaleDay
from thresholds.services.counts import recount_stale_days
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought, call
from tickets.models import Reason
from tickets.services.reasons import edit_reason

pytestmark = pytest.mark.django_db


def told_of(*ages_and_fields: tuple[float, dict[str, Any]]) -> tuple[int, int, int, int]:
    """Net, repeats, firsts and firsts resolved of one purchase with these contacts."""
    make.shop(window_days=14)
    purchase = bought(days_ago=40)
    for age, fields in ages_and_fields:
        call(purchase, age, **fields)
    sweep()
    row = ContactCount.objects.get(scope="")
    return row.net, row.repeats, row.firsts, row.firsts_resolved


SOLVED = {"outcome": "resolved"}
MICROSECOND = 1 / (24 * 3600 * 10**6)


@pytest.mark.parametrize(
    ("ages", "told"),
    [
        ([1], (1, 0, 1, 1)),
        ([1, 3, 9.5], (3, 2, 1, 0)),
        ([1, 8], (2, 0, 1, 1)),
        ([1, 8 - MICROSECOND], (2, 1, 1, 0)),
        ([1, 1.2], (1, 0, 1, 1)),
        ([13, 16], (1, 0, 1, 0)),
        ([13, 21], (1, 0, 1, 1)),
    ],
)
def test_a_repeat_is_less_than_seven_days_after_the_one_before(
    ages: list[float], told: tuple[int, ...]
) -> None:
    assert told_of(*((age, SOLVED) for age in ages)) == told


def test_a_first_contact_solved_nothing_when_its_outcome_says_so() -> None:
    assert told_of((1, {"outcome": "promised"})) == (1, 0, 1, 0)


def test_a_contact_about_another_group_of_reasons_leaves_the_first_solved() -> None:
    late = make.reason(group="Way")
    assert told_of((1, {**SOLVED, "reason": make.reason()}), (3, {"reason": late})) == (2, 1, 1, 1)


def test_another_reason_of_the_same_group_says_the_first_one_was_not_solved() -> None:
    late = make.reason(group="Way")
    first = (1, {**SOLVED, "reason": make.reason()})
    contacts = (first, (3, {"reason": late}), (4, {"reason": make.reason()}))

    assert told_of(*contacts) == (3, 2, 1, 0)


def test_contacts_without_a_reason_are_a_group_of_their_own() -> None:
    assert told_of((1, SOLVED), (3, {"reason": make.reason()})) == (2, 1, 1, 1)


def test_a_shop_that_counted_before_has_the_contacts_of_all_its_days_counted() -> None:
    make.shop()
    days = [bought(contacts=1, days_ago=ago).clock_day for ago in (300, 40, 40, 3)]
    sweep()
    ContactCount.objects.all().delete()

    migration = import_module("thresholds.migrations.0010_count_contacts_of_all_days")
    migration.ask_for_all_days(apps, None)

    assert {row.day for row in StaleDay.objects.all()} == set(days)
    assert recount_stale_days() == 3
    assert sum(row.net for row in ContactCount.objects.filter(scope="")) == 4


def test_a_reason_that_moves_to_another_group_has_its_contacts_counted_anew() -> None:
    cracked = make.reason()
    assert told_of((1, {**SOLVED, "reason": make.reason()}), (3, {"reason": cracked}))[3] == 0

    way = Reason.objects.create(name="Way")
    moved = edit_reason(
        reason=cracked, version=cracked.version, values={"parent": way}, actor=make.admin()
    )
    sweep()

    assert moved == 1
    assert ContactCount.objects.get(scope="").firsts_resolved == 1
