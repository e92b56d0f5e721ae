"""Deviations: those that wait for a second person's word, and how cases with them ended."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from procedures.forms.records import WordForm
from procedures.models import Record
from procedures.services import decide_deviation
from procedures.stats.deviations import read_deviations
from procedures.views.errors import add_errors

DECIDERS = (Role.MANAGER, Role.ADMIN)
ORDERINGS = {
    "due": Ordering(gettext_lazy("Due"), ("word_due_at",), nullable=True),
    "moment": Ordering(gettext_lazy("When"), ("recorded_at",)),
}


@roles(*DECIDERS)
@require_safe
def deviation_list(request: PersonRequest) -> HttpResponse:
    """Those that wait for a word, the soonest due first; or all of them, the newest first."""
    show_all = request.GET.get("show") == "all"
    rows = Record.objects.deviations().for_list()
    if not show_all:
        rows = rows.waiting().order_by()
    told = {
        "page": read_page(request, rows, ORDERINGS, "-moment" if show_all else "due"),
        "show_all": show_all,
    }
    return render(request, "procedures/deviation_list.html", told)


@roles(Role.AGENT, Role.MANAGER, Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def deviation_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One deviation, and the word of a second person."""
    record = get_object_or_404(Record.objects.deviations().for_list(), pk=pk)
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_deviation(record=record, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = _("Said. %(name)s is told.") % {"name": record.recorded_by}
            messages.success(request, told)
            return redirect("deviation_list" if request.user.may(*DECIDERS) else "home")
    waits = record.word_due_at is not None and record.decided_at is None
    another = record.recorded_by_id != request.user.pk
    told_all = {
        "record": record,
        "form": form,
        "may_decide": waits and another and request.user.may(*DECIDERS, write=True),
        "may_open": request.user.may(Role.AGENT, Role.MANAGER),
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/deviation_page.html", told_all, status=status)


@roles(*DECIDERS)
@require_safe
def deviation_report(request: PersonRequest) -> HttpResponse:
    """Steps that people deviate from, and how those cases ended beside those that followed them."""
    return render(
        request, "procedures/deviation_report.html", {"rows": read_deviations(), "least": 5}
    )
