"""Files that come with a form: held until it is saved, so that a refused save loses none."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.holding import HoldingForm
from tickets.forms.once import own_form_key
from tickets.models import Attachment
from tickets.services.holding import discard_held, hold_files


def hold_sent(request: PersonRequest, form: HoldingForm) -> None:
    """Hold what a sent form brought; why a file was refused is said beside the field."""
    form.holder = request.user
    form.full_clean()
    sent: list[Any] = request.FILES.getlist("files")
    key = own_form_key(form["form_key"].value())
    if not sent:
        return
    if key is None:
        form.add_error("held", _("The form is too old for files. Open it again."))
        return
    uploads = [(one, one.name or "") for one in sent]
    made, refusals = hold_files(uploads=uploads, form_key=key, actor=request.user)
    form.cleaned_data["held"] = [*form.cleaned_data["held"], *(one.pk for one in made)]
    held = form.cleaned_data["held"]
    for refusal in refusals:
        form.add_error("held", refusal)
    form.cleaned_data["held"] = held


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def file_hold(request: PersonRequest) -> HttpResponse:
    """Hold files as soon as they are chosen; answers a script with what the form holds by now."""
    form = HoldingForm(request.POST)
    hold_sent(request, form)
    return render(request, "tickets/_held_rows.html", {"form": form})


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def held_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a file out of a form again, for a script; without one it is unticked."""
    mine = Attachment.objects.filter(added_by=request.user, form_key__isnull=False)
    discard_held(attachment=get_object_or_404(mine, pk=pk))
    return HttpResponse(status=204)
