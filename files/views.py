from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, everyone
from files.models import StoredFile
from files.serving import serve_file


@everyone
@require_safe
def file_download(request: PersonRequest, pk: int) -> HttpResponseBase:
    """One's own file (managers and admins: any), always to be saved and never shown in place."""
    return serve_file(get_object_or_404(StoredFile.objects.visible_to(request.user), pk=pk))
