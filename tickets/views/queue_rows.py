"""The table of the queue, drawn here and not in a template: a page is 25 rows of ten cells, and the
template engine takes ten times as long for them as everything else together (ADR 11).

Each column has one function that gives its cell. Everything goes through ``format_html``, so that
what people typed is escaped; only what it gave is joined.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from helpdesk.lib.paging import SortLink
from helpdesk.templatetags.icons import icon
from helpdesk.templatetags.moments import ago, day, duration, since, time_tag
from helpdesk.templatetags.tally import tally
from tickets.models import Interaction, Ticket
from tickets.queue.columns import COLUMNS
from tickets.views.casefile import TICKET_STATES

CHANNELS = dict(Interaction.Channel.choices)
STATES = dict(Ticket.State.choices)
EMPTY = SafeString("")
DASH = SafeString('<span class="td-muted">–</span>')


@dataclass(frozen=True)
class Look:
    """What all rows of one page share."""

    shown: Sequence[str]
    now: datetime
    threshold: int | None
    # What the address of each ticket ends with: the way back to this page.
    way: str
    may_mark: bool


Draw = Callable[[Any, Look], SafeString]


def draw_rows(tickets: Iterable[Any], look: Look) -> SafeString:
    """The rows, as ``for_queue`` reads them."""
    draws = [CELLS[key] for key in look.shown]
    if look.may_mark:
        draws.insert(0, mark_cell)
    rows = ["".join([draw(ticket, look) for draw in draws]) for ticket in tickets]
    # Joined of cells that are safe.
    return SafeString("".join([f"<tr>{cells}</tr>\n" for cells in rows]))


def draw_heads(look: Look, links: Mapping[str, SortLink]) -> SafeString:
    """The head of the table; a column of which there is a sort is a link."""
    return SafeString("".join([head(key, links.get(key)) for key in look.shown]))


def head(key: str, link: SortLink | None) -> SafeString:
    """The head of one column."""
    if link is None:
        return format_html('<th scope="col">{}</th>', COLUMNS[key].label)
    order = arrow = EMPTY
    if link.active:
        way = "descending" if link.descending else "ascending"
        order = format_html(' aria-sort="{}"', way)
        arrow = icon("chevron-down" if link.descending else "chevron-up", 13)
    return format_html(
        '<th scope="col"{}><a class="td-sort" href="{}">{}{}</a></th>',
        order,
        link.query,
        link.label,
        arrow,
    )


def draw_sorts(links: Mapping[str, SortLink]) -> SafeString:
    """Every way to sort as a line of a menu, also by columns that are not shown."""
    return SafeString("".join([sort_line(link) for link in links.values()]))


def sort_line(link: SortLink) -> SafeString:
    """One of them; chosen again it turns round."""
    arrow = icon("chevron-down" if link.descending else "chevron-up", 15) if link.active else EMPTY
    return format_html(
        '<a class="td-menu-item" href="{}"{}>{}{}</a>',
        link.query,
        SafeString(' aria-current="true"') if link.active else EMPTY,
        link.label,
        arrow,
    )


# Cells ----------------------------------------------------------------------------------------
def mark_cell(ticket: Any, _look: Look) -> SafeString:
    """The box that marks the row for the bar at the foot."""
    return format_html(
        '<td class="td-fit td-mark"><input class="form-check-input" type="checkbox" name="mark" '
        'value="{}.{}" form="marked" aria-label="{}"></td>',
        ticket.pk,
        ticket.version,
        _("Mark #%(n)d") % {"n": ticket.pk},
    )


def tally_cell(ticket: Any, look: Look) -> SafeString:
    """The tally of the purchase, and a flag where it carries one."""
    if ticket.purchase_id is None:
        return format_html(
            '<td class="td-fit"><span class="td-muted td-small">{}</span></td>', _("no purchase")
        )
    drawn = tally(
        ticket.purchase.net_interactions,
        merged=ticket.purchase.merged_interactions,
        later=ticket.purchase.later_interactions,
        threshold=look.threshold,
        seed=ticket.purchase_id,
        number="left",
    )
    if not ticket.flagged:
        return format_html('<td class="td-fit">{}</td>', drawn)
    flag = told_icon("td-alarm", "flag", _("flagged"))
    return format_html('<td class="td-fit">{} {}</td>', drawn, flag)


def subject_cell(ticket: Any, look: Look) -> SafeString:
    """The subject as the link to the ticket, its order and number, and a deadline that passed."""
    urgent = EMPTY
    if ticket.priority == Ticket.Priority.HIGH and "priority" not in look.shown:
        urgent = format_html("{} ", told_icon("td-warn", "chevrons-up", _("High priority:")))
    before, after = ticket_address()
    return format_html(
        '<td class="td-wide"><a class="td-cell" href="{}{}{}?{}" data-row-link>'
        '<span class="td-cell-main">{}{}</span><span class="td-cell-sub">{}</span></a>{}</td>',
        before,
        ticket.pk,
        after,
        look.way,
        urgent,
        ticket.subject,
        about(ticket, look),
        late_line(ticket, look),
    )


def about(ticket: Any, look: Look) -> str:
    """The line below the subject: customer and product unless they have a column, order, number."""
    told = []
    if "customer" not in look.shown:
        told.append(str(ticket.customer or _("unknown caller")))
    if ticket.product_name and "product" not in look.shown:
        told.append(ticket.product_name)
    if ticket.purchase_id is not None:
        told.append(ticket.purchase.order_number)
    return " · ".join([*told, f"#{ticket.pk}"])


@lru_cache(maxsize=1)
def ticket_address() -> tuple[str, str]:
    """What stands before and after the number in a ticket's address, which is asked for per row."""
    before, _number, after = reverse("ticket_page", args=[0]).partition("0")
    return before, after


def late_line(ticket: Any, look: Look) -> SafeString:
    """Which deadline passed, and when; nothing where none did."""
    due = ticket.open_deadline
    if due is None or due >= look.now:
        return EMPTY
    answered = ticket.first_responded_at or due != ticket.response_due_at
    return format_html(
        '<span class="td-cell-sub"><span class="td-alarm">{} {} {}</span></span>',
        icon("timer", 13),
        _("Should have been resolved") if answered else _("First answer was due"),
        ago(due),
    )


def customer_cell(ticket: Any, _look: Look) -> SafeString:
    """Who it is about."""
    if ticket.customer is None:
        return format_html(
            '<td class="td-queue-name"><span class="td-muted">{}</span></td>', _("unknown caller")
        )
    return format_html('<td class="td-queue-name">{}</td>', ticket.customer)


def product_cell(ticket: Any, _look: Look) -> SafeString:
    """The first product of the purchase."""
    if not ticket.product_name:
        return format_html('<td class="td-queue-name td-not-narrow">{}</td>', DASH)
    return format_html('<td class="td-queue-name">{}</td>', ticket.product_name)


def reason_cell(ticket: Any, _look: Look) -> SafeString:
    """The reason, and its group below."""
    if not ticket.reason_name:
        return format_html('<td class="td-queue-reason">{}</td>', DASH)
    return format_html(
        '<td class="td-queue-reason"><span>{}</span><span class="td-cell-sub">{}</span></td>',
        ticket.reason_name,
        ticket.reason_group or "",
    )


def state_cell(ticket: Any, _look: Look) -> SafeString:
    """The state as a pill, with the day it waits for."""
    tone, icon_name = TICKET_STATES[ticket.state]
    until = EMPTY
    if ticket.state == Ticket.State.WAITING_UNTIL:
        until = format_html(" {}", day(ticket.waiting_until))
    return format_html(
        '<td class="td-queue-state"><span class="td-pill{}">{}<span>{}{}</span></span></td>',
        f" td-pill-{tone}" if tone else "",
        icon(icon_name, 14),
        STATES[ticket.state],
        until,
    )


def priority_cell(ticket: Any, _look: Look) -> SafeString:
    """High and low in words; normal only for those who hear the page."""
    return priority_html(ticket.priority)


def priority_html(priority: int) -> SafeString:
    """The cell of one priority."""
    if priority == Ticket.Priority.HIGH:
        css, mark = "td-warn td-strong", icon("chevrons-up", 14)
    elif priority == Ticket.Priority.LOW:
        css, mark = "td-muted", icon("chevron-down", 14)
    else:
        css, mark = "visually-hidden", EMPTY
    label = Ticket.Priority(priority).label
    return format_html('<td class="td-nowrap"><span class="{}">{} {}</span></td>', css, mark, label)


def owner_cell(ticket: Any, _look: Look) -> SafeString:
    """Who works on it."""
    if ticket.owner_name is None:
        return format_html(
            '<td class="td-nowrap"><span class="td-avatar td-avatar-none"></span> '
            '<span class="td-muted">{}</span></td>',
            _("nobody"),
        )
    return owner_html(ticket.owner_name)


@lru_cache(maxsize=512)
def owner_html(name: str) -> SafeString:
    """The cell of one owner, of whom the whole queue has a few."""
    person = User(name=name)
    return format_html(
        '<td class="td-nowrap"><span class="td-avatar" aria-hidden="true">{}</span> '
        '<span title="{}">{}</span></td>',
        person.initials,
        name,
        person.first_word,
    )


def team_cell(ticket: Any, _look: Look) -> SafeString:
    """Whose people it is for."""
    return format_html('<td class="td-nowrap">{}</td>', ticket.team_name or DASH)


def channel_cell(ticket: Any, _look: Look) -> SafeString:
    """How it came in."""
    return format_html('<td class="td-nowrap">{}</td>', CHANNELS.get(ticket.channel, DASH))


def waiting_cell(ticket: Any, _look: Look) -> SafeString:
    """How long the customer has been waiting for us."""
    if ticket.waiting_since is None:
        return muted(_("not on us"))
    return format_html('<td class="td-nowrap">{}</td>', since(ticket.waiting_since))


def promise_cell(ticket: Any, look: Look) -> SafeString:
    """The next promise, loud where its moment has passed."""
    due = ticket.next_promise_at
    if due is None:
        return muted(_("none"), also=" td-not-narrow")
    if due >= look.now:
        return format_html(
            '<td class="td-nowrap"><span class="td-warn">{} {}</span></td>',
            icon("clock", 14),
            ago(due),
        )
    late = _("late by %(time)s") % {"time": duration(look.now - due)}
    return format_html(
        '<td class="td-nowrap"><span class="td-alarm td-strong">{} {}</span></td>',
        icon("alarm-clock", 14),
        time_tag(due, late),
    )


def deadline_cell(ticket: Any, look: Look) -> SafeString:
    """The next deadline."""
    due = ticket.open_deadline
    if due is None:
        return muted(_("none"), also=" td-not-narrow")
    css = "td-alarm" if due < look.now else "td-muted"
    return format_html('<td class="td-nowrap"><span class="{}">{}</span></td>', css, ago(due))


def age_cell(ticket: Any, _look: Look) -> SafeString:
    """How old it is."""
    return format_html(
        '<td class="td-nowrap td-muted td-not-narrow">{}</td>', since(ticket.opened_at)
    )


def muted(text: str, *, also: str = "") -> SafeString:
    """A cell that says what is not."""
    return format_html('<td class="td-nowrap"><span class="td-muted{}">{}</span></td>', also, text)


def told_icon(css: str, name: str, words: str) -> SafeString:
    """An icon with its meaning for those who hear the page."""
    return format_html(
        '<span class="{}">{}<span class="visually-hidden">{}</span></span>',
        css,
        icon(name, 14),
        words,
    )


CELLS: Mapping[str, Draw] = {
    "tally": tally_cell,
    "subject": subject_cell,
    "customer": customer_cell,
    "product": product_cell,
    "reason": reason_cell,
    "state": state_cell,
    "priority": priority_cell,
    "owner": owner_cell,
    "team": team_cell,
    "channel": channel_cell,
    "waiting": waiting_cell,
    "promise": promise_cell,
    "deadline": deadline_cell,
    "age": age_cell,
}
