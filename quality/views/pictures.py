"""Pictures of the bench: what it should look like, and photos of what was found."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, by_pin, roles
from accounts.models import Role
from files.serving import serve_file
from quality.models import Characteristic, Inspection, Result
from quality.services.photos import set_picture

WHICH = ("good", "bad")


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_safe
def line_picture(request: PersonRequest, pk: int, which: str) -> HttpResponseBase:
    """The good or bad picture of a characteristic."""
    rows = Characteristic.objects.select_related("good_picture", "bad_picture")
    line = get_object_or_404(rows, pk=pk)
    picture = {"good": line.good_picture, "bad": line.bad_picture}.get(which)
    if picture is None:
        raise Http404
    return serve_file(picture, as_attachment=False)


@roles(Role.MANAGER)
@require_POST
def plan_picture(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a characteristic of a draft its good or bad picture."""
    line = get_object_or_404(Characteristic, pk=pk)
    sent, which = request.FILES.get("picture"), request.POST.get("which", "")
    if sent is None or which not in WHICH:
        messages.error(request, _("Choose a picture first."))
        return redirect("plan_page", pk=line.plan_id)
    try:
        set_picture(
            characteristic=line,
            which=which,
            stream=sent,
            name=sent.name or "",
            actor=request.user,
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The picture is there."))
    return redirect("plan_page", pk=line.plan_id)


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_safe
def result_photo(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The photo of a result, for those who may see its inspection."""
    seen = Inspection.objects.visible_to(request.user)
    rows = Result.objects.filter(inspection__in=seen, photo__isnull=False)
    result = get_object_or_404(rows.select_related("photo"), pk=pk)
    if result.photo is None:
        raise Http404
    return serve_file(result.photo, as_attachment=False)
