"""Versions: drafted, published by another person than their author, then frozen."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services import record_history
from procedures.models import Branch, Procedure, Step, Version
from procedures.rules.drafts import (
    BranchDraft,
    StepDraft,
    VersionDraft,
    faults_of,
    unfinished,
)
from procedures.services.manual import refresh_reasons, refresh_words

State = Version.State
COLUMNS = ("kind", "title", "text", "required", "critical", "unit", "lower", "upper")


@transaction.atomic
def start_draft(*, procedure: Procedure, actor: User) -> Version:
    """The draft of the next version, with the steps of the one in force; the draft there is."""
    Procedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
    versions = Version.objects.filter(procedure=procedure)
    waiting = versions.filter(state=State.DRAFT).first()
    if waiting is not None:
        return waiting
    newest = versions.aggregate(newest=Max("number"))["newest"] or 0
    made = Version.objects.create(procedure=procedure, number=newest + 1, author=actor)
    former = versions.published().first()
    if former is not None:
        _write_steps(made, draft_of(former).steps)
    record_history(subject=made, verb="created", actor=actor)
    return made


@transaction.atomic
def save_draft(*, draft: Version, said: VersionDraft, version: int, actor: User) -> Version:
    """Write the steps of a draft anew; the actor becomes its author, so another one publishes.

    Raises ValidationError: a step that cannot be followed, no draft any more, or somebody else's
    change since ``version``, the one the page was drawn from.
    """
    for fault in faults_of(said):
        raise ValidationError(
            _("Step %(n)d: %(fault)s") % {"n": fault.place + 1, "fault": fault.text}
        )
    Procedure.objects.select_for_update(no_key=True).get(pk=draft.procedure_id)
    saved = Version.objects.filter(pk=draft.pk, state=State.DRAFT, version=version)
    if not saved.update(author=actor, change_note=said.change_note, version=F("version") + 1):
        raise ValidationError(_no_draft_or_stale(draft), code="stale")
    Step.objects.filter(version=draft).delete()
    _write_steps(draft, said.steps)
    record_history(
        subject=draft, verb="changed", actor=actor, changes={"steps": (None, len(said.steps))}
    )
    draft.refresh_from_db()
    refresh_words(draft.procedure)
    return draft


@transaction.atomic
def publish_version(*, draft: Version, version: int, actor: User) -> Version:
    """Put a draft in force; the former version is superseded, and runs of it go on as they began.

    Raises ValidationError: by its author, by somebody who is no active manager or admin, no draft
    any more, changed since ``version``, without steps, or with a decision without answers.
    """
    Procedure.objects.select_for_update(no_key=True).get(pk=draft.procedure_id)
    fresh = Version.objects.select_related("author", "procedure").get(pk=draft.pk)
    _refuse_publishing(fresh, version, actor)
    now = timezone.now()
    former = Version.objects.published().filter(procedure=fresh.procedure_id).first()
    if former is not None:
        _move(former, State.SUPERSEDED, actor, superseded_at=now)
    moved = _move(fresh, State.PUBLISHED, actor, publisher=actor, published_at=now)
    refresh_words(moved.procedure)
    refresh_reasons()
    return moved


@transaction.atomic
def discard_draft(*, draft: Version, version: int, actor: User) -> None:
    """Give up a draft. Raises ValidationError when it is none any more or was changed."""
    fresh = Version.objects.select_for_update(of=("self",)).filter(
        pk=draft.pk, state=State.DRAFT, version=version
    )
    found = fresh.select_related("procedure").first()
    if found is None:
        raise ValidationError(_no_draft_or_stale(draft), code="stale")
    record_history(subject=found.procedure, verb="discarded the draft", actor=actor)
    found.delete()


def draft_of(version: Version) -> VersionDraft:
    """A version as it would be typed; two queries."""
    return VersionDraft(
        tuple(_step_draft(step) for step in version.steps.for_reading()), version.change_note
    )


def _step_draft(step: Step) -> StepDraft:
    branches = tuple(
        BranchDraft(one.label, one.goes_to.title if one.goes_to else "", ends=one.ends)
        for one in step.branches.all()
    )
    return StepDraft(**{name: getattr(step, name) for name in COLUMNS}, branches=branches)


def _write_steps(version: Version, steps: Sequence[StepDraft]) -> None:
    """The steps of a draft in this order, with their answers."""
    made = Step.objects.bulk_create(
        Step(version=version, position=place, **{name: getattr(step, name) for name in COLUMNS})
        for place, step in enumerate(steps, start=1)
    )
    by_title = {step.title: step for step in made}
    Branch.objects.bulk_create(
        Branch(
            step=row,
            position=place,
            label=branch.label,
            goes_to=by_title[branch.to] if branch.to else None,
            ends=branch.ends,
        )
        for row, step in zip(made, steps, strict=True)
        for place, branch in enumerate(step.branches, start=1)
    )


def _refuse_publishing(fresh: Version, version: int, actor: User) -> None:
    """Raises ValidationError when this person may not publish this draft as it is."""
    if fresh.state != State.DRAFT or fresh.version != version:
        raise ValidationError(_no_draft_or_stale(fresh), code="stale")
    if not actor.may(Role.MANAGER, Role.ADMIN, write=True):
        raise ValidationError(_("Managers and admins publish."))
    if fresh.author_id == actor.pk:
        others = ", ".join(each.name for each in User.objects.approvers(other_than=actor)[:5])
        if not others:
            raise ValidationError(
                _("You wrote this, and there is nobody else who could publish it. Invite one.")
            )
        raise ValidationError(
            _("You wrote this, so another person publishes it: %(names)s.") % {"names": others}
        )
    for fault in unfinished(draft_of(fresh)):
        raise ValidationError(fault)


def _move(version: Version, state: Version.State, actor: User, **values: object) -> Version:
    """Write a version's next state and tell the history."""
    Version.objects.filter(pk=version.pk).update(state=state, version=F("version") + 1, **values)
    record_history(
        subject=version, verb="state", actor=actor, changes={"state": (version.state, state)}
    )
    version.refresh_from_db()
    return version


def _no_draft_or_stale(draft: Version) -> str:
    """Why nothing was written."""
    now = Version.objects.filter(pk=draft.pk).first()
    if now is None:
        return _("This draft was given up by somebody meanwhile.")
    if now.state != State.DRAFT:
        return _("This version was published and does not change any more. Write a new one.")
    return _(
        "Somebody else changed this draft while you had it open. Nothing of yours was saved: "
        "open the page again, look at the change and enter yours again."
    )
