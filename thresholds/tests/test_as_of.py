"""Judging history as of a day: later facts are ignored, nothing live changes, the answer repeats."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Shop
from jobs.models import Job
from purchases.models import Purchase
from purchases.services import mark_for_evaluation
from tests import make
from thresholds.models import AsOfResult, Flag, Threshold, ThresholdRevision
from thresholds.services.as_of import ask_as_of, judge_as_of, run_as_of_job
from thresholds.services.evaluation import sweep
from thresholds.services.learning import learn
from thresholds.services.past import end_of
from thresholds.tests.history import call
from tickets.models import Interaction

pytestmark = pytest.mark.django_db
DAY = date(2013, 6, 30)
FIT = ("kind", "number", "mu", "k", "raw_mean", "nine_in_ten", "number_low", "number_high")
ROWS = ("purchases", "exposure", "excluded_rows", "maturity", "warnings", "history_days")


def at(text: str) -> datetime:
    """A moment of the shop's zone (Brussels)."""
    return datetime.fromisoformat(text).replace(tzinfo=Shop.objects.get().zone)


def sold(ordered: str, delivered: str | None = None, **fields: Any) -> Purchase:
    return make.purchase(
        ordered_at=at(ordered), delivered_at=at(delivered) if delivered else None, **fields
    )


def contact(purchase: Purchase, *moments: str, **fields: Any) -> list[Interaction]:
    return [make.interaction(purchase=purchase, occurred_at=at(text), **fields) for text in moments]


def a_past() -> list[Purchase]:
    """A repeatable history around the day: fates that differ before and after it."""
    make.shop(window_days=30)
    chance = random.Random(7)  # noqa: S311 - a repeatable sample, no secret
    customer = make.customer()
    made = []
    for n in range(80):
        ordered = at("2013-07-20T12:00") - timedelta(days=chance.randint(0, 200), hours=n)
        delivered = ordered + timedelta(days=chance.randint(1, 9)) if n % 5 else None
        purchase = make.purchase(ordered_at=ordered, delivered_at=delivered, customer=customer)
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3, 6))):
            moment = ordered + timedelta(hours=chance.randint(0, 24 * 60))
            make.interaction(
                purchase=purchase,
                occurred_at=moment,
                direction=chance.choice(("inbound", "inbound", "inbound", "outbound")),
            )
        made.append(purchase)
    for n in range(9):
        make.interaction(caller="0470", occurred_at=at("2013-06-01T09:00") + timedelta(days=9 * n))
    return made


def test_the_answer_is_what_the_live_way_gives_when_nothing_happened_since() -> None:
    a_past()
    now = end_of(DAY, Shop.objects.get().zone)
    # The live tables as they would stand that evening: what came later is taken away.
    Interaction.objects.filter(occurred_at__gt=now).delete()
    Purchase.objects.filter(ordered_at__gt=now, interactions__isnull=True).delete()
    for each in Purchase.objects.filter(delivered_at__gt=now):
        Purchase.objects.filter(pk=each.pk).update(
            delivered_at=None,
            clock_kind="order",
            clock_at=each.ordered_at + timedelta(days=3),
            window_ends_at=each.ordered_at + timedelta(days=33),
        )
    mark_for_evaluation(purchase_ids=[each.pk for each in Purchase.objects.all()])
    sweep()
    live = learn(now=now)

    answer = judge_as_of(day=DAY)

    for name in (*FIT, *ROWS):
        assert getattr(answer.revision, name) == getattr(live, name), name
    over = Purchase.objects.filter(net_interactions__gte=live.number).order_by("pk")
    assert list(
        answer.revision.as_of_results.order_by("purchase_id").values_list("purchase_id", "net")
    ) == list(over.values_list("pk", "net_interactions"))


def test_what_happens_after_the_day_changes_nothing_and_the_answer_is_the_same_row() -> None:
    purchases = a_past()
    first = judge_as_of(day=DAY)
    assert first.is_new

    contact(purchases[3], "2013-07-01T00:00", "2013-07-02T00:00", "2013-07-05T00:00")
    sold("2013-07-01T00:01")
    undelivered = next(each for each in purchases if each.delivered_at is None)
    Purchase.objects.filter(pk=undelivered.pk).update(
        delivered_at=at("2013-07-03T10:00"), clock_kind="delivery"
    )
    corrected = Interaction.objects.filter(occurred_at__lt=at("2013-06-01T00:00"))[0]
    Interaction.objects.filter(pk=corrected.pk).update(
        superseded_at=timezone.now(), standing="superseded"
    )
    make.interaction(
        purchase=corrected.purchase,
        occurred_at=corrected.occurred_at,
        corrects=corrected,
        direction="outbound",
    )
    again = judge_as_of(day=DAY)

    assert (again.revision, again.is_new) == (first.revision, False)
    assert (again.flagged, again.evaluated) == (first.flagged, first.evaluated)
    assert ThresholdRevision.objects.count() == 1


def test_another_fact_of_that_day_is_another_answer() -> None:
    purchases = a_past()
    first = judge_as_of(day=DAY)
    old = min(purchases, key=lambda each: each.ordered_at)
    contact(old, "2013-06-29T10:00")

    assert judge_as_of(day=DAY).revision != first.revision


def test_no_flag_is_raised_and_no_number_comes_into_force() -> None:
    a_past()
    sweep()
    flags, before = Flag.objects.count(), Shop.objects.values().get()

    answer = judge_as_of(day=DAY, window_days=400)

    assert answer.flagged > 0
    assert Flag.objects.count() == flags
    assert Shop.objects.values().get() == before
    assert Threshold.objects.get().in_force is None
    assert (answer.revision.as_of, answer.revision.published_at) == (DAY, None)
    assert (answer.revision.window_days, answer.revision.merge_hours) == (400, 12)


def test_the_day_ends_at_midnight_in_the_shops_zone() -> None:
    make.shop(time_zone="Europe/Brussels", window_days=30)
    purchase = sold("2013-06-01T10:00", "2013-06-02T10:00")
    contact(purchase, "2013-06-05T10:00", "2013-06-07T10:00", "2013-06-09T10:00")
    contact(purchase, "2013-06-11T10:00", "2013-06-30T23:59:59.999999")
    contact(purchase, "2013-07-01T00:00")

    judge_as_of(day=DAY)

    assert list(AsOfResult.objects.values_list("purchase_id", "net")) == [(purchase.pk, 5)]


def test_a_delivery_still_to_come_leaves_the_clock_on_the_order() -> None:
    make.shop(window_days=10, transit_days=3)
    purchase = sold("2013-06-01T10:00", "2013-07-05T10:00")
    # On the order's clock the window ends on 14 June; on the delivery's on 15 July.
    contact(purchase, *(f"2013-06-{day}T10:00" for day in ("10", "11", "12", "15", "17", "19")))

    judge_as_of(day=DAY)
    assert AsOfResult.objects.count() == 0

    judge_as_of(day=date(2013, 7, 5))
    assert [row.net for row in AsOfResult.objects.all()] == [6]


def test_a_sparse_history_is_read_twice_as_far_back() -> None:
    make.shop()
    for day in ("2013-06-01", "2012-01-01", "2011-01-01"):
        sold(f"{day}T10:00", f"{day}T10:00")

    revision = judge_as_of(day=DAY).revision

    assert (revision.purchases, revision.history_days, revision.history_setting) == (2, 730, 365)


@pytest.mark.parametrize("window", [6, 3651])
def test_a_window_that_makes_no_sense_is_refused(window: int) -> None:
    make.shop()

    with pytest.raises(ValidationError, match="from 7 to 3650"):
        judge_as_of(day=DAY, window_days=window)

    assert ThresholdRevision.objects.count() == 0


def test_a_day_to_come_is_refused_and_today_is_not() -> None:
    make.shop()
    today = timezone.localdate(timezone=Shop.objects.get().zone)

    with pytest.raises(ValidationError, match="not come yet"):
        judge_as_of(day=today + timedelta(days=1))
    assert judge_as_of(day=today).revision.kind == "starting"


def test_a_job_answers_reports_progress_and_links_to_the_answer() -> None:
    a_past()
    boss = make.manager()
    job = ask_as_of(day=DAY, window_days=60, actor=boss)
    assert (job.state, job.params) == ("waiting", {"day": "2013-06-30", "window_days": 60})

    run_as_of_job(job_id=job.pk)
    run_as_of_job(job_id=job.pk)

    job.refresh_from_db()
    revision = ThresholdRevision.objects.get()
    assert (job.state, job.report["revision"], revision.window_days) == ("done", revision.pk, 60)
    assert job.report["link"] == f"/threshold/as-of/{revision.pk}/"
    assert job.report["flagged"] == revision.as_of_results.count()


def test_a_cancelled_job_stops_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    a_past()
    job = ask_as_of(day=DAY, window_days=None, actor=make.manager())
    monkeypatch.setattr("thresholds.services.past.CHUNK", 10)
    monkeypatch.setattr("thresholds.services.as_of.report_progress", lambda **_: False)

    run_as_of_job(job_id=job.pk)

    assert ThresholdRevision.objects.count() == 0
    assert Job.objects.get().state == "running"


def test_contacts_at_equal_moments_are_taken_in_the_order_of_their_keys() -> None:
    make.shop()
    purchase = sold("2013-06-01T10:00", "2013-06-02T10:00")
    call(purchase, 1, 1, 2, 2, 3, 4, 5)

    judge_as_of(day=DAY)

    assert AsOfResult.objects.get().net == 5
