"""A run step by step, as a page shows it; also one that nobody has begun yet."""

from dataclasses import dataclass
from uuid import uuid4

from accounts.models import Role, User
from procedures.forms.records import RecordForm
from procedures.models import Procedure, Record, Run, Step, Version
from procedures.rules.paths import way_of
from procedures.services import path_of

# (run, step, form): the form that was refused. A run that is not begun has the key 0.
Refused = tuple[int, int, RecordForm] | None


@dataclass(frozen=True)
class StepRow:
    """A step of a run: its newest record, and the form that is open where it is to be done next
    or was refused.
    """

    step: Step
    record: Record | None
    form: RecordForm | None
    key: str


@dataclass(frozen=True)
class RunRow:
    """A run with the steps on its way."""

    run: Run
    steps: list[StepRow]
    done: int

    @property
    def is_begun(self) -> bool:
        """Whether a step of it was recorded, or somebody chose it."""
        return self.run.pk is not None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.run.ended_at is not None


def run_rows(runs: list[Run], refused: Refused) -> list[RunRow]:
    """Every run with the steps on its way: three queries however many there are."""
    steps_of: dict[int, list[Step]] = {}
    wanted = Step.objects.filter(version__in=[run.version_id for run in runs]).for_reading()
    for step in wanted.order_by("version", "position") if runs else ():
        steps_of.setdefault(step.version_id, []).append(step)
    newest: dict[tuple[int, int], Record] = {}
    records = Record.objects.with_unread().filter(run__in=[run.pk for run in runs])
    if runs:
        for record in records.select_related("recorded_by", "branch", "decided_by").order_by(
            "recorded_at", "pk"
        ):
            newest[record.run_id, record.step_id] = record
    return [_run_row(run, steps_of.get(run.version_id, []), newest, refused) for run in runs]


def _run_row(
    run: Run,
    steps: list[Step],
    newest: dict[tuple[int, int], Record],
    refused: Refused,
) -> RunRow:
    here = {step: record for (of, step), record in newest.items() if of == run.pk}
    key = run.pk or 0
    answers = {key: one.branch_id for key, one in here.items() if one.branch_id is not None}
    way, _done = way_of(path_of(steps), recorded=set(here), answers=answers)
    on_way = [step for step in steps if step.pk in set(way)]
    following = next((step.pk for step in on_way if step.pk not in here), None)
    rows = []
    for step in on_way:
        form = None
        if refused is not None and refused[:2] == (key, step.pk):
            form = refused[2]
        elif step.pk == following and run.ended_at is None and refused is None:
            form = RecordForm(step=step, auto_id=f"s{step.pk}_%s")
        rows.append(StepRow(step, here.get(step.pk), form, str(uuid4())))
    return RunRow(run, rows, sum(step.pk in here for step in on_way))


def not_begun(procedure: Procedure, user: User, refused: Refused) -> RunRow | None:
    """The version in force as a run that begins with the first thing recorded; None without one."""
    version = Version.objects.published().filter(procedure=procedure).first()
    if version is None:
        return None
    version.procedure = procedure
    steps = list(version.steps.for_reading())
    return _run_row(Run(version=version, started_by=user), steps, {}, refused)


def is_for(procedure: Procedure, person: User) -> bool:
    """Whether it is for one of this person's roles; without roles it is for everybody."""
    return not procedure.roles or any(person.may(Role(role)) for role in procedure.roles)
