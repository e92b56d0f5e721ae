"""Drawing the ticket page, for every view that acts on a ticket."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import PersonRequest
from accounts.models import Role
from tickets.forms.owners import HandOffForm
from tickets.forms.promises import EndPromiseForm, PromiseForm
from tickets.forms.tickets import ResolveForm
from tickets.models import Ticket, TicketEvent
from tickets.views.after import view_of
from tickets.views.casefile import TICKET_STATES
from tickets.views.deadlines import standings
from tickets.views.joined import joined_in, with_notes_of
from tickets.views.owed import read_owed
from tickets.views.timeline import CHANNEL_ICONS, LABELS

CONTACTS = 50
EVENTS = 50


def read_ticket(pk: int) -> Ticket:
    """The ticket with all that its page names, or 404."""
    return get_object_or_404(Ticket.objects.for_list(), pk=pk)


def show_ticket(request: PersonRequest, ticket: Ticket, **refused: Form | int) -> HttpResponse:
    """The page. ``refused`` are forms that were not taken, by the names the template has for
    them, and what else it needs to say where they stand; they replace the empty ones.
    """
    told = ticket_told(ticket) | forms_told(ticket)
    told["back"] = view_of(request)
    told["may_write"] = request.user.may(Role.AGENT, Role.MANAGER, write=True)
    told["deadlines"] = standings(ticket, now=told["now"], mark=request.shop.hours_mark)
    status = 422 if refused else 200
    return render(request, "tickets/ticket_page.html", told | refused, status=status)


def ticket_told(ticket: Ticket) -> dict[str, Any]:
    """What is read of the ticket."""
    tone, icon = TICKET_STATES[Ticket.State(ticket.state)]
    contacts = ticket.interactions.for_timeline()[:CONTACTS]
    happened = ticket.events.exclude(kind=TicketEvent.Kind.LOGGED).select_related("actor")
    events = list(happened.order_by("-at", "-pk")[:EVENTS])
    merges = joined_in(events)
    return {
        "ticket": ticket,
        "now": timezone.now(),
        "tone": tone,
        "state_icon": icon,
        "is_finished": ticket.state in Ticket.FINISHED,
        "contacts": [(one, CHANNEL_ICONS[one.channel], label_of(one)) for one in contacts],
        "promises": ticket.promises.select_related("owner").order_by("due_at", "pk"),
        "owed": read_owed(ticket.pk),
        # What was logged stands in the timeline above it already.
        "events": with_notes_of(
            [one.merged_id for one in merges if one.into_id == ticket.pk], events
        ),
        "merges": merges,
    }


def forms_told(ticket: Ticket) -> dict[str, Any]:
    """Its empty forms."""
    return {
        "resolve": ResolveForm(ticket=ticket, auto_id="resolve_%s"),
        "hand_off": HandOffForm(ticket=ticket, auto_id="hand_off_%s"),
        "promise": PromiseForm(auto_id="promise_%s"),
        "ending": EndPromiseForm(ticket=ticket, auto_id="ending_%s"),
    }


def label_of(contact: Any) -> object:
    """How the contact counts, in a word; nothing for one that simply counts."""
    return LABELS.get(contact.standing, "")
