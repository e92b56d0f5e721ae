"""Following procedures on a ticket: what applies, and the steps beside the conversation."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role, User
from files.serving import serve_file
from procedures.forms.records import RecordForm
from procedures.models import Procedure, Record, Run, Step, Version
from procedures.rules.paths import way_of
from procedures.rules.words import asked_words
from procedures.services import path_of, record_step, start_run
from procedures.views.errors import add_errors
from tickets.models import Ticket

DESK = (Role.AGENT, Role.MANAGER)
# More are found by typing.
MOST_OFFERED = 20


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
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.run.ended_at is not None


@roles(*DESK)
@require_safe
def ticket_procedures(request: PersonRequest, pk: int) -> HttpResponse:
    """What is followed on a ticket, and what applies to it; the fragment beside the conversation."""
    return show_runs(request, read_ticket(pk))


@roles(*DESK)
@require_POST
def run_start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin to follow a procedure on a ticket, also one that was not offered."""
    ticket = read_ticket(pk)
    key = request.POST.get("version", "")
    versions = Version.objects.published().filter(procedure__retired_at__isnull=True)
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 18 else 0  # noqa: PLR2004
    version = get_object_or_404(versions, pk=number)
    try:
        start_run(version=version, ticket=ticket, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return after(request, ticket)


@roles(*DESK)
@require_safe
def run_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Where a run is followed: the procedures of its ticket."""
    run = get_object_or_404(Run, pk=pk)
    if run.ticket_id is None:
        return redirect("version_page", run.version_id)
    return redirect("ticket_procedures", run.ticket_id)


@roles(*DESK)
@require_POST
def step_record(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    """Write down what became of a step."""
    run = get_object_or_404(Run.objects.select_related("version__procedure"), pk=pk)
    found = get_object_or_404(Step, pk=step, version=run.version_id)
    form = RecordForm(request.POST, request.FILES, step=found, auto_id=f"s{step}_%s")
    ticket = read_ticket(run.ticket_id or 0)
    if form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            record_step(
                run=run,
                step=found,
                draft=form.draft(),
                actor=request.user,
                form_key=str(key) if key else None,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return after(request, ticket)
    return show_runs(request, ticket, refused=(run.pk, step, form))


@roles(*DESK)
@require_safe
def record_photo(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The picture made of a photo."""
    record = get_object_or_404(Record.objects.filter(photo__isnull=False), pk=pk)
    if record.photo is None:
        raise ValueError("filtered above")
    return serve_file(record.photo, as_attachment=False)


def after(request: PersonRequest, ticket: Ticket) -> HttpResponse:
    """The fragment again where htmx asked, else the page."""
    if request.htmx:
        return show_runs(request, ticket)
    return redirect("ticket_procedures", ticket.pk)


def read_ticket(pk: int) -> Any:
    """The ticket with what says which procedures apply, or 404."""
    rows = Ticket.objects.select_related("reason__parent", "product", "customer")
    return get_object_or_404(rows, pk=pk)


def show_runs(
    request: PersonRequest,
    ticket: Any,
    *,
    refused: tuple[int, int, RecordForm] | None = None,
) -> HttpResponse:
    """The runs of a ticket with their steps, and the procedures that may be begun."""
    runs = list(Run.objects.of_ticket(ticket.pk).select_related("version__procedure"))
    followed = {run.version.procedure_id for run in runs}
    applies = Procedure.objects.matching(reason=ticket.reason, product=ticket.product)
    offered = [
        one for one in applies.for_list() if one.pk not in followed and is_for(one, request.user)
    ]
    text = request.GET.get("q", "").strip()
    found: list[Procedure] = []
    if text:
        rows = Procedure.objects.in_force().containing(asked_words(text)).for_list()
        found = [one for one in rows.distinct()[:MOST_OFFERED] if one.pk not in followed]
    told = {
        "ticket": ticket,
        "runs": run_rows(runs, refused),
        "offered": offered,
        "asked": text,
        "found": found,
        "may_write": request.user.may(*DESK, write=True),
    }
    status = 422 if refused else 200
    template = "procedures/_ticket_runs.html" if request.htmx else "procedures/ticket_runs.html"
    # htmx leaves a page alone that is answered with an error.
    response = render(request, template, told, status=200 if request.htmx else status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_for(procedure: Procedure, person: User) -> bool:
    """Whether it is for one of this person's roles; without roles it is for everybody."""
    return not procedure.roles or any(person.may(Role(role)) for role in procedure.roles)


def run_rows(runs: list[Run], refused: tuple[int, int, RecordForm] | None) -> list[RunRow]:
    """Every run with the steps on its way: three queries however many there are."""
    steps_of: dict[int, list[Step]] = {}
    wanted = Step.objects.filter(version__in=[run.version_id for run in runs]).for_reading()
    for step in wanted.order_by("version", "position") if runs else ():
        steps_of.setdefault(step.version_id, []).append(step)
    newest: dict[tuple[int, int], Record] = {}
    records = Record.objects.filter(run__in=[run.pk for run in runs])
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
    refused: tuple[int, int, RecordForm] | None,
) -> RunRow:
    here = {step: record for (of, step), record in newest.items() if of == run.pk}
    answers = {key: one.branch_id for key, one in here.items() if one.branch_id is not None}
    way, _done = way_of(path_of(steps), recorded=set(here), answers=answers)
    on_way = [step for step in steps if step.pk in set(way)]
    following = next((step.pk for step in on_way if step.pk not in here), None)
    rows = []
    for step in on_way:
        form = None
        if refused is not None and refused[:2] == (run.pk, step.pk):
            form = refused[2]
        elif step.pk == following and run.ended_at is None and refused is None:
            form = RecordForm(step=step, auto_id=f"s{step.pk}_%s")
        rows.append(StepRow(step, here.get(step.pk), form, str(uuid4())))
    return RunRow(run, rows, sum(step.pk in here for step in on_way))
