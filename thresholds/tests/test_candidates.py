"""The database names every flagged purchase that the pure rule would act on, and few others."""

from itertools import product

import pytest
from django.utils import timezone

from purchases.models import Purchase
from tests import make
from thresholds.models import Flag
from thresholds.rules.flagging import Judgement, Seen, judge
from thresholds.services.candidates import flagged_otherwise, over_without_flag

pytestmark = pytest.mark.django_db

NUMBER = 5
NETS = (0, 3, 4, 5, 6, 7)
ANSWERS = (None, 3, 5, 6)
RAISED_AT = (4, 5, 7)


def flag(purchase: Purchase, state: str, *, threshold: int, closed_with: int | None = None) -> Flag:
    now = timezone.now()
    return Flag.objects.create(
        purchase=purchase,
        state=state,
        threshold=threshold,
        net_when_raised=threshold,
        closed_at=None if closed_with is None else now,
        net_when_closed=closed_with,
        close_note="" if closed_with is None else "Counted twice",
    )


def make_all() -> dict[int, tuple[Seen, int]]:
    """A purchase of every kind; its key, what the evaluator sees of it, its threshold."""
    customer, made = make.customer(), {}
    for net, answer, raised_at, gone in product(NETS, ANSWERS, (None, *RAISED_AT), (False, True)):
        if answer is None and raised_at is None:
            continue
        unfinished = raised_at is not None
        purchase = make.purchase(
            customer=customer,
            net_interactions=net,
            gross_interactions=net,
            flag_state="open" if unfinished else "dismissed",
            status="cancelled" if gone else "ordered",
        )
        if answer is not None:
            flag(purchase, "dismissed", threshold=3, closed_with=answer)
        if raised_at is not None:
            flag(purchase, "open", threshold=raised_at)
        seen = Seen(
            net=0 if gone else net,
            unfinished=unfinished,
            raised_at_number=raised_at,
            closed_with=answer,
        )
        made[purchase.pk] = (seen, net)
    return made


def test_whatever_the_rule_would_act_on_is_found_and_what_stands_firm_is_not() -> None:
    make.shop(threshold=NUMBER)
    made = make_all()

    found = set(flagged_otherwise())

    acted_on = {
        pk for pk, (seen, _net) in made.items() if judge(seen, number=NUMBER) != Judgement.NOTHING
    }
    assert acted_on - found == set()
    # More than needed are only unfinished ones below the number in force, raised at a lower one.
    rest = {made[pk][0] for pk in found - acted_on}
    assert {seen.unfinished and seen.net < NUMBER for seen in rest} == {True}
    assert {seen.raised_at_number for seen in rest} == {4}
    assert len(acted_on) == 121


def test_the_newest_answer_is_the_one_that_counts() -> None:
    make.shop(threshold=NUMBER)
    purchase = make.purchase(net_interactions=6, gross_interactions=6, flag_state="dismissed")
    flag(purchase, "dismissed", threshold=5, closed_with=5)
    assert flagged_otherwise() == [purchase.pk]

    flag(purchase, "dismissed", threshold=5, closed_with=6)

    assert flagged_otherwise() == []


def test_over_the_line_without_a_flag_are_only_those_that_are_judged() -> None:
    make.shop(threshold=NUMBER)
    over = make.purchase(net_interactions=5, gross_interactions=5)
    make.purchase(net_interactions=4, gross_interactions=4)
    make.purchase(net_interactions=5, gross_interactions=5, status="cancelled")
    make.purchase(net_interactions=5, gross_interactions=5, flag_state="open")

    assert over_without_flag() == [over.pk]


def test_before_there_is_a_shop_nothing_is_judged() -> None:
    assert (over_without_flag(), flagged_otherwise()) == ([], [])
