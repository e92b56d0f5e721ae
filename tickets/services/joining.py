"""What a contact does to the ticket it joins, or to the one it opens."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Least

from accounts.models import User
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.rules import first_state, next_state, opens_ticket, waits_since
from tickets.services.events import event
from tickets.services.ground import OpenTicket, ReasonFacts
from tickets.services.mirroring import Mirrored
from tickets.services.promises import promise_columns

Kind = TicketEvent.Kind
Outcome = Interaction.Outcome
SUBJECT_LENGTH = 120


@dataclass
class Joining:
    """The ticket of one contact: opened by it, or there before; None when it needs none."""

    ticket: Ticket | None
    opened: bool
    events: list[TicketEvent]
    mirrored: Mirrored


def join_or_open(
    contact: Interaction,
    *,
    reason: ReasonFacts | None,
    there: OpenTicket | None,
    promise_due: datetime | None,
    mirrored: Mirrored,
    actor: User,
) -> Joining:
    """Give the contact, not yet written, its ticket (DESIGN, *ticket*).

    ``mirrored`` is what the ticket keeps of its purchase.
    """
    events: list[TicketEvent] = []
    opened = there is None and opens_ticket(contact.outcome)
    if there is not None:
        contact.ticket = Ticket(
            pk=there.pk,
            state=there.state,
            open_promises=there.open_promises,
            owner_id=there.owner_id,
            reason_id=there.reason_id,
            purchase_id=contact.purchase_id,
        )
    elif opened:
        contact.ticket = _open(
            contact, reason=reason, promise_due=promise_due, mirrored=mirrored, actor=actor
        )
        events.append(
            event(
                Kind.OPENED,
                actor=actor,
                ticket_id=contact.ticket.pk,
                purchase_id=contact.purchase_id,
            )
        )
    return Joining(contact.ticket, opened, events, mirrored)


def settle(
    joining: Joining, contact: Interaction, *, promised: bool, kept: int, actor: User
) -> None:
    """Bring a ticket that was there before up to date with the contact, which is now written.

    Resolves it when the outcome is *resolved*, a reason is known and no promise is left open.
    """
    ticket = joining.ticket
    if ticket is None or joining.opened:
        return
    ticket.open_promises += promised - kept
    ticket.reason_id = ticket.reason_id or contact.reason_id
    values: dict[str, object] = {"version": F("version") + 1, **joining.mirrored}
    if promised or kept:
        values |= promise_columns(ticket.pk)
    if _resolves(ticket, contact):
        ticket.state = Ticket.State.RESOLVED
        values |= {
            "state": ticket.state,
            "reason": ticket.reason_id,
            "resolution": contact.summary,
            "resolved_at": contact.logged_at,
            "waiting_since": None,
        }
        joining.events.append(
            event(
                Kind.RESOLVED,
                actor=actor,
                ticket_id=ticket.pk,
                purchase_id=contact.purchase_id,
                note=contact.summary,
            )
        )
    elif contact.outcome != Outcome.NO_ACTION:
        values |= _going_on(ticket, contact, actor)
    Ticket.objects.filter(pk=ticket.pk).update(**values)


def _open(
    contact: Interaction,
    *,
    reason: ReasonFacts | None,
    promise_due: datetime | None,
    mirrored: Mirrored,
    actor: User,
) -> Ticket:
    """Write the ticket that a contact opens. Who promises or waits owns it; else nobody yet."""
    state = first_state(contact.outcome)
    promised = promise_due is not None
    return Ticket.objects.create(
        subject=_subject(contact, reason),
        customer_id=contact.customer_id,
        purchase_id=contact.purchase_id,
        state=state,
        reason_id=contact.reason_id,
        owner=None if state == Ticket.State.NEW and not promised else actor,
        opened_at=contact.occurred_at,
        waiting_since=waits_since(
            None,
            occurred_at=contact.occurred_at,
            direction=contact.direction,
            outcome=contact.outcome,
        ),
        open_promises=int(promised),
        next_promise_at=promise_due,
        channel=contact.channel,
        **mirrored,
    )


def _subject(contact: Interaction, reason: ReasonFacts | None) -> str:
    """The first line of what was said; without one, the reason."""
    words = contact.summary.strip().splitlines()
    text = words[0] if words else (reason.name if reason else str(contact.get_channel_display()))
    return text if len(text) <= SUBJECT_LENGTH else text[: SUBJECT_LENGTH - 1].rstrip() + "…"


def _resolves(ticket: Ticket, contact: Interaction) -> bool:
    """Whether this contact ends the ticket; the database refuses the same (a check on the row)."""
    return (
        contact.outcome == Outcome.RESOLVED
        and ticket.open_promises == 0
        and ticket.reason_id is not None
        and bool(contact.summary.strip())
    )


def _going_on(ticket: Ticket, contact: Interaction, actor: User) -> dict[str, object]:
    """What changes on a ticket that stays unfinished."""
    ticket.state = next_state(ticket.state, direction=contact.direction, outcome=contact.outcome)
    waits = waits_since(
        None,
        occurred_at=contact.occurred_at,
        direction=contact.direction,
        outcome=contact.outcome,
    )
    values: dict[str, object] = {
        "state": ticket.state,
        "waiting_since": None
        if waits is None
        else Least(Coalesce(F("waiting_since"), Value(waits)), Value(waits)),
    }
    if ticket.owner_id is None and ticket.state != Ticket.State.NEW:
        ticket.owner = actor
        values["owner"] = actor.pk
    return values
