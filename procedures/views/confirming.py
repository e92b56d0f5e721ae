"""Read and understood: what one owes, confirming it, and who has not."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, everyone, roles
from procedures.forms.reading import AskForm
from procedures.models import Confirmation, ReadRequest
from procedures.services.reading import ask_to_read, asked_of, confirm_version, owed_by
from procedures.views.errors import add_errors
from procedures.views.manual import WRITERS
from procedures.views.reading import read_version


@everyone
@require_safe
def to_read(request: PersonRequest) -> HttpResponse:
    """What this person is asked to confirm."""
    versions = list(owed_by(request.user))
    asked = ReadRequest.objects.filter(version__in=versions).select_related("asked_by", "team")
    soonest: dict[int, ReadRequest] = {}
    for one in asked.order_by("due_on"):
        known = soonest.get(one.version_id)
        if known is None or known.due_on is None:
            soonest[one.version_id] = one
    told = {
        "rows": [(one, soonest.get(one.pk)) for one in versions],
        "today": timezone.localdate(),
    }
    return render(request, "procedures/to_read.html", told)


@everyone
@require_POST
def version_confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """That one has read and understood a version."""
    version = read_version(request, pk)
    try:
        confirm_version(version=version, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("version_page", pk)
    messages.success(request, _("Confirmed: you have read and understood it."))
    if owed_by(request.user).exists():
        return redirect("to_read")
    return redirect("version_page", pk)


@roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def version_readers(request: PersonRequest, pk: int) -> HttpResponse:
    """Who was asked to confirm a version, who has, who has not; and asking more people."""
    version = read_version(request, pk)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_read(version=version, actor=request.user, **form.asked())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Asked. Everybody of it is told."))
            return redirect("version_readers", pk)
    requests = list(version.read_requests.select_related("team", "asked_by").order_by("pk"))
    moments = dict(Confirmation.objects.filter(version=version).values_list("person", "at"))
    people = [(one, moments.get(one.pk)) for one in asked_of(requests).select_related("team")]
    told = {
        "version": version,
        "procedure": version.procedure,
        "form": form,
        "requests": requests,
        "missing": [person for person, at in people if at is None],
        "confirmed": [(person, at) for person, at in people if at is not None],
        "may_ask": version.state == "published" and request.user.may(*WRITERS, write=True),
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/version_readers.html", told, status=status)
