"""The manual: which procedures there are, what they are called and where they apply."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, everyone, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.paging import Ordering, read_page
from procedures.forms.manual import ProcedureForm
from procedures.forms.steps import VersionForm
from procedures.models import Procedure
from procedures.rules.words import asked_words
from procedures.services import (
    add_procedure,
    edit_procedure,
    restore_procedure,
    retire_procedure,
)
from procedures.services.reading import owed_by
from procedures.views.errors import add_errors

WRITERS = (Role.MANAGER, Role.ADMIN)
ORDERINGS = {"title": Ordering(gettext_lazy("Title"), ("title",))}
HISTORY_ROWS = 20


@everyone
@require_safe
def procedure_list(request: PersonRequest) -> HttpResponse:
    """All procedures by title; those who do not write see what is in force."""
    writes = request.user.may(*WRITERS)
    show = request.GET.get("show", "")
    rows = Procedure.objects.for_list()
    rows = rows.filter(retired_at__isnull=show != "retired" or not writes)
    if not writes:
        rows = rows.with_version("published")
    today = timezone.localdate()
    if show == "due":
        rows = rows.filter(review_on__lte=today)
    elif show == "drafts" and writes:
        rows = rows.with_version("draft")
    text = request.GET.get("q", "").strip()
    rows = rows.containing(asked_words(text)) if text else rows
    told = {
        "page": read_page(request, rows, ORDERINGS, "title"),
        "asked": text,
        "show": show,
        "shows": [
            ("", gettext_lazy("In use")),
            *([("drafts", gettext_lazy("With a draft"))] if writes else []),
            ("due", gettext_lazy("To be looked at again")),
            *([("retired", gettext_lazy("Retired"))] if writes else []),
        ],
        "today": today,
        "owed": owed_by(request.user).count(),
        "writes": writes,
        "may_write": request.user.may(*WRITERS, write=True),
    }
    return render(request, "procedures/procedure_list.html", told)


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def procedure_new(request: PersonRequest) -> HttpResponse:
    """Begin one; its steps come on the next page."""
    form = ProcedureForm(
        request.POST or None,
        procedure=None,
        person=request.user,
        initial={"form_key": uuid4(), **asked_for(request)},
    )
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            made = add_procedure(
                draft=form.draft(), actor=request.user, form_key=str(key) if key else None
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("It is there. Now write its steps."))
            return redirect("procedure_page", made.pk)
    return _show(request, form, None)


def asked_for(request: PersonRequest) -> dict[str, list[str]]:
    """What the page that led here wants a procedure for; what is no choice of the form is left."""
    asked = {"reasons": request.GET.get("reason", ""), "products": request.GET.get("product", "")}
    return {name: [key] for name, key in asked.items() if key.isascii() and key.isdecimal()}


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def procedure_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Call it something else, or say where it applies."""
    procedure = get_object_or_404(Procedure, pk=pk)
    form = ProcedureForm(request.POST or None, procedure=procedure, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            edit_procedure(
                procedure=procedure,
                draft=form.draft(),
                version=form.cleaned_data["version"] or 0,
                actor=request.user,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("procedure_page", pk)
    return _show(request, form, procedure)


@roles(*WRITERS)
@require_POST
def procedure_retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Take it out of use."""
    return _do(request, pk, retire_procedure, _("It is retired: it starts no more."))


@roles(*WRITERS)
@require_POST
def procedure_restore(request: PersonRequest, pk: int) -> HttpResponse:
    """Take it into use again."""
    return _do(request, pk, restore_procedure, _("It is in use again."))


def _do(request: PersonRequest, pk: int, run: Callable[..., Any], done: str) -> HttpResponse:
    """Let a service act on the procedure as the page showed it."""
    procedure = get_object_or_404(Procedure, pk=pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        run(procedure=procedure, version=version, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("procedure_page", pk)


def _show(request: PersonRequest, form: ProcedureForm, procedure: Procedure | None) -> HttpResponse:
    """The form's page."""
    told = {
        "form": form,
        "procedure": procedure,
        "history": HistoryEntry.objects.about(procedure)[:HISTORY_ROWS] if procedure else (),
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/procedure_form.html", told, status=status)


def versions_of(procedure: Procedure, *, writes: bool) -> Any:
    """Its versions that a person may read, the newest first."""
    seen = Q() if writes else ~Q(state="draft")
    return procedure.versions.filter(seen).select_related("author", "publisher").order_by("-number")
