"""Does it help? The figures of a procedure's versions, with how sure they are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from procedures.models import Procedure
from procedures.stats.helping import read_helping
from procedures.views.manual import WRITERS


@roles(*WRITERS)
@require_safe
def procedure_helping(request: PersonRequest, pk: int) -> HttpResponse:
    """Runs, completion, time, and contacts per purchase with and without, before and after."""
    procedure = get_object_or_404(Procedure, pk=pk)
    told = {"procedure": procedure, "rows": read_helping(procedure, timezone.now())}
    return render(request, "procedures/helping.html", told)
