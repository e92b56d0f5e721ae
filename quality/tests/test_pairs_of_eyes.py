"""Second and third persons: when one is owed, who may be it, and what a lot waits for."""

import pytest
from django.core.exceptions import ValidationError

from purchases.models import Lot
from quality.models import Inspection, LotPart
from quality.rules.picking import Candidate, Past, ask, second_wanted
from quality.services import (
    correct_inspection,
    decide_lot,
    open_inspection,
    openings_for,
    sign_inspection,
    withdraw_inspection,
)
from tests import make

pytestmark = pytest.mark.django_db


def state(lot: Lot) -> tuple[str, str]:
    return Lot.objects.values_list("state", "state_reason").get(pk=lot.pk)


def pair(inspection: Inspection) -> str:
    return Inspection.objects.values_list("pair", flat=True).get(pk=inspection.pk)


@pytest.fixture
def lot():
    return make.lot_to_inspect(seconds="every")


@pytest.mark.parametrize("mass", ["340", "348"])
def test_until_the_second_signs_the_lot_is_in_inspection_whatever_the_first_found(lot, mass):
    first = make.signed_inspection(lot=lot, mass=mass)
    assert (state(lot), first.pair) == (("in_inspection", ""), "owed")


def test_two_who_agree_release_or_hold_the_lot():
    for mass, expected in (("340", "released"), ("348", "on_hold")):
        lot = make.lot_to_inspect(seconds="every")
        first = make.signed_inspection(lot=lot, mass=mass)
        second = make.signed_inspection(lot=lot, mass=mass)
        assert (second.stage, pair(first), state(lot)[0]) == ("second", "settled", expected)


@pytest.mark.parametrize("masses", [("340", "348"), ("348", "340")])
def test_two_who_disagree_hold_the_lot_and_a_third_decides_with_a_reason(lot, masses):
    first = make.signed_inspection(lot=lot, mass=masses[0])
    make.signed_inspection(lot=lot, mass=masses[1])
    assert pair(first) == "disputed"
    held, why = state(lot)
    assert held == "on_hold"
    assert why.startswith("Two people disagree, a third decides.")
    assert "3 g over the upper limit" in why
    third = make.inspection(lot=lot)
    assert third.stage == "third"
    for result in third.plan.characteristics.filter(required=True):
        make.record(third, result.name, "340" if result.kind == "measure" else "pass")
    with pytest.raises(ValidationError, match="say why"):
        sign_inspection(inspection=third, actor=third.inspector, note="  ")
    assert (pair(first), state(lot)[0]) == ("disputed", "on_hold")
    sign_inspection(inspection=third, actor=third.inspector, note="The scale was not level.")
    assert (pair(first), state(lot)) == ("settled", ("released", ""))


def test_neither_maker_nor_first_nor_a_manager_is_second_and_the_refusal_names_who_can(lot):
    able = make.inspector(name="Ada Able")
    first = make.signed_inspection(lot=lot)
    boss = make.manager(inspector_access=2)
    for person, words in (
        (lot.maker, "You made lot"),
        (first.inspector, "Ada Able"),
        (boss, "Ada Able"),
    ):
        with pytest.raises(ValidationError, match=words):
            openings_for(lot=lot, inspector=person)
    assert [one.stage for one in openings_for(lot=lot, inspector=able)] == ["second"]


def test_one_person_alone_releases_nothing_that_needs_two(lot):
    """Every request of one person after another: new round, correction, withdrawal, concession."""
    alone = make.inspector()
    first = make.signed_inspection(lot=lot, inspector=alone)
    for attempt in (
        lambda: open_inspection(lot=lot, inspector=alone),
        lambda: open_inspection(lot=lot, inspector=alone, stage="re_inspection"),
        lambda: open_inspection(lot=lot, inspector=alone, stage="second"),
        lambda: decide_lot(lot=lot, decision="release", reason="fine", actor=alone),
        lambda: withdraw_inspection(inspection=first, actor=alone),
    ):
        with pytest.raises(ValidationError):
            attempt()
        assert state(lot)[0] == "in_inspection"
    correction = correct_inspection(inspection=first, actor=alone)
    signed = sign_inspection(inspection=correction, actor=alone)
    assert (signed.pair, state(lot)[0]) == ("owed", "in_inspection")
    make.signed_inspection(lot=lot)
    assert (pair(first), pair(signed), state(lot)[0]) == ("disputed", "settled", "released")


def test_a_new_round_of_a_lot_that_had_a_pair_gets_a_pair_again(lot):
    make.signed_inspection(lot=lot, mass="348")
    make.signed_inspection(lot=lot, mass="348")
    again = make.signed_inspection(lot=lot, stage="re_inspection")
    assert (again.round, again.pair, state(lot)[0]) == (2, "owed", "on_hold")
    second = make.signed_inspection(lot=lot)
    assert (second.stage, second.round, second.first, state(lot)[0]) == (
        "second",
        2,
        again,
        "released",
    )


def test_once_both_have_signed_nobody_corrects(lot):
    first, second = make.signed_inspection(lot=lot), make.signed_inspection(lot=lot, mass="348")
    for one in (first, second):
        with pytest.raises(ValidationError, match="new round"):
            correct_inspection(inspection=one, actor=one.inspector)


def test_a_lot_that_needs_a_pair_is_begun_by_one_person(lot):
    begun = make.inspection(lot=lot)
    with pytest.raises(ValidationError, match="is inspecting lot"):
        open_inspection(lot=lot, inspector=make.inspector())
    withdraw_inspection(inspection=begun, actor=begun.inspector)
    assert open_inspection(lot=lot, inspector=make.inspector()).stage == "first"


def test_a_manager_releases_nothing_while_a_second_is_owed(lot):
    make.signed_inspection(lot=lot, mass="348")
    manager = make.manager()
    decide_lot(lot=lot, decision="hold", reason="a customer rang", actor=manager)
    with pytest.raises(ValidationError, match="second or third person"):
        decide_lot(lot=lot, decision="release", reason="fine", actor=manager)
    assert (state(lot)[0], LotPart.objects.count()) == ("on_hold", 0)


def test_who_is_asked_mixes_the_pairs(lot):
    first, other, third = make.inspector(), make.inspector(), make.inspector()
    asked = []
    for _ in range(4):
        lot = make.lot(product=lot.product, maker=lot.maker)
        signed = make.signed_inspection(lot=lot, inspector=first)
        asked.append(signed.asked)
        make.signed_inspection(lot=lot, inspector=signed.asked)
    assert asked == [other, third, other, third]


# Which lots are picked -----------------------------------------------------------------------


PLAN = make.PlanDraft(lines=(), seconds="picked", seconds_first=50, seconds_changed=20)


@pytest.mark.parametrize(
    ("past", "drawn", "wanted"),
    [
        (Past(49, 49, 1), 99, True),
        (Past(50, 50, 1), 99, False),
        (Past(50, 50, 1), 9, True),
        (Past(50, 50, 1), 10, False),
        (Past(500, 19, 2), 99, True),
        (Past(500, 20, 2), 99, False),
        (Past(500, 500, 2, paired_before=True), 99, True),
    ],
)
def test_the_first_of_a_product_those_after_a_change_and_a_share_of_the_others(past, drawn, wanted):
    assert second_wanted(PLAN, past, drawn) is wanted


def test_never_and_every_leave_nothing_to_chance():
    never, every = (make.PlanDraft(lines=(), seconds=which) for which in ("never", "every"))
    assert not second_wanted(never, Past(0, 0, 1), 0)
    assert second_wanted(every, Past(900, 900, 1), 99)


def test_the_seldomest_partner_is_asked_then_who_waits_for_least():
    people = [Candidate(1, 3, 0), Candidate(2, 1, 2), Candidate(3, 1, 1), Candidate(4, 1, 1)]
    assert ask(people) == 3
    assert ask([]) is None


def test_a_picked_lot_is_drawn_at_the_signature_and_without_anybody_to_ask_there_is_no_pair():
    product = make.plan(seconds="picked", seconds_first=1, seconds_percent=0).product
    alone = make.inspector()
    lots = [make.lot(product=product, maker=make.user()) for _ in range(3)]
    assert make.signed_inspection(lot=lots[0], inspector=alone).pair == "none"
    make.inspector()
    assert make.signed_inspection(lot=lots[1], inspector=alone).pair == "none"
    product = make.plan(seconds="picked", seconds_first=1, seconds_percent=0).product
    lots = [make.lot(product=product, maker=make.user()) for _ in range(2)]
    pairs = [make.signed_inspection(lot=lot, inspector=alone).pair for lot in lots]
    assert pairs == ["owed", "none"]
