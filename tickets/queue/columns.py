"""The columns of the queue: what a person may show, and what each says in a file."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Interaction, Ticket

Cell = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """One column; ``told`` is its cell in a file, of a ticket as ``for_queue`` reads it: facts, moments in local time without a zone."""

    key: str
    label: str | Promise
    told: Callable[[Any], Cell]
    shown: bool = True
    # Its head in a file, where that says something else.
    in_file: str | Promise = ""


def local(moment: datetime | None) -> datetime | None:
    """The moment to the second as a spreadsheet understands it, which knows no zones."""
    return (
        None if moment is None else timezone.localtime(moment).replace(tzinfo=None, microsecond=0)
    )


COLUMNS = {
    column.key: column
    for column in (
        Column("tally", _("Tally"), lambda ticket: ticket.tally),
        Column("subject", _("Subject"), lambda ticket: ticket.subject),
        Column("customer", _("Customer"), lambda t: t.customer.name if t.customer else None),
        Column("product", _("Product"), lambda ticket: ticket.product_name, shown=False),
        Column("reason", _("Reason"), lambda ticket: ticket.reason_name),
        Column("state", _("State"), lambda ticket: ticket.get_state_display()),
        Column(
            "priority", _("Priority"), lambda ticket: ticket.get_priority_display(), shown=False
        ),
        Column("owner", _("Owner"), lambda ticket: ticket.owner_name),
        Column("team", _("Team"), lambda ticket: ticket.team_name, shown=False),
        Column(
            "channel",
            _("Channel"),
            lambda t: str(Interaction.Channel(t.channel).label) if t.channel else None,
            shown=False,
        ),
        Column("waiting", _("Waiting since"), lambda ticket: local(ticket.waiting_since)),
        Column("promise", _("Next promise"), lambda ticket: local(ticket.next_promise_at)),
        Column("deadline", _("Deadline"), lambda ticket: local(ticket.open_deadline), shown=False),
        Column(
            "age",
            _("Age"),
            lambda ticket: local(ticket.opened_at),
            shown=False,
            in_file=_("Opened"),
        ),
    )
}
# A row without it could not be opened.
ALWAYS = "subject"
DEFAULT = tuple(key for key, column in COLUMNS.items() if column.shown)


def read_columns(text: str) -> tuple[str, ...]:
    """The columns that a comma-separated text names, in their own order; the usual ones for none."""
    named = set(text.split(",")) & set(COLUMNS)
    return chosen(named) if named else DEFAULT


def chosen(keys: Collection[str]) -> tuple[str, ...]:
    """The known ones among these, with the subject, in the order of the table."""
    return tuple(key for key in COLUMNS if key in keys or key == ALWAYS)


def heads(shown: Sequence[str]) -> list[str]:
    """The first row of a file: the ticket's number, the order's, the columns, the threshold."""
    return [
        str(_("Ticket")),
        str(_("Order")),
        *(str(COLUMNS[key].in_file or COLUMNS[key].label) for key in shown),
    ]


def cells(ticket: Ticket, shown: Sequence[str]) -> list[Cell]:
    """The row of a ticket in a file."""
    order = ticket.purchase.order_number if ticket.purchase else None
    return [ticket.pk, order, *(COLUMNS[key].told(ticket) for key in shown)]
