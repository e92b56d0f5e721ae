"""The columns that higher rooms keep on a purchase."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import HistoryEntry
from purchases.models import EvaluationMark, Purchase
from purchases.services import (
    Counters,
    mark_for_evaluation,
    set_flag_state,
    set_last_score,
    set_last_scores,
    set_lot_state,
    settle_marks,
    write_counters,
)
from tests import make

pytestmark = pytest.mark.django_db


def counted(purchase: Purchase, **told: int) -> Counters:
    numbers = {"gross": 0, "net": 0, "merged": 0, "later": 0, "first_week_net": 0, **told}
    return Counters(purchase_id=purchase.pk, last_interaction_at=None, **numbers)


def test_counters_of_many_purchases_are_one_statement_and_touch_no_others(queries):
    rows = [make.purchase() for _ in range(5)]
    moment = timezone.now()
    told = [
        Counters(row.pk, 9, n, 1, 2, 0, moment if n else None) for n, row in enumerate(rows[:4])
    ]
    with queries(at_most=4):
        assert write_counters(counters=told) == 4
    stored = Purchase.objects.order_by("pk")
    assert [row.net_interactions for row in stored] == [0, 1, 2, 3, 0]
    assert [row.last_interaction_at for row in stored] == [None, moment, moment, moment, None]
    assert (stored[1].gross_interactions, stored[1].merged_interactions) == (9, 1)
    assert stored[1].later_interactions == 2
    assert not EvaluationMark.objects.exists()


def test_counters_can_mark_in_the_same_statement(queries):
    purchase = make.purchase()
    with queries(at_most=3):
        write_counters(counters=[counted(purchase, gross=1, net=1)], mark=True)
    assert make.mark_of(purchase) is not None
    make.mark(purchase, 2**61)
    write_counters(counters=[counted(purchase)], mark=True)
    assert make.mark_of(purchase) == 2**61 + 1


def test_the_database_refuses_more_net_than_gross():
    purchase = make.purchase()
    with pytest.raises(IntegrityError), transaction.atomic():
        write_counters(counters=[counted(purchase, gross=1, net=2)])
    purchase.refresh_from_db()
    assert purchase.net_interactions == 0


def test_a_mark_only_grows():
    purchase = make.mark(make.purchase(), 2**61).purchase
    assert mark_for_evaluation(purchase_ids=[purchase.pk, purchase.pk]) == 1
    assert make.mark_of(purchase) == 2**61 + 1


def test_marking_many_leaves_the_others():
    rows = [make.purchase() for _ in range(3)]
    assert mark_for_evaluation(purchase_ids={rows[0].pk, rows[2].pk, 0}) == 2
    assert list(Purchase.objects.marked()) == [rows[0], rows[2]]
    assert mark_for_evaluation(purchase_ids=[]) == 0


def test_only_the_mark_that_was_read_is_settled():
    one, two = make.purchase(), make.purchase()
    make.mark(one, 5)
    make.mark(two, 7)
    assert settle_marks(read={one.pk: 5, two.pk: 6}) == 1
    one.refresh_from_db()
    two.refresh_from_db()
    assert (make.mark_of(one), one.counted_day) == (None, one.clock_day)
    assert (make.mark_of(two), two.counted_day) == (7, two.clock_day)


def test_flag_and_score_stand_on_the_purchase():
    one, two = make.purchase(), make.purchase()
    set_flag_state(purchase_ids=[one.pk], state="open")
    set_last_score(purchase_id=one.pk, score=2)
    set_last_scores(scores={one.pk: None, two.pk: 5})
    told = list(Purchase.objects.order_by("pk").values_list("flag_state", "last_score"))
    assert told == [("open", None), ("", 5)]


def test_a_lot_changes_state_once_with_reason_and_history():
    lot, person = make.lot(), make.inspector()
    assert set_lot_state(lot=lot, state="on_hold", reason="Handles crack", actor=person)
    assert not set_lot_state(lot=lot, state="on_hold", reason="Handles crack", actor=person)
    lot.refresh_from_db()
    assert (lot.state, lot.state_reason) == ("on_hold", "Handles crack")
    entry = HistoryEntry.objects.get()
    assert (entry.changes, entry.note, entry.actor) == (
        {"state": ["made", "on_hold"]},
        "Handles crack",
        person,
    )


def test_a_hold_without_a_reason_is_refused_by_the_database():
    lot = make.lot()
    with pytest.raises(IntegrityError), transaction.atomic():
        set_lot_state(lot=lot, state="on_hold", actor=None)
    lot.refresh_from_db()
    assert lot.state == "made"
