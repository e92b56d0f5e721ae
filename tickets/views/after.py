"""Where a person goes once a ticket is saved: each chooses in their own settings."""

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import PersonRequest
from accounts.models import AfterSaving
from helpdesk.lib.paging import row_after
from tickets.models import Ticket
from tickets.queue.address import queue_address
from tickets.queue.builtin import ORDERINGS
from tickets.queue.reading import kept_query, read_queue


def after_saving(request: PersonRequest, ticket: Ticket) -> HttpResponseRedirect:
    """On the ticket, on the next one of the view it was opened from, or back in that view.

    ``ticket`` is as it was read before it was saved: what follows its old place is the next one.
    Without a view in the address the person stays.
    """
    view = view_of(request)
    choice = request.user.after_saving
    if view and choice == AfterSaving.BACK:
        return redirect(queue_address(view))
    if view and choice == AfterSaving.NEXT:
        following = next_in_view(request, view, ticket)
        if following is not None:
            return redirect(ticket_address(following.pk, view))
        messages.info(request, _("That was the last ticket of the view."))
        return redirect(queue_address(kept_query(QueryDict(view))))
    return redirect(ticket_address(ticket.pk, view))


def after_merging(request: PersonRequest, merged: Ticket, *, into: int) -> HttpResponseRedirect:
    """Who stays, stays on the ticket that took over; the merged one has nothing left to do."""
    view = view_of(request)
    if view and request.user.after_saving != AfterSaving.STAY:
        return after_saving(request, merged)
    return redirect(ticket_address(into, view))


def view_of(request: PersonRequest) -> str:
    """The query of the view that a ticket was opened from; "" when it was opened otherwise.

    A form carries it on; the address of the page that was left is asked where one does not.
    """
    left = QueryDict(urlsplit(request.headers.get("Referer", "")).query)
    return str(request.POST.get("back") or request.GET.get("back") or left.get("back", ""))


def next_in_view(request: PersonRequest, view: str, ticket: Ticket) -> Ticket | None:
    """The ticket that follows the place of this one."""
    queue = read_queue(QueryDict(view), person=request.user, zone=request.shop.zone)
    return row_after(queue.tickets.exclude(pk=ticket.pk), ORDERINGS, queue.sort, ticket)


def ticket_address(pk: int, view: str) -> str:
    """The page of a ticket, with the view it is reached from."""
    address = reverse("ticket_page", args=[pk])
    return f"{address}?{urlencode({'back': view})}" if view else address
