"""Evaluations and savings at the same moment, on connections of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notices.models import Notice
from purchases.models import Purchase
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import Evaluation, evaluate_purchases, sweep
from thresholds.tests.history import bought
from thresholds.tests.processes import start_python
from tickets.models import Interaction, Reason
from tickets.services import log_interaction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.locking]
WORKERS = 4


def closing(work: Callable[[], object]) -> Callable[[], object]:
    """The work, with its thread's connection closed behind it."""

    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    return run


def log(purchase: Purchase, reason: Reason) -> Interaction:
    return log_interaction(
        actor=make.agent(),
        channel="phone",
        direction="inbound",
        reason=reason,
        outcome="no_action",
        summary="Again",
        occurred_at=timezone.now(),
        purchase=purchase,
    )


def test_an_interaction_saved_during_an_evaluation_is_not_missed() -> None:
    purchase, reason = bought(contacts=4), make.reason()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # The evaluation has read everything and cleared the mark, but is not over.
            assert evaluate_purchases(purchase_ids=[purchase.pk]) == Evaluation(evaluated=1)
            saving: Future[object] = pool.submit(closing(lambda: log(purchase, reason)))
            with pytest.raises(TimeoutError):
                saving.result(timeout=0.3)
        saving.result(timeout=20)

    assert list(Purchase.objects.marked()) == [purchase]
    assert sweep().raised == 1
    assert Flag.objects.get().net_when_raised == 5


def test_an_interaction_being_saved_when_the_evaluation_begins_is_not_missed() -> None:
    purchase, reason = bought(contacts=4), make.reason()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            log(purchase, reason)
            evaluating: Future[object] = pool.submit(
                closing(lambda: evaluate_purchases(purchase_ids=[purchase.pk]))
            )
            if connection.vendor == "postgresql":
                # It does not wait for the person who is saving: the purchase is left to the next.
                assert evaluating.result(timeout=20) == Evaluation()
        evaluating.result(timeout=20)

    sweep()
    assert Flag.objects.get().net_when_raised == 5
    assert Purchase.objects.marked().count() == 0


def test_four_workers_beside_each_other_flag_and_tell_nothing_twice() -> None:
    boss = make.manager()
    customer, reason = make.customer(), make.reason()
    purchases = [bought(contacts=5, customer=customer) for _ in range(30)]
    growing = [bought(contacts=4, customer=customer) for _ in range(4)]
    keys = [each.pk for each in (*purchases, *growing)]
    together = threading.Barrier(WORKERS)

    def work(place: int) -> None:
        together.wait(timeout=20)
        for _ in range(3):
            evaluate_purchases(purchase_ids=keys)
            sweep(seconds=5)
        log(growing[place], reason)
        evaluate_purchases(purchase_ids=keys)

    with ThreadPoolExecutor(WORKERS) as pool:
        working = [pool.submit(closing(lambda n=n: work(n))) for n in range(WORKERS)]
        for each in working:
            each.result(timeout=60)
    sweep()

    assert sorted(Flag.objects.values_list("purchase_id", flat=True)) == sorted(keys)
    assert Purchase.objects.filter(flag_state="open").count() == len(keys)
    assert Purchase.objects.marked().count() == 0
    told = Notice.objects.filter(person=boss, kind="flag_raised").values_list("key", flat=True)
    assert len(told) == len(set(told))


def test_an_evaluation_killed_half_way_is_made_good_by_the_sweep(tmp_path: Path) -> None:
    purchase = bought(contacts=5)
    script = f"""
import sys, time
from django.db import transaction
from thresholds.services.evaluation import evaluate_purchases
with transaction.atomic():
    print(evaluate_purchases(purchase_ids=[{purchase.pk}]).raised, flush=True)
    time.sleep(60)
"""
    with start_python(script, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "1"
        process.kill()
        process.wait(timeout=10)

    assert Flag.objects.count() == 0
    assert list(Purchase.objects.marked()) == [purchase]
    found = sweep()
    for _ in range(50):
        # The database lets go of the dead one's lock within moments.
        if found.evaluated:
            break
        found = sweep()
    assert found.raised == 1
    assert Flag.objects.get().purchase == purchase
