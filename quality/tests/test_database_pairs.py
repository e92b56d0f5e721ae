"""What the database itself refuses of pairs, parts and released lots, by raw SQL."""

import pytest

from purchases.models import Lot
from quality.models import Inspection, LotPart
from quality.services import decide_lot
from quality.tests.rawsql import MOMENT, delete, insert, inspection, refused, second, update
from tests import make

pytestmark = pytest.mark.django_db
ROWS = "quality_inspection"


@pytest.fixture
def lot():
    return make.lot_to_inspect(seconds="every", quantity=100)


@pytest.fixture
def plain():
    """A lot that needs one person, held after a fail."""
    return make.signed_inspection(lot=make.lot_to_inspect(quantity=100), mass="348").lot


def test_signing_without_the_pair_that_the_plan_asks_for(lot):
    opened = make.inspection(lot=lot)
    for line in opened.plan.characteristics.filter(required=True):
        make.record(opened, line.name, "340" if line.kind == "measure" else "pass")
    signed = {"signed_at": opened.opened_at, "verdict": "pass"}
    refused("inspection_pair_asked", update, ROWS, opened.pk, **signed)
    update(ROWS, opened.pk, **signed, pair="owed")
    assert Inspection.objects.get(pk=opened.pk).pair == "owed"


@pytest.mark.parametrize("pair", ["none", "disputed", "settled", "?"])
def test_a_pair_is_not_closed_without_another_signature(lot, pair):
    first = make.signed_inspection(lot=lot)
    refused("inspection_pair_", update, ROWS, first.pk, pair=pair)
    opened = second(first, make.inspector())
    insert(ROWS, **opened)
    refused("inspection_pair_", update, ROWS, first.pk, pair=pair)


def test_a_second_who_found_otherwise_settles_nothing_and_a_settled_pair_stays(lot):
    first = make.signed_inspection(lot=lot)
    make.signed_inspection(lot=lot, mass="348")
    refused("inspection_pair_has_its_second", update, ROWS, first.pk, pair="settled")
    make.signed_inspection(lot=lot)
    refused("inspection_pair_goes_forward", update, ROWS, first.pk, pair="owed")


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("inspection_pair_known", {"pair": "maybe"}),
        ("inspection_pair_of_a_signed_first", {"pair": "owed"}),
        ("inspection_covers_something", {"covers": 0}),
    ],
)
def test_a_pair_or_a_cover_out_of_shape(plain, constraint, columns):
    row = inspection(plain, make.inspector(), stage="re_inspection", round=2) | columns
    refused(constraint, insert, ROWS, **row)


@pytest.mark.parametrize("who", ["inspector_id", "maker_id"])
def test_who_is_asked_is_neither_the_first_nor_the_maker(lot, who):
    first = make.signed_inspection(lot=lot)
    person = getattr(first, who)
    refused("inspection_asked_is_another_person", update, ROWS, first.pk, asked_id=person)


def test_how_much_is_inspected_is_fixed_at_opening(plain):
    opened = make.inspection(lot=plain, stage="re_inspection")
    refused("inspection_covers_frozen", update, ROWS, opened.pk, covers=5)


def test_a_third_says_why(lot):
    make.signed_inspection(lot=lot)
    make.signed_inspection(lot=lot, mass="348")
    third = make.inspection(lot=lot)
    for line in third.plan.characteristics.filter(required=True):
        make.record(third, line.name, "340" if line.kind == "measure" else "pass")
    signed = {"signed_at": third.opened_at, "verdict": "pass"}
    refused("inspection_third_says_why", update, ROWS, third.pk, **signed)
    update(ROWS, third.pk, **signed, note="I looked twice.")


# Lots ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["made", "fail", "owed", "disputed"])
def test_a_lot_is_not_released_by_hand(lot, case):
    if case == "fail":
        lot = make.signed_inspection(mass="348").lot
    if case in {"owed", "disputed"}:
        make.signed_inspection(lot=lot)
    if case == "disputed":
        make.signed_inspection(lot=lot, mass="348")
    before = Lot.objects.get(pk=lot.pk).state
    released = {"state": "released", "state_reason": ""}
    refused("lot_released_when_passed", update, "purchases_lot", lot.pk, **released)
    assert Lot.objects.get(pk=lot.pk).state == before


def test_a_lot_does_not_begin_released(lot):
    row = {"product_id": lot.product_id, "number": "X", "state": "released", "state_reason": ""}
    row |= {"state_since": MOMENT, "created_at": MOMENT, "version": 1}
    row |= {"quantity_released": 0, "quantity_rejected": 0}
    refused("lot_begins_unreleased", insert, "purchases_lot", **row)
    insert("purchases_lot", **row | {"state": "made"})


def test_an_old_concession_releases_nothing_new(plain):
    manager = make.manager()
    decide_lot(lot=plain, decision="release", reason="second choice", actor=manager)
    decide_lot(lot=plain, decision="hold", reason="cracks", actor=manager)
    released = {"state": "released", "state_reason": ""}
    refused("lot_released_when_passed", update, "purchases_lot", plain.pk, **released)


def part(lot, person, **columns):
    """A concession that the database takes, but for what the test changes."""
    row = {"lot_id": lot.pk, "outcome": "released", "quantity": 10, "serials": "", "reason": "fine"}
    row |= {"concession": True, "decided_by_id": person.pk, "decided_at": MOMENT}
    return row | columns


def test_the_plain_part_is_taken_and_stays_as_it_is(plain):
    insert("quality_lotpart", **part(plain, make.manager()))
    row = LotPart.objects.get()
    refused("lotpart_frozen", update, "quality_lotpart", row.pk, quantity=50)
    refused("lotpart_kept", delete, "quality_lotpart", row.pk)


@pytest.mark.parametrize("who", ["maker", "inspector", "agent", "reader"])
def test_a_concession_by_somebody_who_may_not_give_it(who):
    maker, looked = make.manager(), make.manager(inspector_access=2)
    lot = make.lot_to_inspect(maker=maker, quantity=100)
    make.signed_inspection(lot=lot, inspector=looked, mass="348")
    people = {"maker": maker, "inspector": looked, "agent": make.agent()}
    person = people.get(who) or make.manager(read_only=True)
    refused("lotpart_conceded_by_another", insert, "quality_lotpart", **part(lot, person))


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("lotpart_outcome_known", {"outcome": "eaten", "concession": False}),
        ("lotpart_quantity_positive", {"quantity": 0}),
        ("lotpart_concession_releases", {"outcome": "rejected"}),
        ("lotpart_decision_has_reason", {"reason": ""}),
        ("lotpart_decision_has_reason", {"reason": "", "outcome": "rejected", "concession": False}),
        ("lotpart_released_when_passed", {"concession": False}),
        ("lotpart_within_lot", {"quantity": 101}),
    ],
)
def test_a_part_out_of_shape(plain, constraint, columns):
    refused(constraint, insert, "quality_lotpart", **part(plain, make.manager(), **columns))


def test_no_part_is_released_while_a_second_is_owed(lot):
    make.signed_inspection(lot=lot, mass="348")
    row = part(lot, make.manager())
    refused("lotpart_waits_for_the_pair", insert, "quality_lotpart", **row)


def test_the_quantities_of_a_lot_are_those_of_its_parts(plain):
    columns = {"quantity_released": 10}
    refused("lot_parts_are_decided", update, "purchases_lot", plain.pk, **columns)
    insert("quality_lotpart", **part(plain, make.manager()))
    update("purchases_lot", plain.pk, **columns)
    refused("lot_parts_within_quantity", update, "purchases_lot", plain.pk, quantity=9)
