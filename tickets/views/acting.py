"""Doing something to all tickets that are marked in the queue."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
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
from tickets.models import Macro, Ticket
from tickets.queue.address import queue_address
from tickets.queue.filters import is_key
from tickets.services.deeds import Mark, Outcome, act_on_tickets
from tickets.services.texts import deed_of_macro
from tickets.views.after import after_saving
from tickets.views.deed_words import told_deed
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
    form = action.form(
        request.POST or None, person=request.user, shop=request.shop, initial=asked.dict()
    )
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
            return leave(request, outcomes)
    refused = {one.mark: one.refusals for one in outcomes if one.refusals}
    left = list(refused) if outcomes else marks
    tickets = Ticket.objects.for_queue().in_bulk([mark.pk for mark in left])
    macros = macro_told(request, asked, list(tickets.values()))
    previews = macros.pop("preview", {})
    told = {
        "do": asked.get("do", "claim"),
        "action": action,
        "form": form,
        "one": asked.get("one", ""),
        "marked": [
            (mark, tickets[mark.pk], refused.get(mark, ()), previews.get(mark.pk, ()))
            for mark in left
            if mark.pk in tickets
        ],
        **macros,
        "refused": refused,
        "back": asked.get("back", ""),
        "queue_url": queue_address(asked.get("back", "")),
    }
    status = 422 if refused or form.errors else 200
    return render_panel(request, "tickets/_queue_act.html", told, status=status)


def leave(request: PersonRequest, outcomes: list[Outcome]) -> HttpResponse:
    """Back to the view; from the page of one ticket to where that person goes after saving."""
    ticket = outcomes[0].ticket if outcomes else None
    if "one" in request.POST and ticket is not None:
        return after_saving(request, ticket)
    return redirect(queue_address(request.POST.get("back", "")))


def macro_told(request: PersonRequest, asked: QueryDict, tickets: list[Ticket]) -> dict[str, Any]:
    """The macros to choose from; once one is chosen, what it will do to each marked ticket."""
    if asked.get("do") != "macro":
        return {}
    macros = Macro.objects.visible_to(request.user)
    key = asked.get("macro", "")
    macro = (
        macros.select_related("person", "team", "reason").filter(pk=key).first()
        if is_key(key)
        else None
    )
    if macro is None:
        links = asked.copy()
        links.pop("csrfmiddlewaretoken", None)
        links.pop("macro", None)
        return {"macros": macros, "macro_query": links.urlencode()}
    return {
        "macro": macro,
        "preview": {ticket.pk: preview(request, macro, ticket) for ticket in tickets},
    }


def preview(request: PersonRequest, macro: Macro, ticket: Ticket) -> list[str]:
    """What the macro will do to a ticket, or why it cannot."""
    try:
        deed = deed_of_macro(macro, ticket=ticket, person=request.user, shop=request.shop)
    except ValidationError as refused:
        return refused.messages
    return told_deed(deed)


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
