"""What the database itself refuses of units, samples, switches and gauges, by raw SQL."""

import pytest

from quality.models import SampleSize
from quality.tests.rawsql import MOMENT, delete, insert, inspection, refused, result, update
from quality.tests.rawsql import plan as plan_row
from tests import make

pytestmark = pytest.mark.django_db
AQL = {"sampling": "aql", "level": "II", "aql_major": "2.5"}
SIZE = "quality_samplesize"


@pytest.fixture
def opened():
    """Twenty units, Ac 1, Re 2."""
    product = make.plan(lines=(make.GLAZE,), **AQL).product
    return make.inspection(lot=make.lot(product=product, maker=make.user(), quantity=100))


def size(one, **columns):
    row = {"inspection_id": one.pk, "severity": "minor", "taken": "normal", "letter": "F"}
    row |= {"aql": "2.5", "size": 20, "accept": 1, "reject": 2}
    return row | columns


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("samplesize_once|UNIQUE", {"severity": "major"}),
        ("samplesize_words_known", {"severity": "awful"}),
        ("samplesize_words_known", {"taken": "stopped"}),
        ("samplesize_possible", {"size": 0}),
        ("samplesize_possible", {"reject": 1}),
    ],
)
def test_a_sample_size_out_of_shape(opened, constraint, columns):
    refused(constraint, insert, SIZE, **size(opened, **columns))
    assert SampleSize.objects.count() == 1
    insert(SIZE, **size(opened))


def test_sizes_stay_as_they_were_at_the_opening(opened):
    row = SampleSize.objects.get()
    refused("samplesize_frozen", update, SIZE, row.pk, accept=5, reject=6)
    refused("samplesize_kept", delete, SIZE, row.pk)
    update(SIZE, row.pk, counted_at=MOMENT)
    refused("samplesize_counted_once", update, SIZE, row.pk, counted_at=None)
    refused("inspection_units_frozen", update, "quality_inspection", opened.pk, units=1)


def test_a_result_of_a_unit_that_is_not_there(opened):
    refused("result_within_units", insert, "quality_result", **result(opened, "Glaze", sample=21))
    refused("result_sample_positive", insert, "quality_result", **result(opened, "Glaze", sample=0))
    insert("quality_result", **result(opened, "Glaze", sample=20))
    again = result(opened, "Glaze", sample=20)
    refused("result_once_per_characteristic|UNIQUE", insert, "quality_result", **again)


@pytest.mark.parametrize(
    ("bad", "told", "trigger"),
    [
        (1, "fail", "inspection_verdict_fits_results"),
        (2, "pass", "inspection_verdict_fits_results"),
        (0, "pass", ""),
        (2, "fail", ""),
    ],
)
def test_a_verdict_is_what_the_units_say(opened, bad, told, trigger):
    for sample in range(1, 21):
        row = result(opened, "Glaze", sample=sample, conforms=sample > bad)
        insert("quality_result", **row)
    signed = {"signed_at": opened.opened_at, "verdict": told}
    if trigger:
        refused(trigger, update, "quality_inspection", opened.pk, **signed)
    else:
        update("quality_inspection", opened.pk, **signed)


def test_a_sample_with_a_unit_missing_is_not_signed_as_passed(opened):
    for sample in range(1, 20):
        insert("quality_result", **result(opened, "Glaze", sample=sample))
    signed = {"signed_at": opened.opened_at, "verdict": "pass"}
    refused("inspection_required_recorded", update, "quality_inspection", opened.pk, **signed)


def test_no_inspection_of_no_units(opened):
    lot = make.lot(product=opened.lot.product, maker=make.user())
    row = inspection(lot, make.inspector(), units=0)
    refused("inspection_units_positive", insert, "quality_inspection", **row)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("switch_once|UNIQUE", {}),
        ("switch_words_known", {"severity": "awful"}),
        ("switch_words_known", {"severity": "minor", "state": "lazy"}),
        ("switch_reduced_was_agreed", {"severity": "minor", "state": "reduced"}),
    ],
)
def test_a_switch_out_of_shape(constraint, columns):
    product = make.product()
    row = {"product_id": product.pk, "severity": "major", "state": "normal", "recent": ""}
    row |= {"refused": 0, "since": MOMENT, "reason": ""}
    insert("quality_switch", **row)
    refused(constraint, insert, "quality_switch", **row | columns)


def test_a_gauge_without_a_name():
    refused("gauge_name_not_empty", insert, "quality_gauge", name="", version=1)
    row = {"name": "Scale", "due_on": MOMENT.date(), "version": 1}
    refused("gauge_closes_when_due", insert, "quality_gauge", **row)


def test_an_active_plan_keeps_its_sampling_and_who_approved_it():
    plan = make.plan()
    refused("plan_sampling_frozen", update, "quality_plan", plan.pk, sampling="every")
    refused("plan_sampling_frozen", update, "quality_plan", plan.pk, approved_by_id=None)


def test_nobody_approves_what_they_wrote():
    plan = make.plan(active=False)
    own = {"state": "active", "activated_at": MOMENT, "approved_by_id": plan.made_by_id}
    refused("plan_approved_by_another", update, "quality_plan", plan.pk, **own)


def test_a_category_has_one_active_plan_one_draft_and_each_revision_once():
    make.plan(category="Mugs")
    make.plan(category="Mugs", active=False)
    row = plan_row(make.product(), product_id=None, category="Mugs", revision=3)
    refused("plan_one_draft_per_category|UNIQUE", insert, "quality_plan", **row)
    row |= {"revision": 1, "state": "draft"}
    refused("plan_revision_once_per_category|UNIQUE|plan_one_draft", insert, "quality_plan", **row)
    draft = make.Plan.objects.get(state="draft")
    moved = {"state": "active", "activated_at": MOMENT, "approved_by_id": make.manager().pk}
    refused("plan_one_active_per_category|UNIQUE", update, "quality_plan", draft.pk, **moved)
