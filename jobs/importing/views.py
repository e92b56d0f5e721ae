from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from jobs.importing.drafts import (
    TRIED_ROWS,
    column_choices,
    remap_draft,
    run_draft,
    take_upload,
)
from jobs.importing.forms import UploadForm
from jobs.importing.kinds import import_kinds
from jobs.models import ImportDraft


@roles(Role.MANAGER, Role.ADMIN)
@require_http_methods(["GET", "POST"])
def import_start(request: PersonRequest) -> HttpResponse:
    """Choose what to import, and upload the file; ``?kind=`` chooses beforehand."""
    initial = {"kind": request.GET.get("kind", "")}
    form = UploadForm(
        request.POST or None, request.FILES or None, person=request.user, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = take_upload(
                kind=import_kinds()[form.cleaned_data["kind"]],
                stream=file.file,
                name=file.name,
                actor=request.user,
                shop=request.shop,
            )
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            return redirect("import_preview", draft.pk)
    kinds = [(kind, kind.columns(request.shop)) for kind in form.kinds]
    return render(request, "jobs/import_start.html", {"form": form, "kinds": kinds})


@roles(Role.MANAGER, Role.ADMIN)
@require_http_methods(["GET", "POST"])
def import_preview(request: PersonRequest, pk: int) -> HttpResponse:
    """What is in the file and what will become of it; posting says which column is which."""
    draft = get_object_or_404(ImportDraft.objects.of(request.user), pk=pk)
    if draft.job_id:
        return redirect("job_page", draft.job_id)
    kind = import_kinds()[draft.kind]
    columns = kind.columns(request.shop)
    if request.method == "POST":
        mapping = {c.name: request.POST.get(f"map_{c.name}", "") for c in columns}
        try:
            remap_draft(draft=draft, mapping=mapping, shop=request.shop)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("import_preview", draft.pk)
    told = {
        "draft": draft,
        "kind": kind,
        "columns": column_choices(columns, draft),
        "preview": draft.preview,
        "report": draft.preview["report"],
        "tried": min(TRIED_ROWS, draft.preview["lines"]),
    }
    return render(request, "jobs/import_preview.html", told)


@roles(Role.MANAGER, Role.ADMIN)
@require_POST
def import_run(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand the file to a worker; its job shows how far it is."""
    draft = get_object_or_404(ImportDraft.objects.of(request.user), pk=pk)
    try:
        job = run_draft(draft=draft, actor=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("import_preview", draft.pk)
    messages.success(request, _("The import has started. You can leave this page."))
    return redirect("job_page", job.pk)
