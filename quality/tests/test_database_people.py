"""Maker, first, second and third: whom the database refuses, by raw SQL."""

from typing import Any

import pytest
from django.db import connection

from helpdesk.lib.frozen import remove
from quality import frozen
from quality.models import Inspection
from quality.tests.rawsql import (
    MOMENT,
    imported,
    insert,
    inspection,
    refused,
    second,
    update,
)
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return make.lot_to_inspect()


@pytest.fixture
def pair(lot):
    """A signed first and the person who may be second."""
    return make.signed_inspection(lot=lot), make.inspector()


def test_the_plain_rows_of_these_tests_are_taken(lot):
    insert("quality_inspection", **inspection(lot, make.inspector()))
    insert("quality_inspection", **imported(lot, make.inspector()))
    first = make.signed_inspection(lot=lot, stage="re_inspection")
    assert first.verdict == "pass"


# The second person ---------------------------------------------------------------------------


def test_an_inspector_who_is_the_maker(lot):
    # The trigger knows the lot's maker, so a NULL copy does not help either.
    for maker in (lot.maker_id, None):
        row = inspection(lot, lot.maker, maker_id=maker)
        refused(
            "inspection_inspector_is_no_maker|inspection_not_by_the_maker",
            insert,
            "quality_inspection",
            **row,
        )


@pytest.fixture
def _without_triggers():
    """The checks of the rows alone; the transaction of the test brings the triggers back."""
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    remove(editor, frozen.FROZEN)


@pytest.mark.usefixtures("_without_triggers")
@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("inspection_not_by_the_maker", {"maker_id": "X"}),
        ("inspection_second_is_another_person", {"stage": "second", "first_inspector_id": "X"}),
        ("inspection_second_is_another_person", {"stage": "second", "first_inspector_id": None}),
        ("inspection_second_is_another_person", {"stage": "second", "first_id": None}),
        ("inspection_second_is_another_person", {"stage": "third", "first_inspector_id": "X"}),
        ("inspection_third_is_another_person", {"stage": "third", "second_inspector_id": "X"}),
        ("inspection_third_is_another_person", {"stage": "third", "second_inspector_id": "Y"}),
        ("inspection_third_is_another_person", {"stage": "third", "second_inspector_id": None}),
        (
            "inspection_signed_is_complete",
            {"signed_at": MOMENT, "verdict": "pass", "maker_id": None},
        ),
        ("inspection_signed_is_complete", {"signed_at": MOMENT, "maker_id": "Y"}),
    ],
)
def test_the_checks_alone_refuse_people_who_are_not_another(constraint, columns):
    """X is the inspector, Y the first; what is not said is consistent."""
    x, y, z = make.inspector(), make.inspector(), make.inspector()
    first = make.signed_inspection(inspector=y)
    columns = {k: {"X": x.pk, "Y": y.pk}.get(v, v) for k, v in columns.items()}
    row = inspection(first.lot, x) | columns
    if row["stage"] != "first":
        row = {"first_id": first.pk, "first_inspector_id": y.pk} | row
    if row["stage"] == "third":
        row = {"second_inspector_id": z.pk} | row
    refused(f"{constraint}|inspection_pair_fits_stage", insert, "quality_inspection", **row)


@pytest.mark.usefixtures("_without_triggers")
def test_the_check_alone_refuses_a_row_that_corrects_itself(lot):
    row = inspection(lot, make.inspector(), id=10**9, corrects_id=10**9)
    refused("inspection_not_its_own_correction", insert, "quality_inspection", **row)


def test_a_third_names_the_one_who_signed_as_second(pair):
    first, other = pair
    make.signed_inspection(lot=first.lot, inspector=other, mass="348")
    row = second(first, make.inspector(), stage="third", second_inspector_id=make.inspector().pk)
    refused("inspection_second_is_the_pairs", insert, "quality_inspection", **row)


@pytest.mark.parametrize("stage", ["second", "third"])
@pytest.mark.parametrize("columns", [{}, {"first_inspector_id": None}, {"first_id": None}])
def test_a_second_or_third_without_a_first(pair, stage, columns):
    first, other = pair
    row = {"stage": stage, "first_id": None, "first_inspector_id": None}
    if columns:
        row = {"stage": stage} | columns
    refused("inspection_", insert, "quality_inspection", **second(first, other, **row))


def test_a_second_who_is_the_first(pair):
    first, _other = pair
    row = second(first, first.inspector)
    refused("inspection_second_is_another_person", insert, "quality_inspection", **row)


def test_a_second_whose_copy_of_the_first_inspector_is_wrong(pair):
    first, other = pair
    row = second(first, other, first_inspector_id=make.inspector().pk)
    refused("inspection_first_is_the_pairs", insert, "quality_inspection", **row)
    row = second(first, first.inspector, first_inspector_id=other.pk)
    refused("inspection_first_is_the_pairs", insert, "quality_inspection", **row)


def test_a_second_of_an_unsigned_first_or_of_another_lot_or_stage_or_round(pair):
    first, other = pair
    unsigned = make.inspection(lot=make.lot_to_inspect())
    refused("inspection_first_is", insert, "quality_inspection", **second(unsigned, other))
    elsewhere = second(first, other, lot_id=make.lot_to_inspect(product=first.lot.product).pk)
    elsewhere["maker_id"] = None
    refused("inspection_", insert, "quality_inspection", **elsewhere)
    again = make.signed_inspection(lot=first.lot, stage="re_inspection")
    refused("inspection_first_is", insert, "quality_inspection", **second(again, other, round=2))
    refused("inspection_first_is", insert, "quality_inspection", **second(first, other, round=2))


def test_a_third_who_is_one_of_several_seconds_or_a_second_third(pair):
    first, other = pair
    one = make.signed_inspection(lot=first.lot, inspector=other, mass="348")
    two = make.inspector()
    insert("quality_inspection", **second(first, two))
    third = second(first, two, stage="third", second_inspector_id=one.inspector_id)
    refused("inspection_third_was_no_second", insert, "quality_inspection", **third)
    third["inspector_id"] = make.inspector().pk
    insert("quality_inspection", **third)
    third["inspector_id"] = make.inspector().pk
    refused("inspection_one_third|UNIQUE", insert, "quality_inspection", **third)


@pytest.mark.parametrize("who", ["maker", "first", "second", "unknown second", "no second"])
def test_a_third_who_is_any_of_the_others_or_does_not_say_who_was_second(pair, who):
    first, other = pair
    two = make.signed_inspection(lot=first.lot, inspector=other, mass="348")
    people = {"maker": first.maker, "first": first.inspector, "second": other}
    row = second(
        first,
        people.get(who, make.inspector()),
        stage="third",
        second_inspector_id=two.inspector_id,
    )
    if who == "unknown second":
        row["second_inspector_id"] = make.inspector().pk
    if who == "no second":
        row["second_inspector_id"] = None
    refused("inspection_", insert, "quality_inspection", **row)


def test_a_third_by_somebody_else_is_taken(pair):
    first, other = pair
    make.signed_inspection(lot=first.lot, inspector=other, mass="348")
    row = second(first, make.inspector(), stage="third", second_inspector_id=other.pk)
    insert("quality_inspection", **row)
    assert Inspection.objects.filter(stage="third").count() == 1


def test_a_first_that_names_a_pair(pair):
    first, other = pair
    row = second(first, other, stage="first")
    refused("inspection_pair_fits_stage", insert, "quality_inspection", **row)


@pytest.mark.parametrize(
    "column",
    ["lot_id", "inspector_id", "first_id", "first_inspector_id", "stage", "round", "plan_id"],
)
def test_who_inspects_what_as_which_pair_of_eyes_does_not_change(pair, column):
    first, other = pair
    insert("quality_inspection", **second(first, other))
    pk = Inspection.objects.get(stage="second").pk
    value: Any = {"stage": "re_inspection", "round": 2, "first_id": None}.get(column)
    if column == "lot_id":
        value = make.lot_to_inspect().pk
    if column == "inspector_id":
        value = first.inspector_id
    refused(
        "inspection_identity_frozen|inspection_second_is_another|inspection_maker_is_the_lots",
        update,
        "quality_inspection",
        pk,
        **{column: value},
    )


# Makers ------------------------------------------------------------------------------------------


def test_signed_without_a_known_maker():
    lot = make.lot_to_inspect(maker=None)
    refused(
        "inspection_signed_is_complete",
        insert,
        "quality_inspection",
        **imported(lot, make.inspector()),
    )


def test_signed_with_another_maker_than_the_lots(lot):
    row = imported(lot, make.inspector(), maker_id=make.user().pk)
    refused("inspection_maker_is_the_lots", insert, "quality_inspection", **row)
    row = imported(make.lot_to_inspect(maker=None), make.inspector(), maker_id=make.user().pk)
    refused("inspection_maker_is_the_lots", insert, "quality_inspection", **row)


def test_signing_by_update_without_or_with_another_maker():
    lot = make.lot_to_inspect(maker=None)
    opened = make.inspection(lot=lot)
    signing = {"signed_at": MOMENT.replace(year=2030), "verdict": "pass"}
    for maker in (None, make.user().pk):
        refused("inspection_", update, "quality_inspection", opened.pk, maker_id=maker, **signing)


@pytest.mark.parametrize("maker", [None, "other"])
def test_the_maker_of_a_lot_with_an_inspection_does_not_change(lot, maker):
    make.inspection(lot=lot)
    value = make.user().pk if maker else None
    refused("lot_maker_kept_once_inspected", update, "purchases_lot", lot.pk, maker_id=value)


def test_the_maker_of_a_lot_without_an_inspection_may_change(lot):
    other = make.user()
    update("purchases_lot", lot.pk, maker_id=other.pk)
    lot.refresh_from_db()
    assert lot.maker == other


def test_an_unknown_maker_can_be_named_but_not_as_one_of_the_inspectors():
    lot = make.lot_to_inspect(maker=None)
    opened = make.inspection(lot=lot)
    refused(
        "lot_maker_did_not_inspect", update, "purchases_lot", lot.pk, maker_id=opened.inspector_id
    )
    update("purchases_lot", lot.pk, maker_id=make.user().pk)
