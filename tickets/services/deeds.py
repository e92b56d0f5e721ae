"""Doing one or several things to a ticket at once, and the same to many tickets.

A bulk action is a deed of one part, a macro one of several. Every part is written by its own
service, so that each rule of the desk holds; a deed is done whole or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Team, User
from tickets.models import Interaction, Reason, Ticket, TicketEvent
from tickets.models.tickets import TicketQuerySet
from tickets.services.changing import fresh_ticket
from tickets.services.notes import reply_to_ticket, write_note
from tickets.services.owners import change_priority, hand_off_ticket
from tickets.services.states import resolve_ticket, wait_for_customer, wait_until

# The keys of what one form writes on several tickets are made from the form's own.
PER_TICKET = UUID("5b0f3c1e-8d5e-4a5c-9c57-7c8f3f0f6a11")
State = Ticket.State
Kind = TicketEvent.Kind


@dataclass(frozen=True)
class Deed:
    """What to do to a ticket; what is empty stays as it is.

    ``resolves`` takes the ticket's own reason where none is given. ``until`` and ``waits`` exclude
    each other and ``resolves``; ``wait_note`` says what it waits for.
    """

    reply: str = ""
    channel: str = Interaction.Channel.EMAIL.value
    note: str = ""
    owner: User | None = None
    team: Team | None = None
    hand_off_note: str = ""
    priority: int | None = None
    waits: bool = False
    until: datetime | None = None
    wait_note: str = ""
    resolves: bool = False
    reason: Reason | None = None
    resolution: str = ""


@dataclass(frozen=True)
class Mark:
    """A ticket as a page showed it."""

    pk: int
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of a marked ticket; ``refusals`` say why nothing did."""

    mark: Mark
    ticket: Ticket | None
    refusals: tuple[str, ...] = ()


@transaction.atomic
def do_deed(
    *, ticket: Ticket, version: int, deed: Deed, actor: User, form_key: str | None = None
) -> None:
    """Do all of a deed to a ticket. Sent again it finds that it was done, and does nothing.

    Raises ValidationError, with nothing done: changed since the page was drawn, or whatever rule
    one of its parts breaks.
    """
    key = str(uuid5(PER_TICKET, f"{form_key}:{ticket.pk}")) if form_key else None
    if _is_done(ticket.pk, deed, key):
        return
    fresh = fresh_ticket(ticket, version)
    if deed.note:
        write_note(ticket=fresh, text=deed.note, actor=actor, form_key=key)
    if deed.owner is not None or deed.team is not None:
        _hand_off(fresh, deed, actor)
    if deed.priority is not None and deed.priority != fresh.priority:
        change_priority(ticket=fresh, version=_now(fresh), priority=deed.priority, actor=actor)
    if deed.reply:
        reply_to_ticket(
            ticket=fresh,
            version=_now(fresh),
            text=deed.reply,
            channel=deed.channel,
            waits=deed.waits,
            actor=actor,
            form_key=key,
        )
    _end(fresh, deed, actor)


def act_on_tickets(
    *,
    marks: Sequence[Mark],
    deed_of: Callable[[Ticket], Deed],
    actor: User,
    form_key: str | None = None,
) -> list[Outcome]:
    """Do to each marked ticket what ``deed_of`` says; one that is refused stops no other."""
    rows = Ticket.objects.for_queue().in_bulk([mark.pk for mark in marks])
    outcomes = []
    for mark in marks:
        ticket = rows.get(mark.pk)
        if ticket is None:
            continue
        try:
            do_deed(
                ticket=ticket,
                version=mark.version,
                deed=deed_of(ticket),
                actor=actor,
                form_key=form_key,
            )
        except ValidationError as refused:
            outcomes.append(Outcome(mark, ticket, tuple(refused.messages)))
        else:
            outcomes.append(Outcome(mark, ticket))
    return outcomes


def _is_done(ticket_id: int, deed: Deed, key: str | None) -> bool:
    """Whether the ticket is already as the deed leaves it: by this form, or by somebody else."""
    if deed.reply or deed.note:
        return key is not None and (
            Interaction.objects.filter(form_key=key).exists()
            or TicketEvent.objects.filter(form_key=key).exists()
        )
    there = Ticket.objects.filter(pk=ticket_id)
    if deed.owner is not None or deed.team is not None:
        there = there.filter(owner=deed.owner)
    if deed.team is not None:
        there = there.filter(team=deed.team)
    if deed.priority is not None:
        there = there.filter(priority=deed.priority)
    there = _waiting(there, deed)
    if deed.resolves:
        there = there.filter(state=State.RESOLVED, resolution=deed.resolution.strip())
    return there.exists()


def _waiting(there: TicketQuerySet, deed: Deed) -> TicketQuerySet:
    """Of these tickets those that wait as the deed says."""
    if deed.waits:
        there = there.filter(state=State.WAITING_CUSTOMER)
    if deed.until is not None:
        there = there.filter(state=State.WAITING_UNTIL, waiting_until=deed.until)
    if deed.wait_note:
        # Somebody else's waiting does not say what is to be said here.
        there = there.filter(events__kind=Kind.WAITING, events__note=deed.wait_note.strip())
    return there


def _hand_off(fresh: Ticket, deed: Deed, actor: User) -> None:
    """Give it to whom the deed names, unless they have it."""
    same_team = deed.team is None or deed.team.pk == fresh.team_id
    if same_team and (deed.owner.pk if deed.owner else None) == fresh.owner_id:
        return
    hand_off_ticket(
        ticket=fresh,
        version=_now(fresh),
        owner=deed.owner,
        team=deed.team,
        note=deed.hand_off_note,
        actor=actor,
    )


def _end(fresh: Ticket, deed: Deed, actor: User) -> None:
    """The last part: let it wait, or resolve it."""
    if deed.waits and not deed.reply:
        wait_for_customer(ticket=fresh, version=_now(fresh), note=deed.wait_note, actor=actor)
    if deed.until is not None:
        wait_until(
            ticket=fresh,
            version=_now(fresh),
            until=deed.until,
            note=deed.wait_note,
            actor=actor,
        )
    if deed.resolves:
        resolve_ticket(
            ticket=fresh,
            version=_now(fresh),
            reason=deed.reason or fresh.reason,
            resolution=deed.resolution,
            actor=actor,
        )


def _now(fresh: Ticket) -> int:
    """The version of a ticket that this transaction holds: the parts before have raised it."""
    return Ticket.objects.values_list("version", flat=True).get(pk=fresh.pk)
