"""Nonconformances: the list, the page of one, and what is done on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.paging import Ordering, read_page
from quality.forms.nonconformances import ActionForm, CheckForm, DispositionForm, NoteForm
from quality.models import CorrectiveAction, Disposition, Nonconformance
from quality.rules.repeats import repeated
from quality.services.effects import moved
from quality.services.nonconformances import (
    ActionDraft,
    agree_action,
    check_action,
    close_nonconformance,
    decide_disposition,
    finish_action,
    names_of_deciders,
    note_on_nonconformance,
    second_disposition,
    undecided,
    what_is_missing,
)

ORDERINGS = {"found": Ordering(gettext_lazy("Found"), fields=("found_at",))}
Forms = dict[str, forms.Form]


@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def nonconformance_list(request: PersonRequest) -> HttpResponse:
    """What is open, newest first; `?state=closed` shows what is done with."""
    closed = request.GET.get("state") == "closed"
    rows = Nonconformance.objects.for_list().filter(closed_at__isnull=not closed)
    page = read_page(request, rows, ORDERINGS, default="-found")
    return render(request, "quality/nonconformance_list.html", {"page": page, "closed": closed})


@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def nonconformance_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What was found, what is done with it, and what is still missing."""
    return draw(request, pk)


def draw(
    request: PersonRequest, pk: int, *, typed: Forms | None = None, status: int = 200
) -> HttpResponse:
    """The page, with a form as it was typed."""
    rows = Nonconformance.objects.select_related(
        "lot__product", "lot__maker", "found_by", "closed_by", "inspection", "interaction", "flag"
    )
    one = get_object_or_404(rows, pk=pk)
    actions = list(one.actions.select_related("owner", "checked_by").order_by("pk"))
    for action in actions:
        action.nonconformance = one
    said = {"containment": one.containment, "cause": one.cause, "version": one.version}
    fresh: Forms = {
        "note_form": NoteForm(initial=said),
        "decide_form": DispositionForm(initial={"quantity": undecided(one) or None}),
        "action_form": ActionForm(),
    }
    dispositions = one.dispositions.select_related("decided_by", "seconded_by", "checked_in")
    context: dict[str, Any] = {
        "one": one,
        "loud": repeated(Nonconformance.objects.same_fault(one).count(), one.fault),
        "loops": max((number for (number,) in one.lot.inspections.values_list("round")), default=0),
        "left": undecided(one),
        "dispositions": dispositions.order_by("pk"),
        "actions": [(action, moved(action)) for action in actions],
        "missing": [] if one.closed_at else what_is_missing(one),
        "may_decide": request.user.may(Role.MANAGER, write=True)
        and request.user.pk != one.lot.maker_id,
        "writes": request.user.may(Role.MANAGER, Role.INSPECTOR, write=True),
        "others": names_of_deciders(one, request.user),
        "history": HistoryEntry.objects.about(one)[:20],
    }
    context |= fresh | (typed or {})
    return render(request, "quality/nonconformance_page.html", context, status=status)


def done(
    request: PersonRequest,
    pk: int,
    work: Callable[[], object],
    said: str,
    *,
    name: str = "",
    form: forms.Form | None = None,
) -> HttpResponse:
    """Do it and show the page again; with the reason, and what was typed, when it is refused."""
    if form is not None and not form.is_valid():
        return draw(request, pk, typed={name: form}, status=422)
    try:
        work()
    except ValidationError as error:
        if form is None:
            messages.error(request, " ".join(error.messages))
            return redirect("nonconformance_page", pk=pk)
        form.add_error(None, " ".join(error.messages))
        return draw(request, pk, typed={name: form}, status=422)
    messages.success(request, said)
    return redirect("nonconformance_page", pk=pk)


@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def nonconformance_note(request: PersonRequest, pk: int) -> HttpResponse:
    """Containment and cause."""
    one = get_object_or_404(Nonconformance, pk=pk)
    form = NoteForm(request.POST)
    return done(
        request,
        pk,
        lambda: note_on_nonconformance(nonconformance=one, actor=request.user, **form.cleaned_data),
        _("Kept."),
        name="note_form",
        form=form,
    )


@roles(Role.MANAGER)
@require_POST
def nonconformance_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """What is done with so many of them."""
    one = get_object_or_404(Nonconformance.objects.select_related("lot"), pk=pk)
    form = DispositionForm(request.POST)
    return done(
        request,
        pk,
        lambda: decide_disposition(nonconformance=one, actor=request.user, **form.cleaned_data),
        _("Decided."),
        name="decide_form",
        form=form,
    )


@roles(Role.MANAGER)
@require_POST
def disposition_second(request: PersonRequest, pk: int) -> HttpResponse:
    """The second signature of a critical one."""
    rows = Disposition.objects.select_related("nonconformance__lot")
    disposition = get_object_or_404(rows, pk=pk)
    return done(
        request,
        disposition.nonconformance_id,
        lambda: second_disposition(disposition=disposition, actor=request.user),
        _("Signed as second person: it holds from now on."),
    )


@roles(Role.MANAGER)
@require_POST
def nonconformance_act(request: PersonRequest, pk: int) -> HttpResponse:
    """Agree on a corrective action."""
    one = get_object_or_404(Nonconformance, pk=pk)
    form = ActionForm(request.POST)
    return done(
        request,
        pk,
        lambda: agree_action(
            nonconformance=one, draft=ActionDraft(**form.cleaned_data), actor=request.user
        ),
        _("Agreed."),
        name="action_form",
        form=form,
    )


@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def action_finish(request: PersonRequest, pk: int) -> HttpResponse:
    """The change is made."""
    action = get_object_or_404(CorrectiveAction.objects.select_related("nonconformance"), pk=pk)
    return done(
        request,
        action.nonconformance_id,
        lambda: finish_action(action=action, actor=request.user),
        _("Done. On the agreed day somebody looks whether it helped."),
    )


@roles(Role.MANAGER)
@require_POST
def action_check(request: PersonRequest, pk: int) -> HttpResponse:
    """Whether it helped."""
    action = get_object_or_404(CorrectiveAction.objects.select_related("nonconformance"), pk=pk)
    form = CheckForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    worked, finding = said.get("worked") == "yes", said.get("finding", "")
    return done(
        request,
        action.nonconformance_id,
        lambda: check_action(action=action, worked=worked, finding=finding, actor=request.user),
        _("Kept."),
    )


@roles(Role.MANAGER)
@require_POST
def nonconformance_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close it for good."""
    one = get_object_or_404(Nonconformance, pk=pk)
    return done(
        request,
        pk,
        lambda: close_nonconformance(nonconformance=one, actor=request.user),
        _("Closed."),
    )
