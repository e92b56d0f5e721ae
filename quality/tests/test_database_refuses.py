"""What the database itself refuses, by raw SQL on whichever engine the tests run."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from helpdesk.lib.frozen import present_triggers, remove
from quality import frozen
from quality.models import Inspection, Plan, Result
from tests import make

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def execute(sql: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def insert(table: str, **columns: Any) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(columns.values()))


def update(table: str, pk: int, **columns: Any) -> None:
    changes = ", ".join(f'"{name}" = %s' for name in columns)
    execute(f"UPDATE {table} SET {changes} WHERE id = %s", [*columns.values(), pk])


def delete(table: str, pk: int) -> None:
    execute(f"DELETE FROM {table} WHERE id = %s", [pk])


def inspection(lot: Any, inspector: Any, **columns: Any) -> dict[str, Any]:
    """The columns of an inspection that the database takes, but for what the test changes."""
    return {
        "lot_id": lot.pk,
        "plan_id": lot.product.plans.get(state="active").pk,
        "stage": "first",
        "round": 1,
        "inspector_id": inspector.pk,
        "maker_id": lot.maker_id,
        "opened_at": MOMENT,
        "note": "",
        "version": 1,
        **columns,
    }


def imported(lot: Any, inspector: Any, **columns: Any) -> dict[str, Any]:
    """A signed inspection as an import writes it."""
    return (
        inspection(lot, inspector, plan_id=None, external_id="x", signed_at=MOMENT, verdict="pass")
        | columns
    )


def refused(constraint: str, action: Any, *args: Any, **columns: Any) -> None:
    """The action is refused, by this constraint or trigger, and the tables stay as they were."""
    before = (Inspection.objects.count(), Result.objects.count(), Plan.objects.count())
    with pytest.raises(IntegrityError, match=constraint):
        action(*args, **columns)
    assert before == (Inspection.objects.count(), Result.objects.count(), Plan.objects.count())


@pytest.fixture
def lot():
    return make.lot_to_inspect()


@pytest.fixture
def pair(lot):
    """A signed first and the person who may be second."""
    return make.signed_inspection(lot=lot), make.inspector()


def second(first: Any, inspector: Any, **columns: Any) -> dict[str, Any]:
    return (
        inspection(
            first.lot,
            inspector,
            stage="second",
            first_id=first.pk,
            first_inspector_id=first.inspector_id,
        )
        | columns
    )


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
            "inspection_(inspector_is_no_maker|not_by_the_maker)",
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
        ("not_by_the_maker", {"maker_id": "X"}),
        ("second_is_another_person", {"stage": "second", "first_inspector_id": "X"}),
        ("second_is_another_person", {"stage": "second", "first_inspector_id": None}),
        ("second_is_another_person", {"stage": "second", "first_id": None}),
        ("second_is_another_person", {"stage": "third", "first_inspector_id": "X"}),
        ("third_is_another_person", {"stage": "third", "second_inspector_id": "X"}),
        ("third_is_another_person", {"stage": "third", "second_inspector_id": "Y"}),
        ("third_is_another_person", {"stage": "third", "second_inspector_id": None}),
        ("signed_is_complete", {"signed_at": MOMENT, "verdict": "pass", "maker_id": None}),
        ("signed_is_complete", {"signed_at": MOMENT, "maker_id": "Y"}),
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
    refused(f"inspection_({constraint}|pair_fits_stage)", insert, "quality_inspection", **row)


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
    refused("(?i)unique", insert, "quality_inspection", **third)


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
        "inspection_(identity_frozen|second_is_another_person|maker_is_the_lots)",
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


# Shape -----------------------------------------------------------------------------------------


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
        ("inspection_has_plan_unless_imported", {"external_id": None}),
    ],
)
def test_an_inspection_out_of_shape(lot, constraint, columns):
    row = imported(lot, make.inspector(), **columns)
    # On SQLite the first check that fails is named; a stage out of the list breaks two.
    refused(f"{constraint}|inspection_pair_fits_stage", insert, "quality_inspection", **row)


def test_an_external_id_twice(lot):
    insert("quality_inspection", **imported(lot, make.inspector()))
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


def result(opened: Any, name: str, **columns: Any) -> dict[str, Any]:
    line = opened.plan.characteristics.get(name=name)
    return {
        "inspection_id": opened.pk,
        "characteristic_id": line.pk,
        "typed": "x",
        "unit": "",
        "conforms": True,
        "note": "",
        "recorded_at": MOMENT,
        **columns,
    }


def test_a_result_twice_or_empty_or_of_another_plan(lot):
    opened, other = make.inspection(lot=lot), make.plan()
    insert("quality_result", **result(opened, "Glaze"))
    refused("(?i)unique", insert, "quality_result", **result(opened, "Glaze"))
    empty = result(opened, "Mass, dry", typed="")
    refused("result_typed_not_empty", insert, "quality_result", **empty)
    strange = result(opened, "Chips", characteristic_id=other.characteristics.first().pk)
    refused("result_of_the_plan", insert, "quality_result", **strange)


# Frozen ----------------------------------------------------------------------------------------


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
    refused("inspection_", update, "quality_inspection", signed.pk, **columns)
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
    refused("(?i)inspection_correction_of_the_same|unique", insert, "quality_inspection", **row)


@pytest.mark.parametrize("state", ["active", "retired"])
def test_an_active_or_retired_plan_and_its_lines_do_not_change(state):
    plan = make.plan()
    if state == "retired":
        update("quality_plan", plan.pk, state="retired", retired_at=MOMENT)
    line = plan.characteristics.first()
    refused("plan_active_frozen", update, "quality_plan", plan.pk, note="x")
    refused("plan_active_frozen", update, "quality_plan", plan.pk, product_id=make.product().pk)
    refused("plan_kept", delete, "quality_plan", plan.pk)
    refused("characteristic_of_draft_only", update, "quality_characteristic", line.pk, upper=999)
    refused("characteristic_of_draft_only", delete, "quality_characteristic", line.pk)
    row = {"plan_id": plan.pk, "position": 9, "name": "New", "kind": "pass_fail", "unit": ""}
    row |= {"required": True, "method": ""}
    refused("characteristic_of_draft_only", insert, "quality_characteristic", **row)
    back = {"state": "draft", "activated_at": None, "retired_at": None}
    refused("plan_", update, "quality_plan", plan.pk, **back)


def test_a_retired_plan_does_not_become_active_again():
    plan = make.plan()
    update("quality_plan", plan.pk, state="retired", retired_at=MOMENT)
    refused("plan_", update, "quality_plan", plan.pk, state="active", retired_at=None)
    refused("plan_retired_once", update, "quality_plan", plan.pk, retired_at=MOMENT.replace(day=1))


def test_a_line_is_not_moved_into_an_active_plan():
    active, draft = make.plan(), make.plan(active=False)
    line = draft.characteristics.first()
    move = {"plan_id": active.pk, "name": "moved"}
    refused("characteristic_of_draft_only", update, "quality_characteristic", line.pk, **move)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("plan_begins_as_draft", {"state": "active", "activated_at": MOMENT}),
        ("plan_begins_as_draft|plan_state_known", {"state": "new"}),
        ("plan_draft_has_no_moment", {"activated_at": MOMENT}),
        ("plan_retired_has_moment", {"retired_at": MOMENT}),
        ("plan_revision_positive", {"revision": 0}),
    ],
)
def test_a_plan_out_of_shape(constraint, columns):
    row = {"product_id": make.product().pk, "revision": 1, "state": "draft", "note": ""}
    row |= {"made_at": MOMENT, "version": 1} | columns
    refused(constraint, insert, "quality_plan", **row)


def test_a_plan_cannot_be_active_without_a_moment_or_beside_another():
    plan = make.plan()
    draft = {"product_id": plan.product_id, "revision": 2, "state": "draft", "note": ""}
    draft |= {"made_at": MOMENT, "version": 1}
    insert("quality_plan", **draft)
    row = Plan.objects.get(state="draft")
    refused("plan_active_has_lines", update, "quality_plan", row.pk, state="active")
    line = {"plan_id": row.pk, "position": 1, "name": "Glaze", "kind": "pass_fail", "unit": ""}
    insert("quality_characteristic", **line, required=True, method="")
    refused("plan_active_has_moment", update, "quality_plan", row.pk, state="active")
    moved = {"state": "active", "activated_at": MOMENT}
    refused("(?i)unique", update, "quality_plan", row.pk, **moved)
    refused("(?i)unique", insert, "quality_plan", **(draft | {"revision": 3}))


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("characteristic_kind_known", {"kind": "photo"}),
        ("characteristic_lower_within_upper", {"lower": 2, "upper": 1}),
        ("characteristic_lower_within_nominal", {"lower": 2, "nominal": 1}),
        ("characteristic_nominal_within_upper", {"nominal": 2, "upper": 1}),
        ("characteristic_measure_has_unit", {"unit": ""}),
        ("characteristic_limits_only_on_numbers", {"kind": "text"}),
        ("characteristic_number_has_a_limit", {"upper": None, "nominal": 1}),
        ("characteristic_name_not_empty", {"name": ""}),
    ],
)
def test_a_characteristic_out_of_shape(constraint, columns):
    plan = make.plan(active=False)
    row = {"plan_id": plan.pk, "position": 9, "name": "Wall", "kind": "measure", "unit": "mm"}
    row |= {"upper": 3, "required": True, "method": ""} | columns
    refused(constraint, insert, "quality_characteristic", **row)


def test_all_declared_triggers_are_there():
    declared = {(t.table, t.name) for d in frozen.FROZEN for t in d.triggers()}
    assert declared <= present_triggers(connection)
