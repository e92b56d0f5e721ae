"""Gauges: what is measured with, and until when it may be."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from quality.forms.gauges import GaugeForm
from quality.models import Gauge
from quality.services.gauges import save_gauge


@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def gauge_list(request: PersonRequest) -> HttpResponse:
    """All gauges in use, those to be calibrated soonest first."""
    rows = Gauge.objects.in_use().order_by("due_on", "name")
    context = {
        "gauges": [(gauge, gauge.state()) for gauge in rows],
        "edits": request.user.may(Role.MANAGER, write=True),
    }
    return render(request, "quality/gauge_list.html", context)


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def gauge_new(request: PersonRequest) -> HttpResponse:
    """A new gauge."""
    return gauge_form(request, None)


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def gauge_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Its name, and the day by which it is calibrated next."""
    return gauge_form(request, get_object_or_404(Gauge, pk=pk))


def gauge_form(request: PersonRequest, gauge: Gauge | None) -> HttpResponse:
    """The form, and what it saves."""
    there = {"name": gauge.name, "due_on": gauge.due_on, "version": gauge.version} if gauge else {}
    form: forms.Form = GaugeForm(request.POST or None, initial=there)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_gauge(gauge=gauge, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return redirect("gauge_list")
    history = HistoryEntry.objects.about(gauge)[:20] if gauge else []
    context = {"form": form, "gauge": gauge, "history": history}
    status = 422 if request.method == "POST" else 200
    return render(request, "quality/gauge_edit.html", context, status=status)
