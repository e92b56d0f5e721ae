"""The shape of plans, and that active ones stay as they are, by raw SQL."""

import pytest

from quality.models import Plan
from quality.tests.rawsql import MOMENT, delete, insert, refused, update
from quality.tests.rawsql import line as line_row
from quality.tests.rawsql import plan as plan_row
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["active", "retired"])
def test_an_active_or_retired_plan_and_its_lines_do_not_change(state):
    plan = make.plan()
    if state == "retired":
        update("quality_plan", plan.pk, state="retired", retired_at=MOMENT)
    line = plan.characteristics.first()
    refused("plan_active_frozen", update, "quality_plan", plan.pk, note="x")
    refused("plan_active_frozen", update, "quality_plan", plan.pk, product_id=make.product().pk)
    refused("plan_seconds_frozen", update, "quality_plan", plan.pk, seconds="every")
    refused("plan_kept", delete, "quality_plan", plan.pk)
    refused("characteristic_of_draft_only", update, "quality_characteristic", line.pk, upper=999)
    refused("characteristic_of_draft_only", delete, "quality_characteristic", line.pk)
    row = line_row(plan)
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
        ("plan_of_product_or_category", {"category": "Mugs"}),
        ("plan_of_product_or_category", {"product_id": None}),
        ("plan_sampling_says_how_many", {"sampling": "nth"}),
        ("plan_sampling_says_how_many", {"sampling": "first", "sampling_number": 0}),
        ("plan_sampling_says_how_many", {"sampling": "aql", "level": "X", "aql_major": "1.0"}),
        ("plan_sampling_says_how_many", {"sampling_number": 3}),
        ("plan_aql_of_the_tables", {"aql_major": "1.1"}),
        ("plan_aql_of_the_tables", {"sampling": "aql", "level": "II"}),
        ("plan_seconds_known", {"seconds": "often"}),
        ("plan_seconds_percent_possible", {"seconds_percent": 101}),
    ],
)
def test_a_plan_out_of_shape(constraint, columns):
    row = plan_row(make.product(), revision=1) | columns
    refused(constraint, insert, "quality_plan", **row)


def test_a_plan_cannot_be_active_without_a_moment_or_beside_another():
    plan = make.plan()
    draft = plan_row(plan.product)
    insert("quality_plan", **draft)
    row = Plan.objects.get(state="draft")
    approved = {"approved_by_id": make.manager().pk}
    moved = {"state": "active", "activated_at": MOMENT}
    refused("plan_active_has_lines", update, "quality_plan", row.pk, **moved, **approved)
    insert("quality_characteristic", **line_row(row))
    active = approved | {"state": "active"}
    refused("plan_active_has_moment", update, "quality_plan", row.pk, **active)
    refused("plan_approved_when_activated", update, "quality_plan", row.pk, **moved)
    reader = {"approved_by_id": make.agent().pk}
    refused("plan_approved_when_activated", update, "quality_plan", row.pk, **moved, **reader)
    moved |= approved
    refused("plan_one_active_per_product|UNIQUE", update, "quality_plan", row.pk, **moved)
    another = draft | {"revision": 3}
    refused("plan_one_draft_per_product|UNIQUE", insert, "quality_plan", **another)


def test_a_revision_or_a_name_in_a_plan_is_there_once():
    plan = make.plan()
    row = plan_row(plan.product, revision=1)
    refused("plan_revision_once|UNIQUE", insert, "quality_plan", **row)
    draft = make.plan(active=False)
    line = line_row(draft, name="Glaze")
    refused("characteristic_once_in_plan|UNIQUE", insert, "quality_characteristic", **line)


def test_a_plan_does_not_go_back_to_a_draft():
    plan = make.plan()
    refused("plan_state_goes_forward", update, "quality_plan", plan.pk, state="draft")


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("characteristic_kind_known", {"kind": "mood", "upper": None, "unit": ""}),
        ("characteristic_lower_within_upper", {"lower": 2, "upper": 1}),
        ("characteristic_lower_within_nominal", {"lower": 2, "nominal": 1}),
        ("characteristic_nominal_within_upper", {"nominal": 2, "upper": 1}),
        ("characteristic_measure_has_unit", {"unit": ""}),
        ("characteristic_limits_only_on_numbers", {"kind": "text"}),
        ("characteristic_number_has_a_limit", {"upper": None, "nominal": 1}),
        ("characteristic_name_not_empty", {"name": ""}),
        ("characteristic_severity_known", {"severity": "awful"}),
        ("characteristic_choices_only_on_choice", {"good": "red"}),
        ("characteristic_choices_only_on_choice", {"kind": "choice", "upper": None, "unit": ""}),
        ("characteristic_decimals_of_a_measure", {"decimals": 7}),
    ],
)
def test_a_characteristic_out_of_shape(constraint, columns):
    plan = make.plan(active=False)
    row = line_row(plan, name="Wall", kind="measure", unit="mm", upper=3) | columns
    refused(constraint, insert, "quality_characteristic", **row)
