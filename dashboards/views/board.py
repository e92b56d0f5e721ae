"""The board and each of its panels alone."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from dashboards.choice import DEFAULT_PERIOD
from dashboards.panels import PANELS, Panel
from dashboards.reading import Board
from dashboards.stats.products import NamedProduct
from helpdesk.lib import periods
from tickets.models import Interaction

# A list longer than this is no help; the category makes it shorter.
MOST_OFFERED = 500


@roles(Role.MANAGER)
@require_safe
def board(request: PersonRequest) -> HttpResponse:
    """All panels for the period, part of the shop and channel in the address."""
    return _show(request, PANELS, "dashboards/board.html")


@roles(Role.MANAGER)
@require_safe
def board_panel(request: PersonRequest, name: str) -> HttpResponse:
    """One panel alone, with the same parameters."""
    found = next((panel for panel in PANELS if panel.name == name), None)
    if found is None:
        raise Http404
    return _show(request, (found,), "dashboards/board_panel.html")


def _show(request: PersonRequest, panels: tuple[Panel, ...], template: str) -> HttpResponse:
    reading = Board(
        params=request.GET,
        shop=request.shop,
        now=timezone.now(),
        with_products=any(panel.reads_products for panel in panels),
    )
    told = {
        "board": reading,
        "choice": reading.choice,
        "panels": [(PANELS.index(panel) + 1, panel, panel.show(reading)) for panel in panels],
        "periods": periods.CHOICES,
        "channels": Interaction.Channel.choices,
        "categories": sorted({each.category for each in reading.catalogue if each.category}),
        "offered": _offered(reading),
        "year_query": reading.choice.query_with(period=DEFAULT_PERIOD, **{"from": "", "to": ""}),
    }
    return render(request, template, told)


def _offered(reading: Board) -> list[NamedProduct]:
    """Products to choose from: those of the category chosen, 500 at most, and the chosen one."""
    choice = reading.choice
    wanted = choice.category or (choice.product.category if choice.product else "")
    offered = [each for each in reading.catalogue if not wanted or each.category == wanted]
    offered = offered[:MOST_OFFERED]
    if choice.product and choice.product not in offered:
        offered.append(choice.product)
    return offered
