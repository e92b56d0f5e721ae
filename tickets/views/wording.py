"""History in words: who did what, from what to what, with links to what it concerns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.templatetags.moments import moment
from tickets.models import CallAttempt, Goodwill, Interaction, Promise, Ticket, TicketEvent

Kind = TicketEvent.Kind
ICONS = {
    Kind.OPENED: "plus",
    Kind.LOGGED: "phone-call",
    Kind.ATTACHED: "link",
    Kind.CORRECTED: "pencil",
    Kind.HANDED_OFF: "arrow-right-left",
    Kind.PROMISED: "alarm-clock",
    Kind.PROMISE_ENDED: "alarm-clock",
    Kind.RESOLVED: "check",
    Kind.REOPENED: "triangle-alert",
    Kind.WAITING: "hourglass",
    Kind.RESUMED: "play",
    Kind.CLOSED: "lock",
    Kind.ASSIGNED: "users",
    Kind.NOTED: "sticky-note",
    Kind.FOLLOWED: "eye",
    Kind.LATE: "triangle-alert",
    Kind.ATTEMPTED: "phone-outgoing",
    Kind.ESCALATED: "life-buoy",
    Kind.ANSWERED: "life-buoy",
    Kind.GRANTED: "gift",
    Kind.REFUSED: "gift",
    Kind.TAKEN_BACK: "undo-2",
    Kind.PROMISE_GIVEN: "alarm-clock",
}
TONES = {Kind.RESOLVED: "td-good", Kind.REOPENED: "td-warn", Kind.LATE: "td-alarm"}
FIELDS = {
    "state": _("State"),
    "owner": _("Owner"),
    "team": _("Team"),
    "priority": _("Priority"),
    "waiting_until": _("Waits until"),
    "follower": _("Follower"),
    "purchase": _("Purchase"),
    "ticket": _("Ticket"),
    "customer": _("Customer"),
    "subject": _("Subject"),
    "channel": _("Channel"),
    "direction": _("Direction"),
    "occurred_at": _("When"),
    "reason_id": _("Reason"),
    "outcome": _("Outcome"),
    "summary": _("What was said"),
    "kind": _("What we give"),
    "cost": _("Cost"),
    "deadline": _("Deadline"),
    "due_at": _("Due"),
    "files": _("Files"),
}
STATES = {
    **{one.value: one.label for one in Promise.State},
    **{one.value: one.label for one in Ticket.State},
}
# Of a contact, and of a try to reach somebody.
OUTCOMES = {
    **{one.value: one.label for one in Interaction.Outcome},
    **{one.value: one.label for one in CallAttempt.Outcome},
}


def moment_text(raw: str) -> Any:
    """A moment of history as everywhere on the page."""
    try:
        return moment(datetime.fromisoformat(raw))
    except ValueError:
        return raw


def among(words: dict[Any, Any]) -> Callable[[str], Any]:
    """A stored word as it is said."""
    known = {str(value): label for value, label in words.items()}
    return lambda raw: known.get(raw, raw)


SAID: dict[str, Callable[[str], Any]] = {
    "state": among(STATES),
    "priority": among({one.value: one.label for one in Ticket.Priority}),
    "channel": among({one.value: one.label for one in Interaction.Channel}),
    "direction": among({one.value: one.label for one in Interaction.Direction}),
    "outcome": among(OUTCOMES),
    "kind": among({one.value: one.label for one in Goodwill.Kind}),
    "waiting_until": moment_text,
    "deadline": among({"response": _("first answer"), "resolve": _("resolution")}),
    "due_at": moment_text,
    "occurred_at": moment_text,
    "ticket": lambda raw: f"#{raw}",
    "purchase": lambda raw: f"#{raw}",
}


@dataclass(frozen=True)
class Change:
    """One field of a history row; a side that was empty is ""."""

    label: Any
    old: Any
    new: Any


@dataclass(frozen=True)
class EventRow:
    """A history row as pages show it; ``links`` are addresses with their words."""

    event: TicketEvent
    icon: str
    tone: str
    changes: tuple[Change, ...]
    links: tuple[tuple[str, Any], ...]

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.event.at

    @property
    def is_note(self) -> bool:
        """Whether it is a note somebody wrote."""
        return self.event.kind == Kind.NOTED


def event_row(event: TicketEvent) -> EventRow:
    """A history row in words, without a query."""
    kind = Kind(event.kind)
    changes = tuple(
        Change(FIELDS.get(name, name), said(name, old), said(name, new))
        for name, (old, new) in event.changes.items()
        if old != new
    )
    return EventRow(
        event, ICONS.get(kind, "circle-dot"), TONES.get(kind, ""), changes, links(event)
    )


def said(name: str, raw: str | None) -> Any:
    """One side of a change as it is said."""
    if not raw:
        return ""
    return SAID[name](raw) if name in SAID else raw


def links(event: TicketEvent) -> tuple[tuple[str, Any], ...]:
    """Where what it concerns can be seen."""
    found: list[tuple[str, Any]] = []
    if event.interaction_id is not None:
        found.append((reverse("interaction_page", args=[event.interaction_id]), _("the contact")))
    if event.purchase_id is not None:
        found.append((reverse("purchase_page", args=[event.purchase_id]), _("the purchase")))
    return tuple(found)
