"""7 How good are the data? What the figures above leave out, and the load beside them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.charts import Ladder, Rung, draw_ladder
from dashboards.links import Figure
from dashboards.reading import Board
from helpdesk.lib.shares import percent_text
from purchases.models import Purchase
from thresholds.rules.cautions import MOST_LATE, MOST_UNATTRIBUTED
from tickets.models import Interaction

MOST_UNCODED = 0.10
MOST_WITHOUT_DELIVERY = 0.10


@dataclass(frozen=True)
class Check:
    """One line of the card. ``warns`` when its share is above what it may be."""

    name: str
    figure: Figure
    share: str
    meaning: str
    warns: bool


@dataclass(frozen=True)
class Data:
    """``load``: what came in by channel, which says how busy we are and nothing about quality.

    ``per_purchase``: contacts received ÷ ``started``, the purchases delivered in the same period;
    None without one, and for a part of the shop, as contacts received are not told apart by it.
    """

    checks: tuple[Check, ...]
    load: SafeString
    inbound: Figure
    outbound: Figure
    per_purchase: float | None
    started: Figure
    stale_days: int
    warnings: int


def show_data(board: Board) -> Data:
    """Figures, chart and links of the panel."""
    received, links, started = board.received, board.links, board.cohorts.everything
    direction = Interaction.Direction
    checks = (*_received_checks(board), *_purchase_checks(board))
    return Data(
        checks=checks,
        load=_load(board),
        inbound=Figure(received.inbound, links.received(direction=direction.INBOUND.value)),
        outbound=Figure(received.outbound, links.received(direction=direction.OUTBOUND.value)),
        per_purchase=None if board.lens.scope or not started else received.inbound / started,
        started=Figure(started, links.purchases()),
        stale_days=received.stale_days,
        warnings=sum(check.warns for check in checks),
    )


def _received_checks(board: Board) -> tuple[Check, ...]:
    received, links = board.received, board.links
    inbound = Interaction.Direction.INBOUND.value
    return (
        Check(
            _("Without a purchase"),
            Figure(received.unattributed, links.received(direction=inbound, unattributed=1)),
            percent_text(received.unattributed_share),
            _("contacts nobody could attach; above 10 % the numbers mislead"),
            _over(received.unattributed_share, MOST_UNATTRIBUTED),
        ),
        Check(
            _("Without a reason"),
            Figure(received.without_reason, links.received(direction=inbound, uncoded=1)),
            percent_text(received.uncoded_share),
            _("counted, but they cannot tell why"),
            _over(received.uncoded_share, MOST_UNCODED),
        ),
        Check(
            _("Dated in the future"),
            Figure(received.in_future, links.received_ever(future=1)),
            "",
            _("on any day and channel; not counted until then"),
            received.in_future > 0,
        ),
    )


def _purchase_checks(board: Board) -> tuple[Check, ...]:
    cohorts, links = board.cohorts, board.links
    everything = cohorts.everything
    undelivered = cohorts.without_delivery / everything if everything else None
    maturing = cohorts.maturing / everything if everything else None
    window = {"days": board.lens.window_days}
    too_short = _over(cohorts.later_share, MOST_LATE)
    late = _("after the window of %(days)d days; shown beside the number, not in it")
    if too_short:
        late = _("above 20 %%: a window of %(days)d days is too short for this shop")
    transit = ngettext(
        "counted from the order date and %(n)d day of transit",
        "counted from the order date and %(n)d days of transit",
        board.shop.transit_days,
    )
    return (
        Check(
            _("Later than the window"),
            Figure(cohorts.later, links.interactions(standing=Interaction.Standing.LATER.value)),
            percent_text(cohorts.later_share),
            late % window,
            too_short,
        ),
        Check(
            _("Without a delivery date"),
            Figure(cohorts.without_delivery, links.purchases(clock=Purchase.Clock.ORDER.value)),
            percent_text(undelivered),
            transit % {"n": board.shop.transit_days},
            _over(undelivered, MOST_WITHOUT_DELIVERY),
        ),
        Check(
            _("Still maturing"),
            Figure(cohorts.maturing, links.purchases(maturing=1)),
            percent_text(maturing),
            _("younger than %(days)d days; left out of the panels of mature purchases") % window,
            warns=False,
        ),
    )


def _over(share: float | None, most: float) -> bool:
    return share is not None and share > most


def _load(board: Board) -> SafeString:
    received, links = board.received, board.links
    inbound = Interaction.Direction.INBOUND.value
    rungs = tuple(
        Rung(
            str(Interaction.Channel(channel).label),
            number,
            links.received(direction=inbound, channel=channel),
            number / received.inbound,
        )
        for channel, number in received.by_channel
        if number
    )
    heads = (_("channel"), _("received"), _("share"))
    return (
        draw_ladder(Ladder(rungs, _("Contacts received by channel"), heads))
        if rungs
        else SafeString("")
    )
