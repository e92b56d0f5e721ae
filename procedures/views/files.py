"""The manual as files: to keep in a version control, to carry to another shop, to take back in."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from procedures.forms.files import ImportForm
from procedures.models import Procedure
from procedures.services.archives import pack_files, unpack_uploads
from procedures.services.files import Outcome, files_of, import_files
from procedures.views.errors import add_errors
from procedures.views.manual import WRITERS


@roles(*WRITERS)
@require_safe
def procedures_export(request: PersonRequest) -> HttpResponse:
    """All that are in use, in a zip."""
    procedures = list(Procedure.objects.in_use().select_related("owner").order_by("key"))
    return _download(pack_files(files_of(procedures)), "procedures.zip", "application/zip")


@roles(*WRITERS)
@require_safe
def procedure_file(request: PersonRequest, pk: int) -> HttpResponse:
    """One as a Markdown file; with its pictures in a zip where it shows some."""
    procedure = get_object_or_404(Procedure.objects.select_related("owner"), pk=pk)
    files = files_of([procedure])
    if len(files) > 1:
        return _download(pack_files(files), f"{procedure.key}.zip", "application/zip")
    [(name, content)] = files.items()
    return _download(content, name, "text/markdown; charset=utf-8")


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def procedures_import(request: PersonRequest) -> HttpResponse:
    """Take files in, each for itself, and say what became of it."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    outcomes: list[Outcome] = []
    only_tried = False
    if request.method == "POST" and form.is_valid():
        only_tried = form.cleaned_data["only_try"]
        try:
            files = unpack_uploads(form.uploads())
            outcomes = import_files(files=files, actor=request.user, dry_run=only_tried)
        except ValidationError as error:
            add_errors(form, error)
    told = {
        "form": form,
        "outcomes": outcomes,
        "refused": sum(one.what == "refused" for one in outcomes),
        "only_tried": only_tried,
        "nothing": form.is_bound and not form.errors and not outcomes,
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/procedures_import.html", told, status=status)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """An answer that the browser keeps as a file."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
