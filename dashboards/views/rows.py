"""The rows behind the board's figures: one page for every kind of row."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from dashboards.reading import Board
from dashboards.rows import LISTS, Looking
from helpdesk.lib.filters import read_filters
from helpdesk.lib.paging import read_page

# The parameters that the board understands too.
SHARED = ("product", "category", "channel")


@roles(Role.MANAGER)
@require_safe
def row_list(request: PersonRequest, of: str) -> HttpResponse:
    """The rows that the parameters ask for; a parameter that cannot be read is told and left out."""
    kind = LISTS[of]
    lens = Board({}, request.shop, timezone.now()).whole
    looking = Looking(request.shop, lens, request.GET)
    filtered = read_filters(request.GET, kind.filters(looking), request.shop.zone)
    rows = filtered.apply(kind.rows(looking))
    page = read_page(request, rows, kind.orderings, kind.default)
    told = {
        "kind": kind,
        "page": page,
        "filtered": filtered,
        "chips": [(each, each.query_without(request)) for each in filtered.active],
        "shop": request.shop,
        "back": _back(request),
        "all_url": request.path,
    }
    return render(request, "dashboards/rows.html", told)


def _back(request: PersonRequest) -> str:
    """The board as it was looked at, as far as the list's address tells."""
    params = request.GET.copy()
    for name in list(params):
        if name not in {*SHARED, "from", "to"}:
            del params[name]
    return f"{reverse('board')}?{params.urlencode()}"
