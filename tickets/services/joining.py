"""What a contact does to the ticket it joins, or to the one it opens."""

from copy import copy
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Least

from accounts.models import User
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.rules import (
    Meeting,
    first_state,
    meet_finished,
    next_state,
    opens_ticket,
    waits_since,
)
from tickets.services.deadlines import (
    Terms,
    change_columns,
    heard_from_us,
    opening_columns,
)
from tickets.services.events import event
from tickets.services.ground import ReasonFacts, TicketFacts
from tickets.services.mirroring import Mirrored
from tickets.services.promises import promise_columns

Kind = TicketEvent.Kind
Outcome = Interaction.Outcome
SUBJECT_LENGTH = 120


@dataclass
class Joining:
    """The ticket of one contact: opened by it, or there before; None when it needs none.

    ``reopens``: it was resolved. ``rests``: it is finished and stays so.
    """

    ticket: Ticket | None
    events: list[TicketEvent]
    mirrored: Mirrored
    terms: Terms
    opened: bool = False
    reopens: bool = False
    rests: bool = False


@dataclass(frozen=True)
class There:
    """The ticket that was there before; ``named`` by the agent, not only found."""

    facts: TicketFacts
    named: bool


def find_there(of_purchase: TicketFacts | None, given: Ticket | None) -> There | None:
    """The ticket a contact may join: the one named, unless only another can go on."""
    if given is None:
        return There(of_purchase, named=False) if of_purchase else None
    named = TicketFacts.of(given)
    if named.is_finished and of_purchase is not None and not of_purchase.is_finished:
        return There(of_purchase, named=False)
    return There(named, named=True)


def join_or_open(
    contact: Interaction,
    *,
    reason: ReasonFacts | None,
    there: There | None,
    promise_due: datetime | None,
    mirrored: Mirrored,
    terms: Terms,
    actor: User,
) -> Joining:
    """Give the contact, not yet written, its ticket (DESIGN, *ticket*).

    ``mirrored`` is what the ticket keeps of its purchase, ``terms`` what its deadlines come from.
    """
    meeting = _meet(there, contact)
    if there is not None and meeting is not Meeting.PASSES:
        facts = {one.name: getattr(there.facts, one.name) for one in fields(TicketFacts)}
        contact.ticket = Ticket(**facts, purchase_id=contact.purchase_id)
        reopens, rests = meeting is Meeting.REOPENS, meeting is Meeting.JOINS
        return Joining(contact.ticket, [], mirrored, terms, reopens=reopens, rests=rests)
    if not opens_ticket(contact.outcome):
        return Joining(None, [], mirrored, terms)
    contact.ticket = _open(
        contact, reason=reason, promise_due=promise_due, mirrored=mirrored, actor=actor
    )
    for name, value in opening_columns(contact.ticket, contact=contact, terms=terms).items():
        setattr(contact.ticket, name, value)
    contact.ticket.save(force_insert=True)
    opened = event(
        Kind.OPENED, actor=actor, ticket_id=contact.ticket.pk, purchase_id=contact.purchase_id
    )
    return Joining(contact.ticket, [opened], mirrored, terms, opened=True)


def _meet(there: There | None, contact: Interaction) -> Meeting | None:
    """What the contact does about a ticket that is finished; None where there is none such."""
    if there is None or not there.facts.is_finished:
        return None
    ended = there.facts.resolved_at
    return meet_finished(
        closed=there.facts.state == Ticket.State.CLOSED,
        after_the_end=ended is None or contact.occurred_at >= ended,
        named=there.named,
        direction=contact.direction,
        outcome=contact.outcome,
    )


def settle(
    joining: Joining, contact: Interaction, *, promised: bool, kept: int, actor: User
) -> None:
    """Bring a ticket that was there before up to date with the contact, which is now written.

    Resolves it when the outcome is *resolved*, a reason is known and no promise is left open.
    """
    ticket = joining.ticket
    if ticket is None or joining.opened:
        return
    before = copy(ticket)
    ticket.open_promises += promised - kept
    ticket.reason_id = ticket.reason_id or contact.reason_id
    values: dict[str, object] = {"version": F("version") + 1, **joining.mirrored}
    if promised or kept:
        values |= promise_columns(ticket.pk)
    if joining.rests:
        Ticket.objects.filter(pk=ticket.pk).update(**values)
        return
    if joining.reopens:
        joining.events.append(_reopened(ticket, contact, actor))
        values |= {
            "reopenings": F("reopenings") + 1,
            "resolution": "",
            "resolved_at": None,
        }
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
    values |= change_columns(
        before,
        {"state": ticket.state, **heard_from_us(before, contact)},
        terms=joining.terms,
        now=contact.logged_at,
    )
    Ticket.objects.filter(pk=ticket.pk).update(**values)


def _reopened(ticket: Ticket, contact: Interaction, actor: User) -> TicketEvent:
    """A ticket we took for resolved begins again; what was done stays in its history."""
    told = event(
        Kind.REOPENED,
        actor=actor,
        ticket_id=ticket.pk,
        purchase_id=contact.purchase_id,
        changes={"state": (ticket.state, Ticket.State.OPEN)},
    )
    ticket.state = Ticket.State.OPEN
    ticket.resolved_at = None
    return told


def _open(
    contact: Interaction,
    *,
    reason: ReasonFacts | None,
    promise_due: datetime | None,
    mirrored: Mirrored,
    actor: User,
) -> Ticket:
    """The ticket that a contact opens, not yet written.

    Who promises or waits owns it; else nobody yet.
    """
    state = first_state(contact.outcome)
    promised = promise_due is not None
    return Ticket(
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
