"""The ticket page, its history, and how a ticket ends."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from tickets.forms.tickets import ResolveForm
from tickets.models import Interaction
from tickets.services import resolve_ticket
from tickets.views.after import view_of
from tickets.views.contact_rows import draw_contact
from tickets.views.doing import do_act, show_act
from tickets.views.showing import read_ticket, show_ticket
from tickets.views.wording import event_row

ORDERINGS = {"moment": Ordering(gettext_lazy("When"), ("at",))}
CONTACTS = {"moment": Ordering(gettext_lazy("When"), ("occurred_at",))}


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One problem: who works on it, what was said and promised about it."""
    return show_ticket(request, read_ticket(pk))


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_history(request: PersonRequest, pk: int) -> HttpResponse:
    """Everything that happened to it: who, what, from what to what, when; the newest first."""
    ticket = read_ticket(pk)
    events = ticket.events.select_related("actor")
    page = read_page(request, events, ORDERINGS, "-moment")
    told = {"ticket": ticket, "page": page, "rows": [event_row(one) for one in page.items]}
    return render(request, "tickets/ticket_history.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_contacts(request: PersonRequest, pk: int) -> HttpResponse:
    """All contacts of a ticket that has more than its page shows, the newest first."""
    ticket = read_ticket(pk)
    page = read_page(
        request, Interaction.objects.filter(ticket=pk).for_timeline(), CONTACTS, "-moment"
    )
    told = {
        "ticket": ticket,
        "page": page,
        "rows": [draw_contact(one) for one in page.items],
        "back": view_of(request),
    }
    return render(request, "tickets/ticket_contacts.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_resolve(request: PersonRequest, pk: int) -> HttpResponse:
    """End it, with its reason and what was done."""
    ticket = read_ticket(pk)
    if request.method != "POST":
        form = ResolveForm(ticket=ticket, auto_id="act_%s")
        return show_act(request, ticket, act="resolve", form=form)
    return do_act(
        request,
        ticket,
        form=ResolveForm(request.POST, ticket=ticket, auto_id="act_%s"),
        act="resolve",
        run=resolve_ticket,
        done=_("Ticket #%(n)d is resolved.") % {"n": pk},
    )
