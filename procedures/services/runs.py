"""Following a version: begun, recorded step by step, and deviated from with a reason."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from files.models import StoredFile
from files.pictures import FORMATS, make_preview
from files.services import store_file
from notices.services import notify
from procedures.models import Branch, Record, Run, Step, Version
from procedures.rules.paths import PathStep, way_of
from tickets.models import Ticket

Way = Record.Way
# So long a second person has to say their word on a deviation from a critical step.
WORD_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class RecordDraft:
    """What came of a step as typed: ``answer`` of a question, ``value`` of a measure, ``branch``
    of a decision; ``deviation`` is skipped or replaced and then ``why`` says why.
    """

    answer: str = ""
    value: Decimal | None = None
    branch: Branch | None = None
    photo: IO[bytes] | None = None
    photo_name: str = ""
    deviation: str = ""
    why: str = ""


@transaction.atomic
def start_run(
    *, version: Version, actor: User, ticket: Ticket | None = None, call_key: str | None = None
) -> Run:
    """Begin to follow a version, or go on with its run there: two people work on one.

    Raises ValidationError for a version that is not in force.
    """
    there = _run_there(version, ticket, call_key)
    if there is not None:
        return there
    if not Version.objects.published().filter(pk=version.pk).exists():
        raise ValidationError(_("This version is not in force any more. Open the procedure again."))
    try:
        with transaction.atomic():
            return Run.objects.create(
                version=version, ticket=ticket, call_key=call_key, started_by=actor
            )
    except IntegrityError:
        # The other one of two at the same moment made it.
        return Run.objects.get(version=version, ticket=ticket, call_key=call_key)


def _run_there(version: Version, ticket: Ticket | None, call_key: str | None) -> Run | None:
    """The run of the version at this place; on a ticket also one begun in a call that came to it."""
    if ticket is not None:
        return Run.objects.of_ticket(ticket.pk).filter(version=version).first()
    return Run.objects.filter(version=version, call_key=call_key).first()


def begin_with(
    *,
    step: Step,
    draft: RecordDraft,
    actor: User,
    place: dict[str, Any],
    form_key: str | None = None,
) -> Record:
    """Begin the run of the step's version with this step: ``place`` is where, as ``start_run`` says.

    What is refused begins nothing. Raises ValidationError as recording does.
    """
    with transaction.atomic():
        run = start_run(version=step.version, actor=actor, **place)
        return record_step(run=run, step=step, draft=draft, actor=actor, form_key=form_key)


def record_step(
    *, run: Run, step: Step, draft: RecordDraft, actor: User, form_key: str | None = None
) -> Record:
    """Write down what became of a step; said again, the later record counts.

    ``form_key`` names the form it was typed in: a second call with it gives the first record.
    Raises ValidationError: nothing said where the kind of step needs it, a deviation without a
    sentence of why, a step of another version.
    """
    if form_key and (first := Record.objects.filter(form_key=form_key).first()):
        return first
    stored: list[StoredFile] = []
    try:
        with transaction.atomic():
            photo = _kept(draft, actor, stored) if draft.photo is not None else None
            return _record(run, step, draft, actor, photo=photo, form_key=form_key)
    except (ValidationError, DatabaseError, OSError):
        for file in stored:
            default_storage.delete(file.path)
        if form_key and (first := Record.objects.filter(form_key=form_key).first()):
            return first
        raise


def _record(
    run: Run,
    step: Step,
    draft: RecordDraft,
    actor: User,
    *,
    photo: StoredFile | None,
    form_key: str | None,
) -> Record:
    """Write the record under the run's lock."""
    fresh = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    if step.version_id != fresh.version_id:
        raise ValidationError(_("This step belongs to another version. Open the page again."))
    way = _way(step, draft)
    _refuse_nonsense(step, draft, way)
    now = timezone.now()
    waits = step.critical and way != Way.DONE
    made = Record.objects.create(
        run=fresh,
        step=step,
        way=way,
        answer=draft.answer.strip(),
        value=draft.value if way in {Way.DONE, Way.OUTSIDE} else None,
        branch=draft.branch if way == Way.DONE else None,
        photo=photo,
        why=draft.why.strip() if way != Way.DONE else "",
        recorded_by=actor,
        recorded_at=now,
        word_due_at=now + WORD_WITHIN if waits else None,
        form_key=form_key,
    )
    if waits:
        _ask_for_a_word(made, actor)
    _end_if_done(fresh)
    return made


@transaction.atomic
def decide_deviation(*, record: Record, agreed: bool, note: str, actor: User) -> Record:
    """Say a second person's word on a deviation from a critical step; who deviated is told.

    Raises ValidationError: decided already, one's own, no manager, or refused without a word why.
    """
    fresh = Record.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if fresh.word_due_at is None or fresh.decided_at is not None:
        raise ValidationError(_("Somebody has decided on this already. Look again."))
    if fresh.recorded_by_id == actor.pk or not actor.may(Role.MANAGER, Role.ADMIN, write=True):
        raise ValidationError(_("Another person decides: a manager or an admin who did not do it."))
    if not agreed and not note.strip():
        raise ValidationError({"note": _("Say why not: whoever did it learns from it.")})
    fresh.agreed, fresh.decided_by, fresh.decided_at = agreed, actor, timezone.now()
    fresh.decision = note.strip()
    fresh.save(update_fields=["agreed", "decided_by", "decided_at", "decision"])
    notify(
        people=[fresh.recorded_by],
        kind="deviation_decided",
        key=f"deviation:{fresh.pk}:decided",
        params={"by": actor.name, "step": fresh.step.title, "agreed": agreed},
        link=reverse("deviation_page", args=[fresh.pk]),
    )
    return fresh


def path_of(steps: list[Step]) -> list[PathStep]:
    """Steps as ``for_reading`` gives them, as the rule of the way takes them."""
    return [
        PathStep(
            key=step.pk,
            place=step.position,
            required=step.required,
            decides=step.kind == Step.Kind.DECIDE,
            leads={
                one.pk: one.goes_to.position if one.goes_to else None
                for one in step.branches.all()
                if one.ends or one.goes_to
            },
        )
        for step in steps
    ]


def _way(step: Step, draft: RecordDraft) -> str:
    """How it was done: a value out of the limits is a deviation of its own kind."""
    if draft.deviation:
        return draft.deviation
    value = draft.value
    if value is None or step.kind != Step.Kind.MEASURE:
        return Way.DONE
    low = step.lower is not None and value < step.lower
    high = step.upper is not None and value > step.upper
    return Way.OUTSIDE if low or high else Way.DONE


def _refuse_nonsense(step: Step, draft: RecordDraft, way: str) -> None:
    """Raises ValidationError beside the field that is wrong."""
    if way not in Way.values:
        raise ValidationError(_("Say whether it was left out or done otherwise."))
    if way != Way.DONE and not draft.why.strip():
        raise ValidationError(
            {"why": _("Say in one sentence why: it may become the next version.")}
        )
    if way in {Way.SKIPPED, Way.REPLACED}:
        return
    if step.kind == Step.Kind.ASK and not draft.answer.strip():
        raise ValidationError({"answer": _("Write what the customer answered.")})
    if step.kind == Step.Kind.MEASURE and draft.value is None:
        raise ValidationError({"value": _("Write what you measured.")})
    if step.kind == Step.Kind.PHOTO and draft.photo is None:
        raise ValidationError({"photo": _("Take the photo, or say why there is none.")})
    if step.kind == Step.Kind.DECIDE and (draft.branch is None or draft.branch.step_id != step.pk):
        raise ValidationError({"branch": _("Choose an answer.")})


def _kept(draft: RecordDraft, actor: User, stored: list[StoredFile]) -> StoredFile:
    """The picture made by us from the pixels of the photo. Raises ValidationError for no picture."""
    purpose = StoredFile.Purpose.ATTACHMENT
    stream = draft.photo
    if stream is None:
        raise ValidationError({"photo": _("Take the photo, or say why there is none.")})
    file = store_file(
        stream=stream,
        name=draft.photo_name,
        purpose=purpose,
        actor=actor,
        limit=settings.ATTACHMENT_LIMIT,
    )
    stored.append(file)
    if file.content_type not in FORMATS:
        raise ValidationError({"photo": _("This is no picture. Choose a JPEG, PNG, GIF or WebP.")})
    preview = store_file(
        stream=make_preview(stream, file.content_type),
        name="photo.jpg",
        purpose=purpose,
        actor=actor,
    )
    stored.append(preview)
    return preview


def _ask_for_a_word(record: Record, actor: User) -> None:
    """Tell those who can say it."""
    notify(
        people=list(User.objects.approvers(other_than=actor)),
        kind="deviation_waiting",
        key=f"deviation:{record.pk}:waiting",
        params={"by": actor.name, "step": record.step.title, "why": record.why},
        link=reverse("deviation_page", args=[record.pk]),
    )


def _end_if_done(run: Run) -> None:
    """Write the moment when nothing is left on the way; a later record leaves it."""
    if run.ended_at is not None:
        return
    steps = list(run.version.steps.for_reading())
    records = list(run.records.order_by("recorded_at", "pk"))
    answers = {one.step_id: one.branch_id for one in records if one.branch_id is not None}
    _way_now, done = way_of(
        path_of(steps), recorded={one.step_id for one in records}, answers=answers
    )
    if done:
        Run.objects.filter(pk=run.pk, ended_at__isnull=True).update(ended_at=timezone.now())
