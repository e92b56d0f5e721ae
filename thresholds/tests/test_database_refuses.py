"""What the database itself refuses in this room, each constraint by its name, on both engines."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests import make
from thresholds.models import (
    AsOfResult,
    CohortCount,
    ContactCount,
    Flag,
    FlagEvent,
    ProductCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
    Threshold,
    ThresholdRevision,
)
from thresholds.services.learning import learn
from thresholds.services.number import the_threshold
from thresholds.tests.history import bought, flag_of, judge

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def refuses(name: str, act: Callable[[], object]) -> None:
    """The database refuses, and names the constraint (SQLite names the columns of a unique one)."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    unique = "UNIQUE constraint failed" in str(refused.value)
    named = any(each in str(refused.value) for each in name.split(" or "))
    assert named or (connection.vendor == "sqlite" and unique)


def a_flag() -> Flag:
    purchase = bought(contacts=5)
    judge(purchase)
    return flag_of(purchase)


ENDED = {"closed_at": timezone.now(), "net_when_closed": 5}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("flag_state_known or flag_finished_has_moment_and_net", {"state": "lost", **ENDED}),
        ("flag_finished_has_moment_and_net", {"state": "moved"}),
        ("flag_finished_has_moment_and_net", {"state": "open", "closed_at": timezone.now()}),
        (
            "flag_finished_has_moment_and_net",
            {"state": "moved", "closed_at": timezone.now(), "net_when_closed": None},
        ),
        ("flag_acknowledged_has_owner", {"state": "acknowledged"}),
        ("flag_closed_is_explained", {"state": "closed", **ENDED}),
        ("flag_dismissed_has_reason", {"state": "dismissed", **ENDED}),
        ("flag_cause_fault_known", {"cause_fault": "weather"}),
    ],
)
def test_a_flag_in_no_possible_state(name: str, fields: dict[str, Any]) -> None:
    flag = a_flag()

    refuses(name, lambda: Flag.objects.filter(pk=flag.pk).update(**fields))


def test_two_unfinished_flags_on_one_purchase() -> None:
    flag = a_flag()

    refuses(
        "flag_one_unfinished_per_purchase",
        lambda: Flag.objects.create(purchase=flag.purchase, threshold=5, net_when_raised=5),
    )


def test_an_event_of_no_known_kind() -> None:
    flag = a_flag()

    refuses("flag_event_kind_known", lambda: FlagEvent.objects.create(flag=flag, kind="sung"))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("flag_stays_ended", {"state": "open", "closed_at": None, "net_when_closed": None}),
        ("flag_stays_ended", {"net_when_closed": 99}),
        ("flag_keeps_why_it_was_raised", {"threshold": 2}),
        ("flag_keeps_why_it_was_raised", {"net_when_raised": 2}),
        ("flag_keeps_why_it_was_raised", {"raised_at": timezone.now()}),
    ],
)
def test_an_ended_flag_never_changes(name: str, fields: dict[str, Any]) -> None:
    flag = a_flag()
    Flag.objects.filter(pk=flag.pk).update(state="moved", **ENDED)

    refuses(name, lambda: Flag.objects.filter(pk=flag.pk).update(**fields))


def test_history_is_never_rewritten() -> None:
    a_flag()

    refuses("flag_event_is_append_only", lambda: FlagEvent.objects.update(note="rewritten"))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("revision_is_frozen", {"number": 9}),
        ("revision_is_frozen", {"mu": 0.5}),
        ("revision_is_frozen", {"maturity": [1]}),
        ("revision_is_frozen", {"as_of": DAY}),
        ("revision_is_published_once", {"published_at": None}),
    ],
)
def test_a_run_is_kept_as_it_was_made(name: str, fields: dict[str, Any]) -> None:
    make.shop()
    run = ThresholdRevision.objects.filter(pk=learn().pk)

    refuses(name, lambda: run.update(**fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("revision_kind_known", {"kind": "guessed", "mu": 1, "k": 1}),
        ("revision_number_positive", {"number": 0}),
        ("revision_learned_has_fit", {"kind": "learned", "mu": None, "k": 1.0}),
        ("revision_as_of_is_never_in_force", {"as_of": DAY, "published_at": timezone.now()}),
    ],
)
def test_a_run_that_cannot_be(name: str, fields: dict[str, Any]) -> None:
    make.shop()
    run = learn()
    run.pk = None
    for field, value in fields.items():
        setattr(run, field, value)

    refuses(name, run.save)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("threshold_alpha_in_range", {"alpha": 0.5}),
        ("threshold_alpha_in_range", {"alpha": 0}),
        ("threshold_trim_in_range", {"trim": 0.5}),
        ("threshold_floor_positive", {"floor": 0}),
        ("threshold_start_positive", {"starting_number": 0}),
        ("threshold_pin_has_reason", {"pinned_number": 4}),
        ("threshold_pin_has_reason", {"pinned_at": timezone.now()}),
    ],
)
def test_settings_and_pins_that_make_no_sense(name: str, fields: dict[str, Any]) -> None:
    the_threshold()

    refuses(name, lambda: Threshold.objects.update(**fields))


def test_a_pin_without_its_reason() -> None:
    the_threshold()
    pin = {"pinned_number": 4, "pinned_at": timezone.now(), "pinned_by": make.manager()}

    refuses("threshold_pin_has_reason", lambda: Threshold.objects.update(**pin))


def test_a_second_threshold() -> None:
    refuses("threshold_is_one", lambda: Threshold.objects.create(pk=2))


def test_a_day_or_a_count_twice() -> None:
    product, purchase = make.product(), make.purchase()
    run = learn()
    for name, make_one in (
        ("stale_day_once", lambda: StaleDay.objects.create(kind="cohort", day=DAY, mark=1)),
        (
            "cohort_count_once",
            lambda: CohortCount.objects.create(day=DAY, net=1, purchases=1),
        ),
        (
            "product_count_once",
            lambda: ProductCount.objects.create(day=DAY, product=product, purchases=1, net=1),
        ),
        (
            "received_count_once",
            lambda: ReceivedCount.objects.create(
                day=DAY, channel="phone", direction="inbound", received=1
            ),
        ),
        (
            "contact_count_once",
            lambda: ContactCount.objects.create(
                day=DAY, net=1, repeats=0, firsts=1, firsts_resolved=0
            ),
        ),
        ("score_count_once", lambda: ScoreCount.objects.create(day=DAY, score=5, ratings=1)),
        (
            "as_of_result_once",
            lambda: AsOfResult.objects.create(revision=run, purchase=purchase, net=5),
        ),
    ):
        make_one()
        refuses(name, make_one)


def test_a_stale_day_of_no_known_kind() -> None:
    refuses("stale_day_kind_known", lambda: StaleDay.objects.create(kind="lunar", day=DAY, mark=1))
