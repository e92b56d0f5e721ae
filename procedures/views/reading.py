"""Reading a procedure: in force, an earlier version, printed, and what changed between two."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, everyone
from files.serving import serve_file
from procedures.models import Confirmation, Picture, Procedure, Version
from procedures.rules.differences import compare_steps
from procedures.services import draft_of
from procedures.services.reading import owed_by
from procedures.views.manual import WRITERS, versions_of


@everyone
@require_safe
def procedure_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The version in force; for those who write, the draft where none is."""
    writes = request.user.may(*WRITERS)
    rows = Procedure.objects.select_related("owner").prefetch_related("reasons", "products")
    if not writes:
        rows = rows.in_force().distinct()
    procedure = get_object_or_404(rows, pk=pk)
    versions = list(versions_of(procedure, writes=writes))
    shown = next((one for one in versions if one.state == Version.State.PUBLISHED), None)
    return show_version(request, procedure, shown, versions, "procedures/procedure_page.html")


@everyone
@require_safe
def version_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One version, also an earlier one: what a run of that time followed."""
    version = read_version(request, pk)
    writes = request.user.may(*WRITERS)
    versions = list(versions_of(version.procedure, writes=writes))
    return show_version(
        request, version.procedure, version, versions, "procedures/procedure_page.html"
    )


@everyone
@require_safe
def version_print(request: PersonRequest, pk: int) -> HttpResponse:
    """One version on paper."""
    version = read_version(request, pk)
    return show_version(request, version.procedure, version, [], "procedures/version_print.html")


@everyone
@require_safe
def version_diff(request: PersonRequest, pk: int) -> HttpResponse:
    """A version beside the one before it, or beside the one that ``?with=`` names."""
    version = read_version(request, pk)
    writes = request.user.may(*WRITERS)
    versions = list(versions_of(version.procedure, writes=writes))
    asked = request.GET.get("with", "")
    others = [one for one in versions if one.pk != version.pk]
    before = next((one for one in others if str(one.pk) == asked), None) or next(
        (one for one in others if one.number < version.number), None
    )
    steps = compare_steps(draft_of(before).steps if before else (), draft_of(version).steps)
    told = {
        "procedure": version.procedure,
        "version": version,
        "before": before,
        "others": others,
        "steps": steps,
        "same": sum(one.is_same for one in steps),
    }
    return render(request, "procedures/version_diff.html", told)


@everyone
@require_safe
def procedure_picture(request: PersonRequest, pk: int) -> HttpResponseBase:
    """A picture of a procedure that this person may read: the preview made by us."""
    rows = Picture.objects.select_related("preview")
    if not request.user.may(*WRITERS):
        rows = rows.filter(procedure__versions__state__in=["published", "superseded"]).distinct()
    return serve_file(get_object_or_404(rows, pk=pk).preview, as_attachment=False)


def read_version(request: PersonRequest, pk: int) -> Any:
    """A version that this person may read, or 404: drafts are for those who write."""
    seen = Q() if request.user.may(*WRITERS) else ~Q(state=Version.State.DRAFT)
    return get_object_or_404(Version.objects.for_page().filter(seen), pk=pk)


def show_version(
    request: PersonRequest,
    procedure: Procedure,
    version: Version | None,
    versions: list[Version],
    template: str,
) -> HttpResponse:
    """A page with the steps of a version; ``version`` None: nothing is in force yet."""
    told = {
        "procedure": procedure,
        "version": version,
        "versions": versions,
        "draft": next((one for one in versions if one.state == Version.State.DRAFT), None),
        "steps": version.steps.for_reading() if version else (),
        "may_write": request.user.may(*WRITERS, write=True),
        "writes": request.user.may(*WRITERS),
        "owes": version is not None and owed_by(request.user).filter(pk=version.pk).exists(),
        "read_at": Confirmation.objects.filter(version=version, person=request.user)
        .values_list("at", flat=True)
        .first(),
    }
    return render(request, template, told)
