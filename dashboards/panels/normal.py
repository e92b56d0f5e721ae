"""1 Are we normal? The distribution of interactions per purchase, the mean and how sure it is."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.charts import CountBar, Distribution, NumbersTable, draw_distribution
from dashboards.links import Figure, day_text
from dashboards.reading import Board
from dashboards.stats.cohorts import Cohorts
from dashboards.stats.contacts import Contacts
from thresholds.models import ThresholdRevision
from thresholds.rules.intervals import Interval
from thresholds.rules.luck import share_of_luck
from thresholds.rules.negative_binomial import tail

# Bars beyond the threshold before the last one takes all the rest, and bars at most.
BEYOND, LEAST_BARS, MOST_BARS = 3, 6, 26


@dataclass(frozen=True)
class Became:
    """What became of the contacts, and the rows behind them where a list shows just those."""

    contacts: Contacts
    net: Figure
    repeats: Figure
    firsts: Figure
    resolved: Figure


@dataclass(frozen=True)
class Normal:
    """``by_chance``: purchases that would reach T by chance alone; ``luck``: its share of the
    spread; both None before a fit and for one channel. ``became`` None: one channel, of which nobody can
    say what became of a contact. ``chart`` empty: nothing is mature."""

    chart: SafeString
    table: NumbersTable
    purchases: Figure
    maturing: Figure
    touched: Figure
    interactions: Figure
    reached: Figure
    incidence: float | None
    mean: float | None
    bounds: Interval | None
    mean_now: float | None
    nine_in_ten: int | None
    everything: int
    by_chance: int | None
    luck: float | None
    became: Became | None
    revision: ThresholdRevision | None
    first_mature: date
    channel_name: str


def show_normal(board: Board) -> Normal:
    """Figures, chart and links of the panel."""
    cohorts, links, fit = board.cohorts, board.links, board.revision
    number = board.shop.threshold
    channel = board.choice.channel
    over = cohorts.over(number)
    chart = _distribution(board)
    return Normal(
        chart=draw_distribution(chart) if cohorts.purchases else SafeString(""),
        table=chart.table,
        purchases=Figure(cohorts.purchases, links.purchases(mature=1)),
        maturing=Figure(cohorts.maturing, links.purchases(maturing=1)),
        touched=Figure(cohorts.over(1), links.purchases(mature=1, reached=1, channel=channel)),
        interactions=Figure(cohorts.interactions, links.interactions(mature=1)),
        reached=Figure(over, links.purchases(mature=1, reached=number, channel=channel)),
        incidence=cohorts.incidence,
        mean=cohorts.mean,
        bounds=cohorts.mean_bounds,
        mean_now=cohorts.mean_now,
        nine_in_ten=cohorts.nine_in_ten,
        everything=cohorts.everything,
        by_chance=None if channel else expected_by_chance(cohorts, number, fit),
        luck=None if channel or fit is None or fit.mu is None else share_of_luck(fit.mu, fit.k),
        became=None if channel else _became(board),
        revision=fit,
        first_mature=_first_mature(board),
        channel_name=board.choice.channel_name,
    )


def _became(board: Board) -> Became:
    """A purchase with a contact has one first contact, so its list is that of the purchases."""
    contacts, links = board.contacts, board.links
    until = day_text(contacts.settled_until)
    return Became(
        contacts=contacts,
        net=Figure(contacts.net, links.interactions(mature=1)),
        repeats=Figure(contacts.repeats, ""),
        firsts=Figure(contacts.firsts, links.purchases(mature=1, reached=1, to=until)),
        resolved=Figure(contacts.resolved, ""),
    )


def expected_by_chance(cohorts: Cohorts, number: int, fit: ThresholdRevision | None) -> int | None:
    """Mature purchases × P(N ≥ T) under the fit in force, rounded; None before a fit."""
    if fit is None or fit.mu is None:
        return None
    return round(cohorts.purchases * tail(number, fit.mu, fit.k))


def _first_mature(board: Board) -> date:
    """The day on which something of the period will be mature, where nothing is yet."""
    first = board.cohorts.days[0].day if board.cohorts.days else board.today
    return first + timedelta(days=board.lens.window_days + 1)


def _distribution(board: Board) -> Distribution:
    """Through one channel there is no threshold: it is about all contacts together."""
    cohorts, links, channel = board.cohorts, board.links, board.choice.channel
    number = None if channel else board.shop.threshold
    last = _last_bar(cohorts, number)
    exact = tuple(
        CountBar(
            net,
            str(net),
            cohorts.mature.get(net, 0),
            links.purchases(mature=1, net=net, channel=channel),
        )
        for net in range(last)
    )
    rest = CountBar(
        last,
        f"{last}+",
        cohorts.over(last),
        links.purchases(mature=1, reached=last, channel=channel),
    )
    over = cohorts.over(number) if number is not None else 0
    return Distribution(
        bars=(*exact, rest),
        threshold=number,
        nine_in_ten=cohorts.nine_in_ten,
        alarm_lines=_alarm_lines(over, expected_by_chance(cohorts, number or 0, board.revision)),
        alarm_link=_("See the %(n)s") % {"n": f"{over:,}"} if over else "",
        alarm_url=links.purchases(mature=1, reached=number),
        alarm_count=over,
        x_label=_x_label(board),
    )


def _x_label(board: Board) -> str:
    told = {"days": board.lens.window_days, "channel": board.choice.channel_name}
    if board.choice.channel:
        return _("counted contacts by %(channel)s per purchase, within %(days)d days") % told
    return _("counted contacts per purchase, within %(days)d days of delivery") % told


def _last_bar(cohorts: Cohorts, number: int | None) -> int:
    wanted = max(cohorts.mature, default=0) if number is None else number + BEYOND
    return min(max(wanted, LEAST_BARS), MOST_BARS)


def _alarm_lines(over: int, by_chance: int | None) -> tuple[str, ...]:
    reached = ngettext("%(n)s purchase reached it", "%(n)s purchases reached it", over)
    lines = [reached % {"n": f"{over:,}"}]
    if by_chance is not None:
        lines.append(_("chance alone would give %(n)s") % {"n": f"{by_chance:,}"})
    return tuple(lines)
