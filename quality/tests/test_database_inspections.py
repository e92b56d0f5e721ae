"""The shape of inspections and results, and that what is signed stays, by raw SQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from helpdesk.lib.frozen import present_triggers
from purchases.services import LotDraft, save_lot
from quality import frozen
from quality.tests.rawsql import (
    MOMENT,
    delete,
    imported,
    insert,
    inspection,
    refused,
    result,
    update,
)
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return make.lot_to_inspect()


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("inspection_signed_is_complete", {"verdict": None}),
        ("inspection_signed_is_complete", {"signed_at": None}),
        ("inspection_verdict_known", {"verdict": "meh"}),
        ("inspection_stage_known", {"stage": "fourth"}),
        ("inspection_round_positive", {"round": 0}),
        ("inspection_signed_after_opening", {"signed_at": MOMENT.replace(year=2020)}),
        ("inspection_signed_not_withdrawn", {"withdrawn_at": MOMENT}),
        ("inspection_external_id_not_empty", {"external_id": ""}),
        (
            "inspection_withdrawn_after_opening",
            {
                "withdrawn_at": MOMENT.replace(year=2020),
                "signed_at": None,
                "verdict": None,
            },
        ),
        ("inspection_has_plan_unless_imported", {"external_id": None}),
    ],
)
def test_an_inspection_out_of_shape(lot, constraint, columns):
    row = imported(lot, make.inspector(), **columns)
    # On SQLite the first check that fails is named; a stage out of the list breaks two.
    refused(f"{constraint}|inspection_pair_fits_stage", insert, "quality_inspection", **row)


def test_an_external_id_twice(lot):
    insert("quality_inspection", **imported(lot, make.inspector()))
    # The column is unique by itself, so only SQLite says which.
    refused("(?i)unique", insert, "quality_inspection", **imported(lot, make.inspector()))


def test_a_plan_of_another_product_or_a_draft(lot):
    other = make.plan()
    row = inspection(lot, make.inspector(), plan_id=other.pk)
    refused("inspection_plan_is_the_products", insert, "quality_inspection", **row)
    draft = make.plan(active=False)
    row = inspection(lot, make.inspector(), plan_id=draft.pk)
    refused("inspection_plan_is_the_products", insert, "quality_inspection", **row)


def test_signing_without_a_required_result_or_against_the_results(lot):
    opened = make.inspection(lot=lot)
    late = MOMENT.replace(year=2030)
    sign = ("quality_inspection", opened.pk)
    insert("quality_result", **result(opened, "Glaze"))
    refused("inspection_required_recorded", update, *sign, signed_at=late, verdict="pass")
    insert("quality_result", **result(opened, "Mass, dry", conforms=False))
    refused("inspection_verdict_fits_results", update, *sign, signed_at=late, verdict="pass")
    update(*sign, signed_at=late, verdict="fail")


def test_a_signed_row_with_a_plan_is_not_inserted_past_its_results(lot):
    row = imported(lot, make.inspector(), plan_id=lot.product.plans.get().pk)
    refused(
        "inspection_(required_recorded|verdict_fits_results)", insert, "quality_inspection", **row
    )


def test_a_result_twice_or_empty_or_of_another_plan(lot):
    opened, other = make.inspection(lot=lot), make.plan()
    insert("quality_result", **result(opened, "Glaze"))
    refused(
        "result_once_per_characteristic|UNIQUE",
        insert,
        "quality_result",
        **result(opened, "Glaze"),
    )
    empty = result(opened, "Mass, dry", typed="")
    refused("result_typed_not_empty", insert, "quality_result", **empty)
    strange = result(opened, "Chips", characteristic_id=other.characteristics.first().pk)
    refused("result_of_the_plan", insert, "quality_result", **strange)


@pytest.mark.parametrize(
    "columns",
    [
        {"verdict": "fail"},
        {"verdict": None, "signed_at": None},
        {"note": "changed"},
        {"signed_at": MOMENT.replace(year=2030)},
        {"maker_id": None},
        {"external_id": "y"},
        {"withdrawn_at": MOMENT},
        {"version": 99},
    ],
)
def test_a_signed_inspection_does_not_change(columns):
    signed = make.signed_inspection()
    refused(
        "inspection_signed_frozen|inspection_identity_frozen|inspection_maker_is_the_lots"
        "|inspection_verdict_fits_results",
        update,
        "quality_inspection",
        signed.pk,
        **columns,
    )
    signed.refresh_from_db()
    assert signed.verdict == "pass"


def test_a_signed_inspection_and_its_results_stay():
    signed = make.signed_inspection()
    found = signed.results.get(value=340)
    refused("result_of_open_inspection", insert, "quality_result", **result(signed, "Chips"))
    refused("result_of_open_inspection", update, "quality_result", found.pk, typed="341")
    refused("result_of_open_inspection", delete, "quality_result", found.pk)
    refused("inspection_signed_kept", delete, "quality_inspection", signed.pk)


def test_a_result_is_moved_neither_out_of_nor_into_a_signed_inspection():
    signed = make.signed_inspection()
    opened = make.inspection(lot=signed.lot, stage="re_inspection")
    found = signed.results.get(value=340)
    moving = {"inspection_id": opened.pk}
    refused("result_of_open_inspection", update, "quality_result", found.pk, **moving)
    insert("quality_result", **result(opened, "Chips"))
    chips = opened.results.get()
    back = {"inspection_id": signed.pk}
    refused("result_of_open_inspection", update, "quality_result", chips.pk, **back)


def test_a_withdrawn_inspection_does_not_come_back(lot):
    opened = make.inspection(lot=lot)
    update("quality_inspection", opened.pk, withdrawn_at=MOMENT.replace(year=2030))
    refused(
        "inspection_withdrawn_frozen", update, "quality_inspection", opened.pk, withdrawn_at=None
    )


@pytest.mark.parametrize("case", ["other person", "other lot", "unsigned", "twice", "other stage"])
def test_a_correction_of_something_else(case):
    old = make.signed_inspection()
    row = inspection(old.lot, old.inspector, corrects_id=old.pk)
    if case == "other person":
        row["inspector_id"] = make.inspector().pk
    if case == "other lot":
        lot = make.lot_to_inspect(product=old.lot.product)
        row |= {"lot_id": lot.pk, "maker_id": lot.maker_id}
    if case == "unsigned":
        row["corrects_id"] = make.inspection(lot=old.lot, stage="re_inspection").pk
    if case == "other stage":
        row["stage"] = "re_inspection"
    if case == "twice":
        insert("quality_inspection", **row)
    expected = "inspection_corrected_once|UNIQUE"
    if case != "twice":
        expected = "inspection_correction_of_the_same"
    refused(expected, insert, "quality_inspection", **row)


def test_all_declared_triggers_are_there():
    declared = {(t.table, t.name) for d in frozen.FROZEN for t in d.triggers()}
    assert declared <= present_triggers(connection)


def test_the_product_is_the_lots_and_neither_changes_once_inspected():
    """The copy and the lot's own product, at the database and through the service."""
    lot, other = make.lot_to_inspect(), make.product()
    row = inspection(lot, make.inspector(), product_id=other.pk)
    refused("inspection_product_is_the_lots", insert, "quality_inspection", **row)
    row = inspection(lot, make.inspector(), product_id=None)
    refused("inspection_product_is_the_lots", insert, "quality_inspection", **row)
    opened = make.inspection(lot=lot)
    assert opened.product == lot.product
    refused(
        "inspection_product_frozen", update, "quality_inspection", opened.pk, product_id=other.pk
    )
    refused("lot_product_kept_once_inspected", update, "purchases_lot", lot.pk, product_id=other.pk)
    draft = LotDraft(product=other, number=lot.number, maker=lot.maker)
    with pytest.raises(ValidationError, match="its product cannot change"):
        save_lot(actor=None, draft=draft, lot=lot)
