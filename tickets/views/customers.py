"""The customer page: addresses, numbers, and what was bought and said."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from purchases.models import Customer, Purchase
from tickets.models import CustomerMerge, Interaction, Rating, Ticket
from tickets.views.casefile import TICKET_STATES
from tickets.views.contact_rows import draw_contact

ORDERINGS = {"ordered": Ordering(gettext_lazy("Ordered"), ("ordered_at",))}
PURCHASES, CONTACTS, RATINGS, TICKETS = 25, 25, 10, 10


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def customer_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Who they are, how to reach them, their purchases with tallies, ratings and last contacts."""
    customer = get_object_or_404(Customer.objects.select_related("merged_into"), pk=pk)
    if customer.merged_into_id is not None:
        return redirect("customer_page", customer.survivor().pk)
    purchases = Purchase.objects.filter(customer=customer)
    contacts = Interaction.objects.filter(customer=customer).select_related(
        "reason", "agent", "purchase"
    )
    ratings = Rating.objects.filter(purchase__customer=customer).select_related("purchase")
    tickets = Ticket.objects.unfinished().filter(customer=customer).select_related("owner")
    told = {
        "customer": customer,
        "merges": CustomerMerge.objects.standing()
        .filter(into=customer)
        .select_related("merged", "actor"),
        "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
        "emails": customer.emails.order_by("pk"),
        "phones": customer.phones.order_by("pk"),
        "page": read_page(request, purchases, ORDERINGS, "-ordered", PURCHASES),
        "contacts": [
            draw_contact(one, with_purchase=True)
            for one in contacts.order_by("-occurred_at", "-pk")[:CONTACTS]
        ],
        "ratings": ratings.order_by("-answered_at", "-pk")[:RATINGS],
        "tickets": [
            (one, *TICKET_STATES[Ticket.State(one.state)])
            for one in tickets.order_by("-opened_at", "-pk")[:TICKETS]
        ],
    }
    return render(request, "tickets/customer_page.html", told)
