"""Procedures and their versions through the services: the other door (rule 6)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import HistoryEntry, Role
from procedures.models import Procedure, Version
from procedures.rules.drafts import BranchDraft, StepDraft, VersionDraft
from procedures.services import (
    ProcedureDraft,
    add_picture,
    add_procedure,
    discard_draft,
    draft_of,
    edit_procedure,
    publish_version,
    retire_procedure,
    save_draft,
    start_draft,
)
from tests import make

pytestmark = pytest.mark.django_db
DO = StepDraft("do", "Do it")


@pytest.fixture
def author():
    return make.manager(name="Nadia")


@pytest.fixture
def draft(author):
    made = add_procedure(draft=ProcedureDraft("Late", owner=author), actor=author)
    return start_draft(procedure=made, actor=author)


def write(draft: Version, *steps: StepDraft, actor: object, version: int | None = None) -> Version:
    said = VersionDraft(steps, "why")
    return save_draft(draft=draft, said=said, version=version or draft.version, actor=actor)


def test_a_version_says_what_was_written_in_that_order(draft, author):
    steps = (
        make.SAY_SORRY,
        StepDraft(
            "decide",
            "Is it broken?",
            branches=(BranchDraft("Yes", to="Weigh the new one"), BranchDraft("No", ends=True)),
        ),
        make.ASK_PHOTO,
        make.WEIGH,
    )
    saved = write(draft, *steps, actor=author)
    assert draft_of(saved) == VersionDraft(steps, "why")
    assert (saved.version, saved.number, saved.state) == (2, 1, "draft")


def test_the_author_cannot_publish_and_another_manager_or_an_admin_can(draft, author):
    write(draft, DO, actor=author)
    with pytest.raises(ValidationError, match="there is nobody else"):
        publish_version(draft=draft, version=2, actor=author)
    other = make.admin(name="Peter")
    with pytest.raises(ValidationError, match="another person publishes it: Peter"):
        publish_version(draft=draft, version=2, actor=author)
    for unable in (make.agent(), make.user(Role.MANAGER, read_only=True)):
        with pytest.raises(ValidationError, match="Managers and admins publish"):
            publish_version(draft=draft, version=2, actor=unable)
    draft.refresh_from_db()
    assert draft.state == "draft"
    live = publish_version(draft=draft, version=2, actor=other)
    assert (live.state, live.publisher) == ("published", other)


def test_who_wrote_last_is_the_author_so_the_first_one_may_publish(draft, author):
    second = make.manager()
    write(draft, DO, actor=second)
    assert publish_version(draft=draft, version=2, actor=author).author == second


def test_what_is_not_finished_or_was_changed_meanwhile_is_not_published(draft, author):
    other = make.manager()
    with pytest.raises(ValidationError, match="There is no step yet"):
        publish_version(draft=draft, version=1, actor=other)
    write(draft, StepDraft("decide", "Broken?", branches=(BranchDraft("Yes"),)), actor=author)
    with pytest.raises(ValidationError, match="at least two answers"):
        publish_version(draft=draft, version=2, actor=other)
    with pytest.raises(ValidationError, match="Somebody else changed this draft"):
        publish_version(draft=draft, version=1, actor=other)
    assert not Version.objects.published().exists()


def test_a_new_version_supersedes_and_a_published_one_is_not_written(author):
    made = make.procedure(owner=author)
    first = made.versions.get()
    draft = start_draft(procedure=made, actor=author)
    assert start_draft(procedure=made, actor=make.manager()) == draft
    assert draft_of(draft).steps == draft_of(first).steps
    write(draft, DO, actor=author)
    second = publish_version(draft=draft, version=2, actor=make.manager())
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("superseded", "published", 2)
    with pytest.raises(ValidationError, match="does not change any more"):
        write(second, make.WEIGH, actor=author)
    assert draft_of(second).steps == (DO,)
    with pytest.raises(ValidationError, match="does not change any more"):
        discard_draft(draft=second, version=second.version, actor=author)


def test_a_draft_is_given_up_and_the_version_in_force_stays(author):
    made = make.procedure(owner=author)
    draft = start_draft(procedure=made, actor=author)
    with pytest.raises(ValidationError, match="Somebody else changed"):
        discard_draft(draft=draft, version=9, actor=author)
    discard_draft(draft=draft, version=draft.version, actor=author)
    assert [one.number for one in made.versions.all()] == [1]
    assert HistoryEntry.objects.about(made).first().told == "gave up the draft"


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((StepDraft("sing", "x"),), "Choose what kind"),
        ((StepDraft("do", " "),), "Give the step a title"),
        ((StepDraft("do", "x" * 161),), "At most 160"),
        ((StepDraft("do", "x", text="x" * 8001),), "At most 8000"),
        ((DO, StepDraft("say", "do IT")), "Another step has this title"),
        ((StepDraft("do", "x", required=False, critical=True),), "required as well"),
        ((StepDraft("do", "x", unit="g"),), "Only a measure"),
        ((StepDraft("measure", "x", unit="parsec", lower=1),), "unit we know"),
        ((StepDraft("measure", "x", unit="g"),), "Give a lower or an upper"),
        ((StepDraft("measure", "x", unit="g", lower=2, upper=1),), "below the lower"),
        ((StepDraft("do", "x", branches=(BranchDraft("a"),)),), "Only a decision has answers"),
        (
            (DO, StepDraft("decide", "x", branches=(BranchDraft("a", to="Do it"),))),
            "no later step",
        ),
        (
            (StepDraft("decide", "x", branches=(BranchDraft("a"), BranchDraft("A"))),),
            "words of its own",
        ),
        (tuple(StepDraft("do", f"Step {n}") for n in range(201)), "at most 200 steps"),
    ],
)
def test_a_step_that_cannot_be_followed_is_refused_and_nothing_changes(draft, author, steps, says):
    with pytest.raises(ValidationError, match=says):
        write(draft, *steps, actor=author)
    draft.refresh_from_db()
    assert (draft.version, draft.steps.count()) == (1, 0)


def test_a_procedure_is_made_once_per_form_and_changed_by_one_at_a_time(author):
    draft = ProcedureDraft("Late", owner=author, reasons=(make.reason(name="Late"),))
    made = add_procedure(draft=draft, actor=author, form_key="k")
    assert add_procedure(draft=draft, actor=author, form_key="k") == made
    with pytest.raises(ValidationError, match="called “Late” already"):
        add_procedure(draft=draft, actor=author)
    with pytest.raises(ValidationError, match="Give it a title"):
        add_procedure(draft=ProcedureDraft(" ", owner=author), actor=author)
    with pytest.raises(ValidationError, match="roles that exist"):
        add_procedure(draft=ProcedureDraft("x", owner=author, roles=("king",)), actor=author)
    changed = ProcedureDraft("Late", owner=author, purpose="Café opens", roles=("agent",))
    edit_procedure(procedure=made, draft=changed, version=1, actor=author)
    made.refresh_from_db()
    assert (made.reasons.count(), made.roles, made.key, made.version) == (0, ["agent"], "late", 2)
    assert Procedure.objects.containing(["cafe", "open"]).get() == made
    assert not Procedure.objects.containing(["afe"]).exists()
    told = HistoryEntry.objects.about(made).first().changes
    assert told["reasons"] == ["Late", ""]
    with pytest.raises(ValidationError):
        edit_procedure(procedure=made, draft=changed, version=1, actor=author)
    with pytest.raises(ValidationError):
        retire_procedure(procedure=made, version=1, actor=author)
    retire_procedure(procedure=made, version=2, actor=author)
    assert not Procedure.objects.in_use().exists()
    other = add_procedure(draft=ProcedureDraft("Late!", owner=author), actor=author)
    assert other.key == "late-2"


def test_a_picture_is_kept_once_and_is_a_picture(author, storage):
    made = make.procedure(owner=author)
    first = add_picture(procedure=made, stream=make.picture(), name="a.png", actor=author)
    again = add_picture(procedure=made, stream=make.picture(), name="b.png", actor=author)
    assert first == again
    text = make.picture()
    text.seek(0)
    text.truncate()
    text.write(b"no picture")
    with pytest.raises(ValidationError, match="This is no picture"):
        add_picture(procedure=made, stream=text, name="c.txt", actor=author)
    assert made.pictures.count() == 1
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 2


def test_reading_a_version_takes_the_same_queries_with_1_and_200_steps(author, queries):
    small, large = (
        make.procedure(owner=author, steps=(DO,)),
        make.procedure(owner=author, steps=tuple(StepDraft("do", f"Step {n}") for n in range(200))),
    )
    assert connection is not None
    with queries() as one:
        assert len(draft_of(small.versions.get()).steps) == 1
    with queries(exactly=len(one)):
        assert len(draft_of(large.versions.get()).steps) == 200
