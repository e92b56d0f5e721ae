"""How a stored file leaves the server: never so that it could run with our rights."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from files.models import StoredFile


def serve_file(stored: StoredFile, *, as_attachment: bool = True) -> FileResponse:
    """The file to be saved; only what we made ourselves (a preview) is shown in place.

    Whoever may have it has been asked before. Raises Http404 when it is not on the disk.
    """
    try:
        content = default_storage.open(stored.path)
    except FileNotFoundError as error:
        raise Http404(_("The file is no longer on the server.")) from error
    response = FileResponse(
        content,
        as_attachment=as_attachment,
        filename=stored.name,
        content_type=stored.content_type,
    )
    # What people upload must never run with our rights, whatever the browser takes it for.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
