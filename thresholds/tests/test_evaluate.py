"""Evaluating purchases: counting again, raising, again, moved, marks; never twice, never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Shop
from notices.models import Notice
from purchases.models import Purchase
from purchases.services import mark_for_evaluation
from tests import make
from thresholds.models import Flag, FlagEvent, StaleDay
from thresholds.services import evaluation
from thresholds.services.evaluation import (
    Evaluation,
    evaluate_all,
    evaluate_purchases,
    sweep,
)
from thresholds.services.flags import close_flag, dismiss_flag, explain_flag
from thresholds.services.pinning import pin_number
from thresholds.tests.history import bought, call, flag_of, judge
from tickets.models import Interaction

pytestmark = pytest.mark.django_db


def states(purchase: Purchase) -> list[str]:
    return list(
        Flag.objects.filter(purchase=purchase).order_by("pk").values_list("state", flat=True)
    )


def close(flag: Flag) -> None:
    boss = make.manager()
    explain_flag(
        flag=flag,
        actor=boss,
        version=flag.version,
        owner=boss,
        cause_fault="goods",
        cause_text="Glaze",
        action_text="Other glaze",
    )
    flag.refresh_from_db()
    close_flag(flag=flag, actor=boss, version=flag.version)


def test_a_purchase_at_the_number_is_flagged_and_one_below_is_not() -> None:
    below, at = bought(contacts=4), bought(contacts=5)

    assert judge(below, at) == Evaluation(evaluated=2, raised=1, moved=0)

    assert states(below) == []
    flag = flag_of(at)
    assert (flag.state, flag.threshold, flag.net_when_raised) == ("open", 5, 5)
    assert (flag.revision, flag.again_after, flag.newly_over_the_line) == (None, None, False)
    at.refresh_from_db()
    assert (at.flag_state, at.net_interactions, make.mark_of(at)) == ("open", 5, None)
    assert at.counted_day == at.clock_day
    event = FlagEvent.objects.get()
    assert (event.kind, event.actor) == ("raised", None)
    assert event.changes == {"net": [None, "5"], "threshold": [None, "5"]}


def test_a_flag_shows_on_the_ticket_of_its_purchase_until_it_ends() -> None:
    purchase = bought(contacts=5)
    ticket = make.ticket(purchase=purchase)
    judge(purchase)
    ticket.refresh_from_db()
    assert (ticket.tally, ticket.flagged) == (5, True)
    close(flag_of(purchase))
    ticket.refresh_from_db()
    assert (ticket.tally, ticket.flagged) == (5, False)


def test_evaluating_twice_flags_once_and_tells_once() -> None:
    boss = make.manager()
    purchase = bought(contacts=5)

    judge(purchase)
    mark_for_evaluation(purchase_ids=[purchase.pk])
    assert judge(purchase) == Evaluation(evaluated=1)

    assert states(purchase) == ["open"]
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (boss, "flag_raised")
    assert notice.params == {"order": purchase.order_number, "net": 5}
    assert notice.link == f"/flags/{flag_of(purchase).pk}/"


def test_only_active_managers_are_told_and_many_flags_are_told_as_one() -> None:
    make.shop()
    make.agent()
    make.manager(is_active=False)
    boss = make.manager()
    purchases = [bought(contacts=5) for _ in range(6)]

    judge(*purchases)

    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.params) == (boss, "flags_raised", {"count": 6})


def test_a_second_contact_within_the_merge_time_raises_nothing() -> None:
    purchase = bought(contacts=[1, 2, 3, 4, 4.4])

    judge(purchase)

    purchase.refresh_from_db()
    assert (purchase.net_interactions, purchase.merged_interactions) == (4, 1)
    assert states(purchase) == []


def test_contacts_after_the_window_do_not_count() -> None:
    purchase = bought(contacts=[1, 2, 3, 4, 90, 91], days_ago=120)

    judge(purchase)

    purchase.refresh_from_db()
    assert (purchase.net_interactions, purchase.later_interactions) == (4, 2)
    assert states(purchase) == []


def test_a_purchase_cancelled_before_it_left_is_not_judged() -> None:
    purchase = bought(contacts=6, status="cancelled", dispatched=False)
    sent = bought(contacts=6, status="cancelled", dispatched=True)

    judge(purchase, sent)

    assert (states(purchase), states(sent)) == ([], ["open"])


def test_after_closing_it_is_raised_again_only_above_what_it_closed_with() -> None:
    make.manager()
    purchase = bought(contacts=6)
    judge(purchase)
    close(flag_of(purchase))
    purchase.refresh_from_db()
    assert (purchase.flag_state, flag_of(purchase).net_when_closed) == ("closed", 6)

    mark_for_evaluation(purchase_ids=[purchase.pk])
    judge(purchase)
    assert states(purchase) == ["closed"]

    call(purchase, 8)
    judge(purchase)
    assert states(purchase) == ["closed", "open"]
    again = flag_of(purchase)
    assert again.again_after_id == Flag.objects.order_by("pk")[0].pk
    assert again.net_when_raised == 7
    assert Notice.objects.order_by("-pk")[0].kind == "flag_again"


def test_after_dismissing_the_same_holds() -> None:
    boss = make.manager()
    purchase = bought(contacts=5)
    judge(purchase)
    flag = flag_of(purchase)
    dismiss_flag(flag=flag, actor=boss, version=flag.version, note="A rehearsal")

    call(purchase, 5.1)
    judge(purchase)
    assert states(purchase) == ["dismissed"]

    call(purchase, 7)
    judge(purchase)
    assert states(purchase) == ["dismissed", "open"]


def test_an_interaction_moved_away_ends_the_flag_as_moved() -> None:
    purchase, other = bought(contacts=5), bought(contacts=1)
    judge(purchase, other)
    last = Interaction.objects.filter(purchase=purchase).latest("pk")
    Interaction.objects.filter(pk=last.pk).update(purchase=other)
    mark_for_evaluation(purchase_ids=[purchase.pk, other.pk])

    assert judge(purchase, other) == Evaluation(evaluated=2, moved=1)

    flag = flag_of(purchase)
    assert (flag.state, flag.net_when_closed, flag.closed_by) == ("moved", 4, None)
    assert list(flag.events.order_by("pk").values_list("kind", flat=True)) == ["raised", "moved"]
    purchase.refresh_from_db()
    assert purchase.flag_state == ""

    call(purchase, 8)
    judge(purchase)
    assert states(purchase) == ["moved", "open"]


def move_away(purchase: Purchase, *, contacts: int) -> None:
    """Let the newest contacts of a purchase turn out to be about no purchase."""
    newest = Interaction.objects.filter(purchase=purchase).order_by("-pk")[:contacts]
    Interaction.objects.filter(pk__in=[each.pk for each in newest]).update(
        purchase=None, standing="unattributed"
    )
    mark_for_evaluation(purchase_ids=[purchase.pk])
    judge(purchase)


def test_a_flag_raised_again_is_moved_when_net_no_longer_exceeds_what_was_closed() -> None:
    purchase = bought(contacts=7)
    judge(purchase)
    close(flag_of(purchase))
    call(purchase, 9)
    judge(purchase)
    assert states(purchase) == ["closed", "open"]

    move_away(purchase, contacts=1)

    assert states(purchase) == ["closed", "moved"]
    purchase.refresh_from_db()
    assert (purchase.flag_state, purchase.net_interactions) == ("closed", 7)
    assert sweep() == Evaluation()


def test_a_flag_that_moved_away_does_not_take_back_an_answer_given_before() -> None:
    purchase = bought(contacts=7)
    judge(purchase)
    close(flag_of(purchase))
    call(purchase, 9)
    judge(purchase)
    move_away(purchase, contacts=5)
    assert states(purchase) == ["closed", "moved"]

    call(purchase, *range(11, 15))
    judge(purchase)
    purchase.refresh_from_db()
    assert (purchase.net_interactions, states(purchase)) == (7, ["closed", "moved"])

    call(purchase, 16)
    judge(purchase)
    assert states(purchase) == ["closed", "moved", "open"]


def test_a_raised_number_clears_no_flag() -> None:
    boss = make.manager()
    purchase = bought(contacts=5)
    judge(purchase)
    pin_number(number=9, reason="Calm down", actor=boss, version=1)

    mark_for_evaluation(purchase_ids=[purchase.pk])
    judge(purchase)

    assert states(purchase) == ["open"]


def test_a_lowered_number_brings_purchases_newly_over_the_line() -> None:
    boss = make.manager()
    quiet, called = bought(contacts=4), bought(contacts=3)
    judge(quiet, called)
    assert Flag.objects.count() == 0

    pin_number(number=4, reason="Look closer", actor=boss, version=1)
    call(called, 9)
    sweep()

    assert flag_of(quiet).newly_over_the_line is True
    assert flag_of(called).newly_over_the_line is False
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds == {"newly_over_the_line", "flag_raised"}


def test_a_purchase_imported_after_the_number_came_down_is_not_newly_over_the_line() -> None:
    pin_number(number=3, reason="Look closer", actor=make.manager(), version=1)
    purchase = bought(contacts=4)

    judge(purchase)

    assert flag_of(purchase).newly_over_the_line is False


def test_a_flag_above_the_number_in_force_is_not_moved_by_a_contact_that_leaves() -> None:
    boss = make.manager()
    purchase = bought(contacts=6)
    pin_number(number=6, reason="First", actor=boss, version=1)
    judge(purchase)
    pin_number(number=4, reason="Then", actor=boss, version=2)
    Interaction.objects.filter(pk=Interaction.objects.latest("pk").pk).update(
        standing="superseded", superseded_at=timezone.now()
    )
    mark_for_evaluation(purchase_ids=[purchase.pk])

    judge(purchase)

    assert (flag_of(purchase).threshold, states(purchase)) == (6, ["open"])


def test_a_purchase_that_nobody_marked_keeps_its_days_quiet() -> None:
    purchase = bought(contacts=1, mark=False)

    judge(purchase)

    assert StaleDay.objects.count() == 0


def test_a_moved_delivery_asks_for_both_days() -> None:
    purchase = bought(contacts=1)
    judge(purchase)
    old = purchase.clock_day
    StaleDay.objects.all().delete()
    later = purchase.clock_at + timedelta(days=3)
    Purchase.objects.filter(pk=purchase.pk).update(
        delivered_at=later,
        clock_at=later,
        clock_day=old + timedelta(days=3),
        window_ends_at=later + timedelta(days=90),
    )
    mark_for_evaluation(purchase_ids=[purchase.pk])

    judge(purchase)

    assert set(StaleDay.objects.values_list("day", flat=True)) == {old, old + timedelta(days=3)}


def test_the_sweep_takes_every_mark_even_when_an_import_gave_them_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.shop()
    customer = make.customer()
    purchases = [bought(contacts=0, customer=customer, mark=False) for _ in range(5)]
    for purchase in purchases:
        make.mark(purchase, 77)
    monkeypatch.setattr(evaluation, "CHUNK", 2)

    result = sweep()

    assert result.evaluated == len(purchases)
    assert Purchase.objects.marked().count() == 0
    assert StaleDay.objects.count() == 0


def test_a_mark_that_grew_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    purchase = bought(contacts=1)
    settle = evaluation.settle_marks

    def saved_meanwhile(*, read: dict[int, int]) -> int:
        return settle(read={pk: mark - 1 for pk, mark in read.items()})

    monkeypatch.setattr(evaluation, "settle_marks", saved_meanwhile)
    judge(purchase)

    assert list(Purchase.objects.marked()) == [purchase]


def test_a_contact_dated_in_the_future_counts_when_its_moment_has_come() -> None:
    purchase = bought(contacts=4)
    (soon,) = call(purchase, 40.5)
    judge(purchase)
    soon.refresh_from_db()
    purchase.refresh_from_db()
    assert (soon.standing, purchase.net_interactions) == ("future", 4)

    # The clock reaches it: logged as future a moment ago, now it has happened.
    call(purchase, 39.9, mark=False, standing="future")
    sweep()

    purchase.refresh_from_db()
    assert (purchase.net_interactions, purchase.flag_state) == (5, "open")


def test_the_full_evaluation_puts_counters_right_and_tells_how_many_differed() -> None:
    over, fine = bought(contacts=5), bought(contacts=2)
    judge(over, fine)
    FlagEvent.objects.all().delete()
    Flag.objects.all().delete()
    Purchase.objects.filter(pk=over.pk).update(flag_state="", net_interactions=0, first_week_net=0)
    Purchase.objects.filter(pk=fine.pk).update(merged_interactions=9)

    result = evaluate_all()

    assert (result.evaluated, result.differing, result.raised) == (2, 2, 1)
    assert (result.flagged, result.threshold) == (1, 5)
    assert Purchase.objects.marked().count() == 0
    assert StaleDay.objects.count() == 0
    assert Shop.objects.get().threshold_kind == "starting"


def test_evaluating_a_purchase_that_is_gone_does_nothing() -> None:
    make.shop()

    assert evaluate_purchases(purchase_ids=[4711]) == Evaluation()
