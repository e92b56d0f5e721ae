"""Searching everything a person may see: the page, and what the command box shows while they type."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, everyone, roles
from accounts.models import Role
from helpdesk.lib.snippets import snippet
from tickets.finding import Everything, Limits, find_everything
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.views.timeline import CHANNEL_ICONS

DESK = (Role.AGENT, Role.MANAGER)
OPENS_LOTS = (Role.INSPECTOR, Role.MANAGER)
SOME = Limits(purchases=5, tickets=4, notes=3, contacts=5, lots=4)


@dataclass(frozen=True)
class TextRow:
    """A text that fits: the row it belongs to, the words in it, where they stand.

    ``ending`` is how a ticket ended, where the words stand in that.
    """

    row: Interaction | Ticket | TicketEvent
    snippet: SafeString
    where: str
    icon: str
    ending: SafeString | None = None


@roles(Role.AGENT, Role.MANAGER, Role.INSPECTOR)
@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """What fits ``?q=``, by kind. An inspector finds purchases and lots, and no customers."""
    return render(request, "tickets/search.html", _told(request, Limits()))


@everyone
@require_safe
def search_box(request: PersonRequest) -> HttpResponse:
    """The first few of each kind, as options of the command box; a page has them all."""
    if not request.user.may(*DESK, *OPENS_LOTS):
        return render(request, "tickets/_search_box.html", {})
    return render(request, "tickets/_search_box.html", _told(request, SOME))


def _told(request: PersonRequest, limits: Limits) -> dict[str, object]:
    """What both show."""
    desk = request.user.may(*DESK)
    everything = find_everything(
        request.GET.get("q", ""),
        shop=request.shop,
        desk=desk,
        lots=request.user.may(*OPENS_LOTS),
        limits=limits,
    )
    return {
        "everything": everything,
        "found": everything.found,
        "sees_customers": desk,
        "tickets": [_ticket(everything, one) for one in everything.tickets],
        "notes": [
            TextRow(one, snippet(one.note, everything.words), _("note"), "sticky-note")
            for one in everything.notes
        ],
        "contacts": [
            TextRow(
                one,
                snippet(one.summary, everything.words),
                str(one.get_channel_display()),
                CHANNEL_ICONS[one.channel],
            )
            for one in everything.contacts
        ],
    }


def _ticket(everything: Everything, ticket: Ticket) -> TextRow:
    """A ticket, with where the words stand: its number, its subject, or how it ended."""
    subject = snippet(ticket.subject, everything.words)
    if "<mark>" in subject:
        return TextRow(ticket, subject, _("subject"), "ticket")
    if str(ticket.pk) in everything.words:
        return TextRow(ticket, subject, _("ticket number"), "ticket")
    ending = snippet(ticket.resolution, everything.words)
    return TextRow(ticket, subject, _("resolution"), "ticket", ending)
