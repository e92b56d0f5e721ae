"""Following procedures on a ticket or in a call: what applies, and the steps beside the conversation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from files.serving import serve_file
from procedures.forms.records import RecordForm
from procedures.models import Procedure, Record, Run, Step, Version
from procedures.rules.words import asked_words
from procedures.services import begin_with, record_step, start_run
from procedures.views.errors import add_errors
from procedures.views.places import Place, call_place, named_place, place_of_run, ticket_place
from procedures.views.run_rows import Refused, is_for, not_begun, run_rows

DESK = (Role.AGENT, Role.MANAGER)
# More are found by typing.
MOST_OFFERED = 20
KEY_DIGITS = 17


@roles(*DESK)
@require_safe
def ticket_procedures(request: PersonRequest, pk: int) -> HttpResponse:
    """What is followed on a ticket, and what applies to it; the fragment beside the conversation."""
    return show_runs(request, ticket_place(pk))


@roles(*DESK)
@require_safe
def call_procedures(request: PersonRequest) -> HttpResponse:
    """The same beside a call: by the reason and the purchase chosen so far. Nothing is written."""
    return show_runs(request, call_place(request.GET))


@roles(*DESK)
@require_POST
def run_start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin to follow a procedure on a ticket, also one that was not offered."""
    return _start(request, ticket_place(pk))


@roles(*DESK)
@require_POST
def call_run_start(request: PersonRequest) -> HttpResponse:
    """Begin to follow one in a call."""
    return _start(request, call_place(request.POST))


def _start(request: PersonRequest, place: Place) -> HttpResponse:
    key = request.POST.get("version", "")
    versions = Version.objects.published().filter(procedure__retired_at__isnull=True)
    number = int(key) if key.isascii() and key.isdecimal() and len(key) <= KEY_DIGITS else 0
    version = get_object_or_404(versions, pk=number)
    try:
        start_run(version=version, actor=request.user, **place.where)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return after(request, place)


@roles(*DESK)
@require_safe
def run_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Where a run is followed: the procedures of its ticket, or of its call."""
    run = get_object_or_404(Run, pk=pk)
    return redirect(place_of_run(run, request.GET).url)


@roles(*DESK)
@require_POST
def step_record(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    """Write down what became of a step."""
    run = get_object_or_404(Run.objects.select_related("version__procedure"), pk=pk)
    found = get_object_or_404(Step, pk=step, version=run.version_id)
    place = place_of_run(run, request.POST)
    form = RecordForm(request.POST, request.FILES, step=found, auto_id=f"s{step}_%s")
    if form.is_valid():
        try:
            record_step(run=run, step=found, actor=request.user, **form.said())
        except ValidationError as error:
            add_errors(form, error)
        else:
            return after(request, place)
    return show_runs(request, place, refused=(run.pk, step, form))


@roles(*DESK)
@require_POST
def step_begin(request: PersonRequest, step: int) -> HttpResponse:
    """The same for the first step: with it the run begins."""
    published = Step.objects.filter(version__state="published").select_related("version")
    found = get_object_or_404(published, pk=step)
    place = named_place(request.POST)
    form = RecordForm(request.POST, request.FILES, step=found, auto_id=f"s{step}_%s")
    if form.is_valid():
        try:
            begin_with(step=found, actor=request.user, place=place.where, **form.said())
        except ValidationError as error:
            add_errors(form, error)
        else:
            return after(request, place)
    return show_runs(request, place, refused=(0, step, form))


@roles(*DESK)
@require_safe
def record_photo(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The picture made of a photo."""
    record = get_object_or_404(Record.objects.filter(photo__isnull=False), pk=pk)
    if record.photo is None:
        raise ValueError("filtered above")
    return serve_file(record.photo, as_attachment=False)


def after(request: PersonRequest, place: Place) -> HttpResponse:
    """The fragment again where htmx asked, else the page."""
    if request.htmx:
        return show_runs(request, place)
    return redirect(place.url)


def show_runs(request: PersonRequest, place: Place, *, refused: Refused = None) -> HttpResponse:
    """The runs of a place with their steps, and the procedures that may be begun.

    Where nothing is followed yet, the one that applies best stands open: it begins by itself with
    the first thing that is recorded.
    """
    runs = place.runs()
    followed = {run.version.procedure_id for run in runs}
    offered = [
        one for one in place.matching() if one.pk not in followed and is_for(one, request.user)
    ]
    rows = run_rows(runs, refused)
    if offered and not runs:
        best = not_begun(offered[0], request.user, refused)
        if best is not None:
            rows, offered = [best], offered[1:]
    text = request.GET.get("q", "").strip()
    found: list[Procedure] = []
    if text:
        known = Procedure.objects.in_force().containing(asked_words(text)).for_list()
        found = [one for one in known.distinct()[:MOST_OFFERED] if one.pk not in followed]
    told = {
        "place": place,
        "ticket": place.ticket,
        "runs": rows,
        "offered": offered,
        "asked": text,
        "found": found,
        "may_write": request.user.may(*DESK, write=True),
    }
    status = 422 if refused else 200
    template = "procedures/_runs.html" if request.htmx else "procedures/runs.html"
    # htmx leaves a page alone that is answered with an error.
    response = render(request, template, told, status=200 if request.htmx else status)
    patch_vary_headers(response, ["HX-Request"])
    return response
