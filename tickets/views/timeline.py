"""The timeline of a purchase: every contact over all tickets, and what happened between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.templatetags.icons import icon
from helpdesk.templatetags.moments import day_words, duration
from tickets.models import CallAttempt, Goodwill, Interaction, Promise, TicketEvent
from tickets.rules import is_said_again
from tickets.views.casefile import PromiseRow, TicketRow

Standing = Interaction.Standing
CHANNEL_ICONS = {
    "phone": "phone",
    "email": "mail",
    "chat": "message-circle",
    "visit": "store",
    "web": "globe",
    "social": "share-2",
    "post": "mailbox",
    "other": "circle-ellipsis",
}
# How a contact that adds nothing to the tally is labelled at the end of its row.
LABELS = {
    Standing.MERGED: pgettext_lazy("how a contact counts", "merged"),
    Standing.LATER: pgettext_lazy("how a contact counts", "later"),
    Standing.OURS: pgettext_lazy("how a contact counts", "ours"),
    Standing.EXCLUDED: gettext_lazy("not counted"),
    Standing.FUTURE: pgettext_lazy("how a contact counts", "in the future"),
    Standing.UNATTRIBUTED: gettext_lazy("no purchase"),
    Standing.SUPERSEDED: gettext_lazy("superseded"),
}
ENDINGS = {
    Promise.State.KEPT: ("check", "td-good", gettext_lazy("Promise kept")),
    Promise.State.KEPT_LATE: ("check", "td-warn", gettext_lazy("Promise kept late")),
    Promise.State.BROKEN: ("x", "td-alarm", gettext_lazy("Promise broken")),
    Promise.State.RELEASED: ("undo-2", "td-muted", gettext_lazy("Promise released")),
}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact: ``number`` is its place in the tally, ``label`` why it has none."""

    contact: Interaction
    at: datetime
    when: SafeString
    icon: SafeString
    arrow: SafeString
    number: int | None
    disc: str
    label: object


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What happened between two contacts; ``made_at`` and ``due_at`` are those of a promise."""

    at: datetime
    icon: str
    tone: str
    title: str
    text: str
    who: str
    made_at: datetime | None = None
    due_at: datetime | None = None
    contact: None = None


Row = ContactRow | NoteRow


def contact_rows(
    contacts: Sequence[Interaction], *, newest_number: int, threshold: int
) -> list[ContactRow]:
    """Contacts, newest first, with their numbers; ``newest_number`` belongs to the first net one."""
    rows, number = [], newest_number
    days: dict[date, str] = {}
    # Said once for all rows: a page of fifty is drawn in the time of a few.
    channels = {value: str(label) for value, label in Interaction.Channel.choices}
    arrows = {
        True: icon("arrow-left", 15, _("they contacted us")),
        False: icon("arrow-right", 15, _("we contacted them")),
    }
    for contact in contacts:
        net = contact.standing == Standing.NET
        inbound = contact.direction == Interaction.Direction.INBOUND
        rows.append(
            ContactRow(
                contact=contact,
                at=contact.occurred_at,
                when=when_html(contact.occurred_at, days),
                icon=icon(CHANNEL_ICONS[contact.channel], 14, channels[contact.channel]),
                arrow=arrows[inbound],
                number=number if net else None,
                disc=disc_of(contact, alarm=net and number >= threshold),
                label="" if net else LABELS[Standing(contact.standing)],
            )
        )
        number -= net
    return rows


def said_once(contacts: Iterable[Interaction]) -> list[Interaction]:
    """Without those that a correction beside them says again in full: the timeline stays short."""
    rows = list(contacts)
    corrections = {one.corrects_id: one for one in rows if one.corrects_id}
    return [
        one
        for one in rows
        if one.pk not in corrections or not is_said_again(one, corrections[one.pk])
    ]


def when_html(at: datetime, days: dict[date, str]) -> SafeString:
    """Day and time in two columns; ``days`` keeps the words of a day for the next row of it."""
    local = timezone.localtime(at)
    day, clock = local.date(), f"{local:%H:%M}"
    if day not in days:
        days[day] = day_words(day)
    return format_html(
        '<time class="td-event-when" datetime="{}" title="{}, {}">'
        "<span>{}</span><span>{}</span></time>",
        at.isoformat(timespec="seconds"),
        day.isoformat(),
        clock,
        days[day],
        clock,
    )


def disc_of(contact: Interaction, *, alarm: bool) -> str:
    """The class of the channel's disc."""
    if contact.standing == Standing.NET:
        return "td-disc-alarm" if alarm else "td-disc-net"
    return "td-disc-merged" if contact.standing == Standing.MERGED else ""


def note_rows(tickets: Iterable[TicketRow], events: Iterable[TicketEvent]) -> list[NoteRow]:
    """Promises and what was done with the tickets."""
    promised = [promise_note(one) for row in tickets for one in row.promises]
    told = [event_note(one) for one in events]
    return [*promised, *told]


def promise_note(promise: PromiseRow) -> NoteRow:
    """An ended promise stands where it ended, a late one now, an open one at its due moment."""
    if promise.ended_at is not None:
        sign, tone, words = ENDINGS[Promise.State(promise.state)]
        title = str(words)
        at, due_at = promise.ended_at, None
    elif promise.is_late:
        at, due_at = timezone.now(), promise.due_at
        sign, tone = "alarm-clock", "td-alarm"
        title = _("Promise late by %(time)s") % {"time": duration(at - promise.due_at)}
    else:
        at, due_at = promise.due_at, promise.due_at
        sign, tone, title = "alarm-clock", "td-warn", _("Promise open")
    return NoteRow(
        at=at,
        icon=sign,
        tone=tone,
        title=title,
        text=promise.end_note or promise.what,
        who=promise.owner,
        made_at=promise.made_at,
        due_at=due_at,
    )


def handed_from_to(event: TicketEvent) -> tuple[str, str]:
    """Who had it and who got it: people, or teams where there was nobody."""
    none = [None, None]
    owners, teams = event.changes.get("owner", none), event.changes.get("team", none)
    old, new = (owner or team or "–" for owner, team in zip(owners, teams, strict=True))
    return old, new


def event_note(event: TicketEvent) -> NoteRow:
    """A hand-off, an end, a beginning again, a move."""
    old, new = handed_from_to(event)
    texts: dict[str, tuple[str, str, str]] = {
        TicketEvent.Kind.HANDED_OFF: (
            "arrow-right-left",
            _("Hand-off"),
            f"{old} → {new}, “{event.note}”" if event.note else f"{old} → {new}",
        ),
        TicketEvent.Kind.RESOLVED: (
            "check",
            _("Ticket #%(n)d resolved") % {"n": event.ticket_id or 0},
            event.note,
        ),
        TicketEvent.Kind.REOPENED: (
            "triangle-alert",
            _("Ticket #%(n)d reopened") % {"n": event.ticket_id or 0},
            event.note,
        ),
        TicketEvent.Kind.ATTEMPTED: ("phone-outgoing", _("Call-back tried"), attempt_text(event)),
        TicketEvent.Kind.ESCALATED: ("life-buoy", _("Help asked"), event.note),
        TicketEvent.Kind.ANSWERED: ("life-buoy", _("Help given"), event.note),
        TicketEvent.Kind.GRANTED: ("gift", _("Goodwill granted"), goodwill_text(event)),
        TicketEvent.Kind.REFUSED: ("gift", _("Goodwill refused"), goodwill_text(event)),
        TicketEvent.Kind.TAKEN_BACK: ("undo-2", _("Goodwill undone"), goodwill_text(event)),
        TicketEvent.Kind.ATTACHED: ("link", _("Interaction attached"), event.note),
        TicketEvent.Kind.MOVED: ("link", _("Interaction moved here"), event.note),
        TicketEvent.Kind.MERGED: (
            "merge",
            _("Ticket #%(n)d merged") % {"n": event.ticket_id or 0},
            joined_note(event),
        ),
        TicketEvent.Kind.UNMERGED: (
            "undo-2",
            _("Ticket #%(n)d: merge undone") % {"n": event.ticket_id or 0},
            joined_note(event),
        ),
        TicketEvent.Kind.SPLIT: (
            "split",
            _("Ticket #%(n)d split off") % {"n": event.ticket_id or 0},
            event.note,
        ),
    }
    sign, title, text = texts[event.kind]
    who = event.actor.name if event.actor else ""
    return NoteRow(event.at, sign, "", title, text, who)


def attempt_text(event: TicketEvent) -> str:
    """What came of a try, and what it was about."""
    outcome = (event.changes.get("outcome") or [None, None])[1]
    words = dict(CallAttempt.Outcome.choices).get(outcome or "", "")
    return f"{words}, {event.note}" if event.note else str(words)


def goodwill_text(event: TicketEvent) -> str:
    """What was given, refused or taken back, how much, and why."""
    kind, amount = (
        next((side for side in event.changes.get(name, ()) if side), None)
        for name in ("kind", "cost")
    )
    word = dict(Goodwill.Kind.choices).get(kind or "", "")
    return f"{word} {amount or ''}, {event.note}"


def joined_note(event: TicketEvent) -> str:
    """With which ticket, and why."""
    other = next((side for sides in event.changes.values() for side in sides if side), "")
    return f"{other}, “{event.note}”" if event.note else other
