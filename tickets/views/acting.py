"""Doing something to all tickets that are marked in the queue."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.deeds import (
    AssignForm,
    ClaimForm,
    DeedForm,
    MacroForm,
    PriorityForm,
    ResolveManyForm,
    WaitForm,
)
from tickets.models import Ticket
from tickets.queue.address import queue_address
from tickets.queue.filters import is_key
from tickets.services.deeds import Mark, Outcome, act_on_tickets
from tickets.views.queue import render_panel

# A page of the queue has fewer.
MOST_MARKS = 100


@dataclass(frozen=True)
class Action:
    """Something to do to marked tickets: its form, its words, its icon and key in the queue."""

    form: type[DeedForm]
    label: str | Promise
    button: str | Promise


ACTIONS = {
    "claim": Action(ClaimForm, gettext_lazy("Claim"), gettext_lazy("I take them")),
    "assign": Action(AssignForm, gettext_lazy("Assign"), gettext_lazy("Give them")),
    "priority": Action(PriorityForm, gettext_lazy("Priority"), gettext_lazy("Set the priority")),
    "wait": Action(WaitForm, gettext_lazy("Wait"), gettext_lazy("Let them wait")),
    "resolve": Action(ResolveManyForm, gettext_lazy("Resolve"), gettext_lazy("Resolve them")),
    "macro": Action(MacroForm, gettext_lazy("Macro"), gettext_lazy("Use the macro")),
}


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_act(request: PersonRequest) -> HttpResponse:
    """One action on the marked tickets: first its form, then, ticket by ticket, what became of it.

    Those that a rule refuses are named with why, and stay marked; the others are done.
    """
    asked = request.POST if request.method == "POST" else request.GET
    action = ACTIONS.get(asked.get("do", "claim"))
    if action is None:
        raise Http404(_("There is nothing of this name to do."))
    marks = read_marks(asked)
    form = action.form(request.POST or None, person=request.user, shop=request.shop)
    outcomes: list[Outcome] = []
    if request.method == "POST" and form.is_valid() and marks:
        outcomes = act_on_tickets(
            marks=marks,
            deed_of=form.deed_for,
            actor=request.user,
            form_key=form.cleaned_data["form_key"],
        )
        tell(request, sum(not one.refusals for one in outcomes))
        if all(not one.refusals for one in outcomes):
            return redirect(queue_address(asked.get("back", "")))
    refused = {one.mark: one.refusals for one in outcomes if one.refusals}
    left = list(refused) if outcomes else marks
    tickets = Ticket.objects.for_queue().in_bulk([mark.pk for mark in left])
    told = {
        "do": asked.get("do", "claim"),
        "action": action,
        "form": form,
        "marked": [
            (mark, tickets[mark.pk], refused.get(mark, ())) for mark in left if mark.pk in tickets
        ],
        "refused": refused,
        "back": asked.get("back", ""),
        "queue_url": queue_address(asked.get("back", "")),
    }
    status = 422 if refused or form.errors else 200
    return render_panel(request, "tickets/_queue_act.html", told, status=status)


def read_marks(params: QueryDict) -> list[Mark]:
    """The tickets marked on the page, each with the version it showed: "12.3"."""
    marks = []
    for text in dict.fromkeys(params.getlist("mark")[:MOST_MARKS]):
        key, _dot, version = text.partition(".")
        if is_key(key) and is_key(version):
            marks.append(Mark(int(key), int(version)))
    return marks


def tell(request: PersonRequest, done: int) -> None:
    """Say on how many tickets it was done."""
    if done:
        text = ngettext("Done on %(n)d ticket.", "Done on %(n)d tickets.", done)
        messages.success(request, text % {"n": done})
