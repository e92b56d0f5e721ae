"""Writing a version: its steps one at a time, then published by another person or given up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import User
from procedures.forms.steps import ChangeForm, PictureForm, StepForm, VersionForm
from procedures.models import Procedure, Version
from procedures.rules.drafts import MOST_STEPS, StepDraft, VersionDraft, faults_of, unfinished
from procedures.services import (
    add_picture,
    discard_draft,
    draft_of,
    publish_version,
    save_draft,
    start_draft,
)
from procedures.views.errors import add_errors
from procedures.views.manual import WRITERS

Steps = tuple[StepDraft, ...]


@dataclass(frozen=True)
class Place:
    """Where a step stands, counted from 0: what stood there, what follows, and ``put``, which
    gives all steps with the one that was typed.
    """

    at: int
    old: StepDraft | None
    later: Steps
    put: Callable[[StepDraft], Steps]


@roles(*WRITERS)
@require_POST
def draft_start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin the next version with the steps of the one in force, or go on with the draft."""
    procedure = get_object_or_404(Procedure.objects.in_use(), pk=pk)
    return redirect("draft_edit", start_draft(procedure=procedure, actor=request.user).pk)


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The steps of a draft, and what the version changes."""
    draft = read_draft(pk)
    form = ChangeForm(request.POST or None, initial={"version": draft.version})
    if request.method == "POST" and form.is_valid():
        said = replace(draft_of(draft), change_note=form.cleaned_data["change_note"])
        if _saved(request, form, draft, said):
            return redirect("draft_edit", pk)
    if request.method != "POST":
        form.initial["change_note"] = draft.change_note
    return show_draft(request, draft, form)


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_new(request: PersonRequest, pk: int) -> HttpResponse:
    """A step more: behind the one that ``?after=`` names by its place, else at the end."""
    draft = read_draft(pk)
    steps = draft_of(draft).steps
    after = request.GET.get("after", "")
    place = int(after) if after.isascii() and after.isdecimal() and len(after) < 4 else len(steps)  # noqa: PLR2004
    place = min(place, len(steps))
    return _step(
        request,
        draft,
        Place(
            at=place,
            old=None,
            later=steps[place:],
            put=lambda step: (*steps[:place], step, *steps[place:]),
        ),
    )


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: PersonRequest, pk: int, place: int) -> HttpResponse:
    """Change the step at this place, counted from one."""
    draft = read_draft(pk)
    steps = draft_of(draft).steps
    if not 1 <= place <= len(steps):
        raise Http404
    at = place - 1
    return _step(
        request,
        draft,
        Place(
            at=at,
            old=steps[at],
            later=steps[place:],
            put=lambda step: (*renamed(steps[:at], steps[at], step), step, *steps[place:]),
        ),
    )


@roles(*WRITERS)
@require_POST
def step_move(request: PersonRequest, pk: int, place: int) -> HttpResponse:
    """One place up or down, or away (``way``)."""
    draft = read_draft(pk)
    said = draft_of(draft)
    steps = list(said.steps)
    if not 1 <= place <= len(steps):
        raise Http404
    at = place - 1
    way = request.POST.get("way", "")
    if way == "away":
        del steps[at]
    else:
        to = at - 1 if way == "up" else at + 1
        if 0 <= to < len(steps):
            steps[at], steps[to] = steps[to], steps[at]
    _saved(request, VersionForm(request.POST), draft, replace(said, steps=tuple(steps)))
    return redirect("draft_edit", pk)


@roles(*WRITERS)
@require_POST
def draft_publish(request: PersonRequest, pk: int) -> HttpResponse:
    """Put it in force; who wrote it cannot."""
    draft = get_object_or_404(Version.objects.for_page(), pk=pk)
    return _end(
        request, draft, publish_version, _("It is in force. Runs that go on keep their version.")
    )


@roles(*WRITERS)
@require_POST
def draft_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Give it up."""
    return _end(request, read_draft(pk), discard_draft, _("The draft was given up."))


@roles(*WRITERS)
@require_POST
def picture_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep a picture for the text of steps."""
    procedure = get_object_or_404(Procedure, pk=pk)
    form = PictureForm(request.POST, request.FILES)
    draft = procedure.versions.filter(state=Version.State.DRAFT).first()
    if form.is_valid():
        file = form.cleaned_data["picture"]
        try:
            made = add_picture(
                procedure=procedure, stream=file.file, name=file.name, actor=request.user
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            told = _("It is kept. Write ![what it shows](picture:%(n)d) where it is to stand.")
            messages.success(request, told % {"n": made.pk})
    else:
        messages.error(request, _("Choose a picture first."))
    return redirect("draft_edit", draft.pk) if draft else redirect("procedure_page", pk)


def renamed(earlier: Steps, old: StepDraft, new: StepDraft) -> Steps:
    """Earlier steps whose answers lead to a step by its old title lead to it by its new one."""
    return tuple(
        replace(
            step,
            branches=tuple(
                replace(branch, to=new.title) if branch.to == old.title else branch
                for branch in step.branches
            ),
        )
        for step in earlier
    )


def read_draft(pk: int) -> Version:
    """The draft, or 404: what was published is read elsewhere."""
    return get_object_or_404(Version.objects.for_page().filter(state=Version.State.DRAFT), pk=pk)


def show_draft(request: PersonRequest, draft: Version, form: ChangeForm) -> HttpResponse:
    """The page of a draft."""
    steps = list(draft.steps.for_reading())
    told = {
        "draft": draft,
        "procedure": draft.procedure,
        "form": form,
        "steps": steps,
        "most": MOST_STEPS,
        "missing": unfinished(draft_of(draft)),
        "pictures": draft.procedure.pictures.order_by("pk"),
        "picture_form": PictureForm(),
        "may_write": request.user.may(*WRITERS, write=True),
        "is_author": draft.author_id == request.user.pk,
        "others": User.objects.approvers(other_than=draft.author).order_by("name")[:5],
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/draft_edit.html", told, status=status)


def _step(request: PersonRequest, draft: Version, place: Place) -> HttpResponse:
    """The form of one step, and all steps saved with it."""
    shown = StepForm.values_of(place.old) if place.old else {}
    form = StepForm(request.POST or None, initial={"version": draft.version, **shown})
    if request.method == "POST" and form.is_valid():
        said = VersionDraft(place.put(form.draft()), draft.change_note)
        faults = faults_of(said)
        for fault in faults:
            here = fault.place == place.at
            told = (
                fault.text
                if here
                else _("Step %(n)d: %(fault)s")
                % {
                    "n": fault.place + 1,
                    "fault": fault.text,
                }
            )
            form.add_error(fault.field if here and fault.field in form.fields else None, told)
        if not faults and _saved(request, form, draft, said):
            return redirect("draft_edit", draft.pk)
    told_all = {
        "draft": draft,
        "procedure": draft.procedure,
        "form": form,
        "place": place.at + 1,
        "is_new": place.old is None,
        "later": [step.title for step in place.later],
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/step_form.html", told_all, status=status)


def _saved(request: PersonRequest, form: Any, draft: Version, said: VersionDraft) -> bool:
    """Whether the draft now says that; what was refused is told beside the form or above the page."""
    if not form.is_valid():
        messages.error(request, _("Open the page again: it does not say which version it showed."))
        return False
    try:
        save_draft(draft=draft, said=said, version=form.cleaned_data["version"], actor=request.user)
    except ValidationError as error:
        if isinstance(form, VersionForm):
            messages.error(request, " ".join(error.messages))
        else:
            add_errors(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


def _end(
    request: PersonRequest, draft: Version, run: Callable[..., Any], done: str
) -> HttpResponse:
    """Publish or give up the draft as the page showed it."""
    form = VersionForm(request.POST)
    try:
        run(
            draft=draft,
            version=form.cleaned_data["version"] if form.is_valid() else 0,
            actor=request.user,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        if Version.objects.filter(pk=draft.pk, state=Version.State.DRAFT).exists():
            return redirect("draft_edit", draft.pk)
    else:
        messages.success(request, done)
    return redirect("procedure_page", draft.procedure_id)
