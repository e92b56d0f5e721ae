"""Internal notes: for us alone, kept like all history, never counted. And answers to the customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from helpdesk.lib.mentions import Mentions, find_mentions
from notices.services import notify
from tickets.models import Interaction, Reason, Ticket, TicketEvent
from tickets.services.changing import fresh_ticket
from tickets.services.events import event
from tickets.services.following import tell_involved
from tickets.services.holding import give_to_note, held_names
from tickets.services.interactions import log_interaction
from tickets.services.locking import lock_ticket
from tickets.services.once import once
from tickets.services.owners import WORKERS, hand_off_ticket

Kind = TicketEvent.Kind
Outcome = Interaction.Outcome


@dataclass(frozen=True)
class Note:
    """A note as it was written, and whom it named."""

    row: TicketEvent
    mentions: Mentions


def write_note(
    *,
    ticket: Ticket,
    text: str,
    actor: User,
    held: Sequence[int] = (),
    form_key: str | None = None,
) -> Note:
    """Write an internal note; those it names with "@" are told, like the owner and the followers.

    It changes nothing that somebody else may be changing, so it is taken from an old page too.
    ``form_key`` names the form it was typed in: a second call with it writes nothing and gives
    the first note, with ``row.is_repeat`` set. ``held`` are keys of the files the actor holds for
    that form; they become the note's. Raises ValidationError without words.
    """
    workers = User.objects.active().with_role(*WORKERS)
    mentions = find_mentions(text, workers.values_list("pk", "name_folded"))
    row = _write(
        ticket=ticket,
        text=text,
        named=sorted(mentions.people),
        held=held,
        actor=actor,
        form_key=form_key,
    )
    return Note(row, mentions)


@once(TicketEvent)
@transaction.atomic
def _write(
    *,
    ticket: Ticket,
    text: str,
    named: Sequence[int],
    held: Sequence[int],
    actor: User,
    form_key: str | None,
) -> TicketEvent:
    """The row and its notices."""
    fresh = lock_ticket(ticket.pk)
    if not text.strip():
        raise ValidationError({"text": _("Write something first.")})
    files = held_names(held, form_key=form_key, actor=actor)
    row = event(
        Kind.NOTED,
        actor=actor,
        ticket_id=fresh.pk,
        purchase_id=fresh.purchase_id,
        changes={"files": (None, ", ".join(files.values()))} if files else None,
        note=text.strip(),
    )
    row.form_key = form_key
    row.save(force_insert=True)
    if files:
        give_to_note(files, row)
    notify(
        people=[User(pk=pk) for pk in named if pk != actor.pk],
        kind="mentioned",
        key=f"ticket_event:{row.pk}",
        params={"ticket": fresh.pk, "subject": fresh.subject, "who": actor.name},
        link=f"{reverse('ticket_page', args=[fresh.pk])}#e{row.pk}",
    )
    tell_involved(fresh, row, actor=actor, but=named)
    return row


@once(Interaction)
@transaction.atomic
def reply_to_ticket(
    *,
    ticket: Ticket,
    version: int,
    text: str,
    channel: str,
    waits: bool,
    actor: User,
    held: Sequence[int] = (),
    form_key: str | None = None,
) -> Interaction:
    """Log what we answered the customer: no mail leaves. Who answers an unowned ticket takes it.

    ``waits``: the ticket waits on the customer from now on. Raises ValidationError: changed since
    the page was drawn (somebody may have answered), finished, or nothing said.
    """
    fresh = fresh_ticket(ticket, version)
    if not text.strip():
        raise ValidationError({"text": _("Write what was answered.")})
    if fresh.owner_id is None:
        fresh = hand_off_ticket(ticket=fresh, version=version, owner=actor, actor=actor)
    return log_interaction(
        actor=actor,
        channel=channel,
        direction=Interaction.Direction.OUTBOUND,
        reason=Reason(pk=fresh.reason_id) if fresh.reason_id else None,
        outcome=Outcome.WAITING if waits else "",
        summary=text.strip(),
        ticket=fresh,
        locked=True,
        held=held,
        form_key=form_key,
    )
