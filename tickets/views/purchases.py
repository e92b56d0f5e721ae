"""The purchase page: everything about one order, and what it cost in contacts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from helpdesk.lib.prepared import Prepared
from tickets.models import Interaction, TicketEvent
from tickets.views.casefile import card_of, read_case
from tickets.views.timeline import NoteRow, Row, contact_rows, note_rows, said_once

PAGE_SIZE = 50
ORDERINGS = {"moment": Ordering("", fields=("occurred_at",))}
NOTED = (
    TicketEvent.Kind.HANDED_OFF,
    TicketEvent.Kind.RESOLVED,
    TicketEvent.Kind.REOPENED,
    TicketEvent.Kind.ATTACHED,
    TicketEvent.Kind.ATTEMPTED,
    TicketEvent.Kind.ESCALATED,
    TicketEvent.Kind.ANSWERED,
    TicketEvent.Kind.GRANTED,
    TicketEvent.Kind.TAKEN_BACK,
    TicketEvent.Kind.REFUSED,
    TicketEvent.Kind.MOVED,
    TicketEvent.Kind.MERGED,
    TicketEvent.Kind.UNMERGED,
    TicketEvent.Kind.SPLIT,
)

_noted_of = Prepared(
    lambda purchase: (
        TicketEvent.objects.filter(purchase=purchase, kind__in=NOTED)
        .select_related("actor")
        .order_by("-at", "-pk")[:PAGE_SIZE]
    )
)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def purchase_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The tally against the threshold, and the newest contacts with what happened between them."""
    purchase = card_of.or_404(pk)
    case = read_case(purchase)
    contacts = Interaction.objects.filter(purchase=purchase).for_timeline()
    only_counted = request.GET.get("counted") == "1"
    if only_counted:
        contacts = contacts.filter(standing=Interaction.Standing.NET)
    page = read_page(request, contacts, ORDERINGS, "-moment", PAGE_SIZE)
    newest = purchase.net_interactions
    if page.has_previous and page.items:
        newest -= Interaction.objects.filter(purchase=purchase).newer_net(page.items[0]).count()
    events = _noted_of(pk)
    rows: list[Row] = [
        *contact_rows(said_once(page.items), newest_number=newest, threshold=request.shop.threshold)
    ]
    if not only_counted:
        rows = with_notes(
            rows,
            note_rows(case.tickets, events),
            first=not page.has_previous,
            last=not page.has_next,
        )
    return render(
        request,
        "tickets/purchase_page.html",
        {
            "purchase": purchase,
            "case": case,
            "page": page,
            "rows": rows,
            "only_counted": only_counted,
            "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
            "may_open_lots": request.user.may(Role.INSPECTOR, Role.MANAGER),
            "log_url": f"{reverse('call_create')}?purchase={purchase.pk}",
        },
    )


def with_notes(contacts: list[Row], notes: list[NoteRow], *, first: bool, last: bool) -> list[Row]:
    """The notes among the contacts of this page, newest first; those beyond it are left to others."""
    if not contacts:
        return sorted(notes, key=lambda row: row.at, reverse=True)
    top, bottom = contacts[0].at, contacts[-1].at
    here = [note for note in notes if (first or note.at <= top) and (last or note.at >= bottom)]
    return sorted([*here, *contacts], key=lambda row: row.at, reverse=True)
