"""The links of an interaction may move, each move with its history: attaching and correcting."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from purchases.models import Purchase
from tickets.models import Interaction, Reason, Ticket, TicketEvent
from tickets.rules import opens_ticket
from tickets.services.belongings import Place, move_contacts
from tickets.services.events import event
from tickets.services.ground import reason_facts
from tickets.services.locking import lock_purchases
from tickets.services.merging import merge_tickets
from tickets.services.owners import recount_handoffs
from tickets.services.promises import move_promises
from tickets.services.recounting import count_again
from tickets.services.splitting import split_interaction

Kind = TicketEvent.Kind
# What a correction says anew; the rest it takes over.
SAID = ("channel", "direction", "occurred_at", "reason_id", "outcome", "summary")


@dataclass(frozen=True)
class Correction:
    """An interaction as it should have been logged."""

    channel: str
    direction: str
    occurred_at: datetime
    reason: Reason | None
    outcome: str
    summary: str


@transaction.atomic
def attach_interaction(
    *, interaction: Interaction, purchase: Purchase, actor: User, note: str = ""
) -> Interaction:
    """Put a contact on the purchase it was about; the counts of both purchases follow.

    A ticket that stands on no purchase, or has no other contact, goes there with it: it is merged
    into the purchase's unfinished ticket, where there is one. A contact that shares its ticket
    joins the unfinished one there, with the promises made in it, or opens one when something is
    left to do. Raises ValidationError: superseded, there already, moved by somebody else
    meanwhile, or moved off a purchase without a reason.
    """
    before = interaction.purchase_id
    lock_purchases([key for key in (before, purchase.pk) if key is not None])
    tickets = Ticket.objects.select_for_update(no_key=True)
    ticket = tickets.filter(pk=interaction.ticket_id).first() if interaction.ticket_id else None
    fresh = Interaction.objects.select_for_update(of=("self",), no_key=True).get(pk=interaction.pk)
    target = Purchase.objects.filter(pk=purchase.pk).first()
    if target is None:
        raise ValidationError(
            {"purchase": _("This purchase does not exist (any more). Find it again.")}
        )
    _refuse_move(fresh, drawn=interaction, target=target, note=note.strip())
    told = partial(
        event,
        Kind.ATTACHED if before is None else Kind.MOVED,
        actor=actor,
        purchase_id=target.pk,
        note=note.strip(),
    )
    if ticket is not None and _is_its_own(ticket, fresh):
        keys = _move_ticket(ticket, target, actor=actor, note=note)
    else:
        keys = _move_alone(fresh, ticket, target, actor=actor)
    there = dict(Interaction.objects.filter(pk__in=keys).values_list("pk", "ticket_id"))
    TicketEvent.objects.bulk_create(
        told(
            ticket_id=there[key],
            interaction_id=key,
            changes={"purchase": (before, target.pk), "ticket": (fresh.ticket_id, there[key])},
        )
        for key in keys
    )
    touched = [key for key in (before, target.pk) if key is not None]
    if ticket is not None and ticket.handoffs:
        recount_handoffs(purchase_ids=touched)
    count_again(touched)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def correct_interaction(
    *, interaction: Interaction, correction: Correction, actor: User, note: str = ""
) -> Interaction:
    """Log again what was logged wrongly; the first stays visible and counts no more.

    The contact stays with the agent who had it; the history says who corrected it. Raises
    ValidationError: corrected already, nothing different, unknown reason.
    """
    if interaction.purchase_id is not None:
        lock_purchases([interaction.purchase_id])
    old = Interaction.objects.select_for_update(of=("self",), no_key=True).get(pk=interaction.pk)
    if old.superseded_at is not None or old.purchase_id != interaction.purchase_id:
        raise ValidationError(
            _("This interaction has been corrected or moved meanwhile. Open it again.")
        )
    said = {
        "channel": correction.channel,
        "direction": correction.direction,
        "occurred_at": correction.occurred_at,
        "reason_id": _reason_key(correction, old),
        "outcome": correction.outcome,
        "summary": correction.summary,
    }
    changes = {
        name: (getattr(old, name), said[name]) for name in SAID if getattr(old, name) != said[name]
    }
    if not changes:
        raise ValidationError(_("Nothing is different: there is nothing to correct."))
    now = timezone.now()
    Interaction.objects.filter(pk=old.pk).update(
        superseded_at=now, standing=Interaction.Standing.SUPERSEDED
    )
    new = Interaction.objects.create(
        **said,
        purchase_id=old.purchase_id,
        customer_id=old.customer_id,
        ticket_id=old.ticket_id,
        caller=old.caller,
        agent_id=old.agent_id,
        duration_seconds=old.duration_seconds,
        corrects=old,
        standing=Interaction.Standing.EXCLUDED
        if old.purchase_id
        else Interaction.Standing.UNATTRIBUTED,
    )
    event(
        Kind.CORRECTED,
        actor=actor,
        ticket_id=old.ticket_id,
        interaction_id=new.pk,
        purchase_id=old.purchase_id,
        changes=changes,
        note=note.strip(),
    ).save(force_insert=True)
    if old.purchase_id is not None:
        count_again([old.purchase_id])
    new.refresh_from_db()
    return new


def _reason_key(correction: Correction, old: Interaction) -> int | None:
    """The reason it gets; the one it has may have been retired since. Raises ValidationError."""
    if correction.reason is not None and correction.reason.pk == old.reason_id:
        return old.reason_id
    facts = reason_facts(correction.reason)
    return facts.pk if facts else None


def _refuse_move(fresh: Interaction, *, drawn: Interaction, target: Purchase, note: str) -> None:
    """Raises ValidationError when this contact cannot go to that purchase."""
    if fresh.superseded_at is not None:
        raise ValidationError(_("This interaction was corrected: attach the one that corrects it."))
    if (fresh.purchase_id, fresh.ticket_id) != (drawn.purchase_id, drawn.ticket_id):
        raise ValidationError(_("Somebody has just moved this interaction. Open it again."))
    if fresh.purchase_id == target.pk:
        raise ValidationError(
            {"purchase": _("It stands on %(order)s already.") % {"order": target.order_number}}
        )
    if fresh.purchase_id is not None and not note:
        raise ValidationError(
            {"note": _("Say why it moves: it counts on the other purchase from now on.")}
        )


def _is_its_own(ticket: Ticket, contact: Interaction) -> bool:
    """Whether the ticket goes where the contact goes."""
    if ticket.purchase_id is None:
        return True
    others = ticket.interactions.current().exclude(pk=contact.pk)
    return ticket.purchase_id == contact.purchase_id and not others.exists()


def _move_ticket(ticket: Ticket, target: Purchase, *, actor: User, note: str) -> list[int]:
    """Bring a ticket to the purchase, with its contacts; returns the keys of those that moved."""
    contacts = ticket.interactions.current().filter(purchase=ticket.purchase_id)
    keys = list(contacts.order_by("pk").values_list("pk", flat=True))
    there = _unfinished(target) if ticket.state not in Ticket.FINISHED else None
    if there is not None:
        merge_tickets(
            ticket=ticket, into=Ticket(pk=there), version=ticket.version, actor=actor, note=note
        )
        return keys
    Ticket.objects.filter(pk=ticket.pk).update(
        purchase=target, customer=target.customer_id, version=F("version") + 1
    )
    move_contacts(dict.fromkeys(keys, Place(target.pk, target.customer_id)), ticket_id=ticket.pk)
    return keys


def _move_alone(
    contact: Interaction, ticket: Ticket | None, target: Purchase, *, actor: User
) -> list[int]:
    """Move one of several contacts of a ticket, or one without a ticket."""
    there = _unfinished(target)
    move_contacts({contact.pk: Place(target.pk, target.customer_id)}, ticket_id=there)
    if ticket is None or ticket.state in Ticket.FINISHED:
        return [contact.pk]
    if there is not None:
        move_promises([contact.pk], ticket_ids=(there, ticket.pk))
    elif opens_ticket(contact.outcome):
        moved = Interaction.objects.get(pk=contact.pk)
        opened = split_interaction(
            interaction=moved, subject=ticket.subject, take=False, actor=actor
        )
        # It came from no ticket any more, so the split took no promises along.
        move_promises([contact.pk], ticket_ids=(opened.pk, ticket.pk))
    return [contact.pk]


def _unfinished(purchase: Purchase) -> int | None:
    """The key of the purchase's unfinished ticket."""
    tickets = Ticket.objects.unfinished().filter(purchase=purchase).to_join()
    return tickets.values_list("pk", flat=True).first()
