from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, everyone
from files.models import StoredFile


@everyone
@require_safe
def file_download(request: PersonRequest, pk: int) -> HttpResponseBase:
    """One's own file (managers and admins: any), always to be saved and never shown in place."""
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=pk)
    try:
        content = default_storage.open(stored.path)
    except FileNotFoundError as error:
        raise Http404(_("The file is no longer on the server.")) from error
    response = FileResponse(
        content, as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    # What people upload must never run with our rights, whatever the browser takes it for.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
