"""The queue: what somebody still has to do something about."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from accounts.services import remember_columns
from helpdesk.lib.paging import read_page
from helpdesk.lib.prepared import Prepared
from tickets.models import SavedView, Ticket
from tickets.queue.address import queue_address
from tickets.queue.builtin import ORDERINGS, VIEWS
from tickets.queue.columns import COLUMNS, DEFAULT, chosen
from tickets.queue.filters import Names
from tickets.queue.offers import filter_offers
from tickets.queue.reading import count_views, kept_query, read_queue
from tickets.views.queue_rows import Look, draw_heads, draw_rows, draw_sorts
from tickets.views.saved_views import address_of

ROWS = 25
# A page of fewer tickets asks for this one, which is not there, in the places left.
NO_TICKET = 0
# Finding a page depends on the filters and its place; showing it is the same question every time.
_shown = Prepared(lambda *keys: Ticket.objects.filter(pk__in=keys).for_queue())
# More saved views than a person can tell apart are not counted on every page.
MOST_VIEWS = 40
_saved_of = Prepared(lambda person: SavedView.objects.visible_to(person)[:MOST_VIEWS])


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_list(request: PersonRequest) -> HttpResponse:
    """A view of the queue, with its filters, sort and columns; all of it stands in the address."""
    zone = request.shop.zone
    queue = read_queue(request.GET, person=request.user, zone=zone, names=Names(request.GET))
    saved = _saved_of(request.user.pk)
    here, counts, saved_counts = count_views(queue, saved, person=request.user, zone=zone)
    page = read_page(request, queue.tickets.for_order(), ORDERINGS, queue.sort, ROWS, counted=here)
    opened = next((one for one in saved if str(one.pk) == request.GET.get("saved")), None)
    look = Look(
        shown=queue.shown,
        now=timezone.now(),
        threshold=request.shop.threshold,
        way=urlencode({"back": request.GET.urlencode() or "view=all"}),
        may_mark=request.user.may(Role.AGENT, Role.MANAGER, write=True),
    )
    told: dict[str, Any] = {
        "page": page,
        "heads": draw_heads(look, page.sort_links),
        "sorts": draw_sorts(page.sort_links),
        "rows": draw_rows(rows_of(page.items), look),
        "queue": queue,
        "chips": [
            (one.label, one.text, one.query_without(request)) for one in queue.filtered.active
        ],
        "views": [
            (view, counts[key], opened is None and view is queue.view)
            for key, view in VIEWS.items()
        ],
        "personal": rail_of(saved, saved_counts, opened, shared=False),
        "shared": rail_of(saved, saved_counts, opened, shared=True),
        "opened": opened,
        "may_change": opened is not None and may_change(request, opened),
        "changed": opened is not None and kept_query(request.GET) != opened.query,
        "query": request.GET.urlencode(),
        "kept": kept_query(request.GET),
        "may_write": look.may_mark,
        "whole": queue_address(kept_query(request.GET, only=("view", "sort", "cols"))),
    }
    return render(request, "tickets/ticket_list.html", told)


def rows_of(found: list[Ticket]) -> list[Ticket]:
    """The tickets of a page with all that their rows show, in the order in which they were found."""
    keys = [one.pk for one in found]
    whole = {one.pk: one for one in _shown(*keys, *[NO_TICKET] * (ROWS - len(keys)))}
    return [whole[key] for key in keys]


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def queue_filters(request: PersonRequest) -> HttpResponse:
    """All filters and columns to choose from; the choice opens the queue with them."""
    typed = {name: set(request.GET.getlist(name)) for name in request.GET}
    told = {
        "groups": filter_offers(typed),
        "hidden": [(name, request.GET[name]) for name in ("view", "sort") if request.GET.get(name)],
        "flagged": request.GET.get("flagged", ""),
    }
    return render_panel(request, "tickets/_queue_filters.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def queue_columns(request: PersonRequest) -> HttpResponse:
    """Which columns a person looks at."""
    queue = read_queue(request.GET, person=request.user, zone=request.shop.zone)
    told = {
        "columns": [(column, column.key in queue.shown) for column in COLUMNS.values()],
        "back": request.GET.urlencode(),
    }
    return render_panel(request, "tickets/_queue_columns.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def columns_choose(request: PersonRequest) -> HttpResponse:
    """Remember the columns for this person."""
    keys = chosen(request.POST.getlist("column"))
    usual = "usual" in request.POST or keys == DEFAULT
    remember_columns(person=request.user, columns=() if usual else keys)
    return redirect(queue_address(request.POST.get("back", ""), without="cols"))


def render_panel(
    request: PersonRequest, fragment: str, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A panel of the queue: a page of its own, or only its inside where htmx asks for it."""
    if request.htmx:
        return render(request, fragment, told, status=status)
    return render(
        request, "tickets/queue_panel.html", {**told, "fragment": fragment}, status=status
    )


def rail_of(
    saved: list[SavedView], counts: dict[int, str], opened: SavedView | None, *, shared: bool
) -> list[tuple[SavedView, str, str, bool]]:
    """Saved views for the rail: the view, where it opens, how many tickets, whether it is open."""
    return [
        (one, address_of(one), counts[one.pk], one is opened)
        for one in saved
        if one.shared is shared
    ]


def may_change(request: PersonRequest, view: SavedView) -> bool:
    """Whether this person may change a saved view."""
    managing = view.shared and request.user.may(Role.MANAGER, write=True)
    return view.owner_id == request.user.pk or managing
