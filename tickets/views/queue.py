"""The queue."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from tickets.models import Ticket
from tickets.views.casefile import TICKET_STATES

ORDERINGS = {"waiting": Ordering(gettext_lazy("Waiting"), ("waiting_since",), nullable=True)}
VIEWS = {
    "all": (gettext_lazy("All unfinished"), "inbox"),
    "mine": (gettext_lazy("Mine"), "user"),
    "unassigned": (gettext_lazy("Nobody's"), "user-x"),
}


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_list(request: PersonRequest) -> HttpResponse:
    """The queue: what somebody still has to do something about, the longest waiting first."""
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    tickets = Ticket.objects.unfinished().for_list()
    if view == "mine":
        tickets = tickets.filter(owner=request.user)
    elif view == "unassigned":
        tickets = tickets.filter(owner__isnull=True)
    page = read_page(request, tickets, ORDERINGS, "waiting")
    rows = [(ticket, *TICKET_STATES[Ticket.State(ticket.state)]) for ticket in page.items]
    views = [(key, label, icon, key == view) for key, (label, icon) in VIEWS.items()]
    told = {"page": page, "rows": rows, "views": views, "now": timezone.now()}
    return render(request, "tickets/ticket_list.html", told)
