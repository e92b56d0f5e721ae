"""Merging a ticket into another one, undoing that, and splitting an interaction off."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role, Shop
from tickets.forms.merges import MergeForm, SplitForm
from tickets.models import Ticket, TicketMerge
from tickets.services import merge_tickets, split_interaction, undo_merge
from tickets.views.after import after_merging, view_of
from tickets.views.casefile import TICKET_STATES
from tickets.views.errors import add_errors
from tickets.views.interactions import read_interaction
from tickets.views.matching import find_matches
from tickets.views.showing import read_ticket

CANDIDATES = 9


@dataclass(frozen=True)
class Candidate:
    """A ticket that may take over another one's contacts."""

    ticket: Ticket
    tone: str
    icon: str
    # Their contacts would leave the purchase they stand on now.
    other_purchase: bool


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_merge(request: PersonRequest, pk: int) -> HttpResponse:
    """Find the ticket about the same problem, and merge this one into it."""
    ticket = read_ticket(pk)
    form = MergeForm(request.POST if request.method == "POST" else None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        try:
            merge = merge_tickets(
                ticket=ticket,
                into=Ticket(pk=form.cleaned_data["into"]),
                version=form.cleaned_data["version"],
                note=form.cleaned_data["note"],
                actor=request.user,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = ngettext(
                "#%(old)d is merged into this ticket: %(n)d contact came with it.",
                "#%(old)d is merged into this ticket: %(n)d contacts came with it.",
                merge.contacts,
            )
            messages.success(request, told % {"old": pk, "n": merge.contacts})
            return after_merging(request, ticket, into=merge.into_id)
    text = request.GET.get("q", "").strip()
    told_all = {
        "ticket": ticket,
        "form": form,
        "asked": text,
        "candidates": candidates(ticket, text, shop=request.shop),
        "contacts": ticket.interactions.count(),
        "promises": ticket.promises.count(),
        "back": view_of(request),
    }
    status = 422 if form.errors else 200
    return render(request, "tickets/ticket_merge.html", told_all, status=status)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_unmerge(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a merged ticket back what it had."""
    merge = TicketMerge.objects.filter(merged=pk).order_by("-at", "-pk").first()
    if merge is None:
        raise Http404
    try:
        undo_merge(merge=merge, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("ticket_page", merge.into_id)
    told = _("The merge is undone: #%(old)d has its contacts back.") % {"old": merge.merged_id}
    messages.success(request, told)
    return redirect("ticket_page", merge.merged_id)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def interaction_split(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a contact that is about something else its own ticket."""
    interaction = read_interaction(pk)
    form = SplitForm(request.POST if request.method == "POST" else None, interaction=interaction)
    if request.method == "POST" and form.is_valid():
        try:
            new = split_interaction(
                interaction=interaction, actor=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("It has a ticket of its own now: this one."))
            return redirect("ticket_page", new.pk)
    told = {"interaction": interaction, "form": form}
    return render(
        request, "tickets/interaction_split.html", told, status=422 if form.errors else 200
    )


def candidates(ticket: Ticket, text: str, *, shop: Shop) -> Sequence[Candidate]:
    """Tickets that answer to a number, an order or a name; unasked, those of the same customer."""
    rows = Ticket.objects.for_list().filter(merged_into__isnull=True).exclude(pk=ticket.pk)
    if ticket.state not in Ticket.FINISHED:
        rows = rows.unfinished()
    if text:
        wanted = Q(purchase__in=[one.pk for one in find_matches(text, shop=shop).purchases])
        number = re.fullmatch(r"#?([0-9]{1,15})", text)
        if number:
            wanted |= Q(pk=int(number[1]))
    else:
        wanted = Q(pk__in=[])
        if ticket.purchase_id is not None:
            wanted |= Q(purchase=ticket.purchase_id)
        if ticket.customer_id is not None:
            wanted |= Q(customer=ticket.customer_id)
    return [
        Candidate(
            one,
            *TICKET_STATES[Ticket.State(one.state)],
            other_purchase=one.purchase_id is not None and one.purchase_id != ticket.purchase_id,
        )
        for one in rows.filter(wanted).order_by("-opened_at", "-pk")[:CANDIDATES]
    ]
