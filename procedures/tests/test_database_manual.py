"""What the database refuses of procedures and their versions, by raw SQL (rule 6)."""

from datetime import UTC, datetime

import pytest

from procedures.models import Branch, Step, Version
from procedures.rules.drafts import BranchDraft, StepDraft
from procedures.services import add_picture, start_draft
from procedures.tests.rawsql import delete, insert, refused, update
from tests import make

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
V, S, B, P = ("procedures_version", "procedures_step", "procedures_branch", "procedures_procedure")
DECIDE = StepDraft(
    "decide", "Is it broken?", branches=(BranchDraft("Yes"), BranchDraft("No", ends=True))
)


@pytest.fixture
def live():
    """A version in force that decides and then does something."""
    made = make.procedure(steps=(DECIDE, StepDraft("do", "Send a new one")))
    return Version.objects.get(procedure=made)


@pytest.fixture
def draft(live):
    return start_draft(procedure=live.procedure, actor=make.manager())


def step(version: Version, **columns: object) -> dict[str, object]:
    row = {"version_id": version.pk, "position": 9, "kind": "do", "title": "New", "text": ""}
    return row | {"required": True, "critical": False, "unit": ""} | columns


def test_a_published_version_and_its_steps_do_not_change(live):
    first, answer = live.steps.first(), Branch.objects.first()
    frozen = "procedure_version_frozen"
    refused(frozen, update, V, live.pk, change_note="x")
    refused(frozen, update, V, live.pk, publisher_id=make.manager().pk)
    refused("procedure_version_state_goes_forward", update, V, live.pk, state="draft")
    refused("procedure_version_kept", delete, V, live.pk)
    of_draft = "procedure_step_of_draft_only"
    refused(of_draft, update, S, first.pk, text="x")
    refused(of_draft, delete, S, live.steps.last().pk)
    refused(of_draft, insert, S, **step(live))
    refused("procedure_branch_of_draft_only", update, B, answer.pk, label="Perhaps")
    refused("procedure_branch_of_draft_only", delete, B, answer.pk)
    assert list(live.steps.values_list("title", flat=True)) == ["Is it broken?", "Send a new one"]


def test_steps_move_neither_into_nor_out_of_a_published_version(live, draft):
    refused("procedure_step_of_draft_only", update, S, draft.steps.last().pk, version_id=live.pk)
    refused("procedure_step_of_draft_only", update, S, live.steps.last().pk, version_id=draft.pk)


def test_a_version_is_published_by_another_than_its_author_and_once(live, draft):
    published = {"state": "published", "published_at": MOMENT}
    by_author = published | {"publisher_id": draft.author_id}
    refused("procedure_version_publisher_is_another", update, V, draft.pk, **by_author)
    by_other = published | {"publisher_id": make.manager().pk}
    refused("procedure_one_published_version", update, V, draft.pk, **by_other)
    refused("procedure_version_published_by_somebody", update, V, draft.pk, state="published")
    refused("procedure_version_superseded_has_moment", update, V, draft.pk, superseded_at=MOMENT)
    update(V, live.pk, state="superseded", superseded_at=MOMENT)
    refused("procedure_version_superseded_once", update, V, live.pk, superseded_at=LATER)
    update(V, draft.pk, **by_other)
    draft.refresh_from_db()
    assert draft.state == "published"


def test_the_shape_of_a_version(live, draft):
    row = {"procedure_id": live.procedure_id, "number": 7, "state": "published", "change_note": ""}
    row |= {"author_id": make.manager().pk, "made_at": MOMENT, "version": 1}
    row |= {"publisher_id": make.manager().pk, "published_at": MOMENT}
    refused("procedure_version_begins_as_draft", insert, V, **row)
    plain = row | {"state": "draft", "publisher_id": None, "published_at": None}
    refused("procedure_one_draft", insert, V, **plain)
    other = make.procedure(live=False)
    refused("procedure_version_number_positive", update, V, draft.pk, number=0)
    refused("procedure_version_number_once", update, V, draft.pk, number=live.number)
    refused("procedure_version_state_known|_state_goes_forward", update, V, draft.pk, state="x")
    empty = start_draft(procedure=other, actor=make.manager())
    Step.objects.filter(version=empty).delete()
    publish = {"state": "published", "published_at": MOMENT, "publisher_id": make.manager().pk}
    refused("procedure_version_has_steps", update, V, empty.pk, **publish)
    insert(S, **step(empty, kind="decide"))
    refused("procedure_version_decisions_have_answers", update, V, empty.pk, **publish)


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"kind": "sing"}, "procedure_step_kind_known"),
        ({"title": ""}, "procedure_step_has_a_title"),
        ({"title": "Send a new one"}, "procedure_step_title_once"),
        ({"position": 1}, "procedure_step_in_order"),
        ({"critical": True, "required": False}, "procedure_step_critical_is_required"),
        ({"kind": "measure", "unit": "g"}, "procedure_step_measure_has_limits"),
        ({"kind": "measure", "upper": 3}, "procedure_step_measure_has_limits"),
        ({"unit": "g"}, "procedure_step_measure_has_limits"),
        (
            {"kind": "measure", "unit": "g", "lower": 5, "upper": 4},
            "procedure_step_lower_within_upper",
        ),
    ],
)
def test_a_step_that_cannot_be_followed_is_refused(draft, columns, name):
    refused(name, insert, S, **step(draft, **columns))


def test_the_answers_of_a_decision_lead_forward(draft):
    decision, later = draft.steps.all().order_by("position")
    yes, no = Branch.objects.filter(step=decision).order_by("position")
    refused("procedure_branch_goes_forward", update, B, yes.pk, goes_to_id=decision.pk)
    refused("procedure_branch_of_a_decision", update, B, yes.pk, step_id=later.pk)
    refused("procedure_branch_goes_one_way", update, B, no.pk, goes_to_id=later.pk)
    refused("procedure_branch_has_a_label", update, B, yes.pk, label="")
    refused("procedure_branch_label_once", update, B, yes.pk, label="No")
    refused("procedure_branch_in_order", update, B, yes.pk, position=2)
    update(B, yes.pk, goes_to_id=later.pk)


def test_a_procedure_keeps_its_key_and_has_a_title(live, storage):
    made = live.procedure
    refused("procedure_key_frozen", update, P, made.pk, key="other")
    refused("procedure_has_a_title", update, P, made.pk, title="")
    refused("procedure_told_of_its_review", update, P, made.pk, review_told_on="2026-11-20")
    row = {"title": "Other", "purpose": "", "categories": "[]", "roles": "[]", "version": 1}
    row |= {"owner_id": made.owner_id, "words": "", "made_at": MOMENT}
    refused("procedure_has_a_key", insert, P, **row, key="")
    insert(P, **row, key="other", form_key="k")
    twin = row | {"title": "Another", "key": "another", "form_key": "k"}
    refused("procedure_once_per_form", insert, P, **twin)
    shown = add_picture(procedure=made, stream=make.picture(), name="a.png", actor=make.manager())
    picture = "procedures_picture"
    refused("procedure_picture_frozen", update, picture, shown.pk, added_at=MOMENT)
    refused("procedure_picture_kept", delete, picture, shown.pk)
