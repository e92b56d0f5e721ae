"""Drafting, activating and revising plans, through the services."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from quality.services import (
    LineDraft,
    PlanDraft,
    activate_plan,
    record_result,
    revise_plan,
    save_plan,
    sign_inspection,
)
from tests import make

pytestmark = pytest.mark.django_db


def test_a_plan_is_drafted_activated_revised_and_the_former_retires():
    manager = make.manager()
    plan = make.plan()
    revised = revise_plan(plan=plan, actor=manager)
    assert (revised.revision, revised.state, revised.characteristics.count()) == (2, "draft", 4)
    assert revise_plan(plan=plan, actor=manager).pk == revised.pk
    with pytest.raises(ValidationError, match="invite another manager or admin"):
        activate_plan(plan=revised, actor=manager)
    other = make.admin(name="Ada Admin")
    with pytest.raises(ValidationError, match="Ada Admin"):
        activate_plan(plan=revised, actor=manager)
    assert plan.state == "active"
    revised = activate_plan(plan=revised, actor=other)
    plan.refresh_from_db()
    assert (revised.made_by, revised.approved_by) == (manager, other)
    assert (plan.state, revised.state) == ("retired", "active")
    assert plan.retired_at == revised.activated_at


def test_an_open_inspection_keeps_the_revision_it_was_opened_with():
    inspection = make.inspection()
    activate_plan(plan=revise_plan(plan=inspection.plan, actor=None), actor=make.manager())
    for line in inspection.plan.characteristics.filter(required=True):
        typed = "340" if line.kind == "measure" else "pass"
        record_result(
            inspection=inspection, characteristic=line, typed=typed, actor=inspection.inspector
        )
    signed = sign_inspection(inspection=inspection, actor=inspection.inspector)
    assert signed.plan.revision == 1


@pytest.mark.parametrize(
    "lines",
    [
        (LineDraft("Mass", "measure", "g"),),
        (LineDraft("Mass", "measure", "", upper=Decimal(1)),),
        (LineDraft("Glaze", "pass_fail"), LineDraft("glaze", "pass_fail")),
    ],
)
def test_a_plan_with_a_line_that_cannot_be_checked_is_refused(lines):
    product = make.product()
    with pytest.raises(ValidationError):
        save_plan(actor=None, product=product, draft=PlanDraft(lines))
    assert product.plans.count() == 0


def test_a_draft_is_saved_only_from_the_version_it_was_drawn_from():
    plan = make.plan(active=False)
    draft = PlanDraft((make.GLAZE,), note="only glaze")
    save_plan(actor=None, product=plan.product, draft=draft, plan=plan, version=1)
    with pytest.raises(ValidationError, match="Somebody else changed"):
        save_plan(
            actor=None, product=plan.product, draft=PlanDraft((make.MASS,)), plan=plan, version=1
        )
    assert [c.name for c in plan.characteristics.all()] == ["Glaze"]


def test_an_active_plan_is_not_saved_and_an_empty_one_not_activated():
    plan, empty = make.plan(), make.plan(active=False)
    with pytest.raises(ValidationError, match="Make a new revision"):
        save_plan(actor=None, product=plan.product, draft=PlanDraft((make.GLAZE,)), plan=plan)
    save_plan(actor=None, product=empty.product, draft=PlanDraft(()), plan=empty)
    with pytest.raises(ValidationError, match="no characteristics"):
        activate_plan(plan=empty, actor=make.manager())
    empty.refresh_from_db()
    assert empty.state == "draft"
