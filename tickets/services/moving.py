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
from helpdesk.lib.nudge import nudge
from purchases.models import Purchase
from purchases.services import mark_for_evaluation
from tickets.models import Interaction, Reason, Ticket, TicketEvent
from tickets.services.counting import recount_purchases
from tickets.services.events import event
from tickets.services.ground import reason_facts
from tickets.services.interactions import EVALUATE
from tickets.services.locking import lock_purchases
from tickets.services.owners import recount_handoffs
from tickets.services.promises import count_broken_promises

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

    It joins the unfinished ticket of that purchase. A ticket of its own that stands on no purchase
    moves there with all its contacts, unless the purchase has an unfinished one already.
    Raises ValidationError: superseded, there already, or moved by somebody else meanwhile.
    """
    before = interaction.purchase_id
    lock_purchases([key for key in (before, purchase.pk) if key is not None])
    fresh = Interaction.objects.select_for_update(of=("self",), no_key=True).get(pk=interaction.pk)
    target = Purchase.objects.filter(pk=purchase.pk).first()
    if target is None:
        raise ValidationError(
            {"purchase": _("This purchase does not exist (any more). Find it again.")}
        )
    _refuse_move(fresh, before=before, target=target)
    moving = _travelling(fresh, target)
    ticket_id: int | None = moving.pk if moving else _unfinished(target)
    keys = [fresh.pk]
    if moving is not None:
        Ticket.objects.filter(pk=moving.pk).update(
            purchase=target, customer=target.customer_id, version=F("version") + 1
        )
        keys += list(
            moving.interactions.current()
            .filter(purchase__isnull=True)
            .exclude(pk=fresh.pk)
            .values_list("pk", flat=True)
        )
    TicketEvent.objects.bulk_create(
        event(
            Kind.ATTACHED,
            actor=actor,
            ticket_id=ticket_id,
            interaction_id=key,
            purchase_id=target.pk,
            changes={"purchase": (before, target.pk), "ticket": (fresh.ticket_id, ticket_id)},
            note=note.strip(),
        )
        for key in keys
    )
    # Counted for real by the recount below, which also finds what it merges with.
    Interaction.objects.filter(pk__in=keys).update(
        purchase=target,
        customer=target.customer_id,
        ticket=ticket_id,
        standing=Interaction.Standing.EXCLUDED,
    )
    if moving is not None and moving.handoffs:
        recount_handoffs(purchase_ids=[target.pk])
    _count_again([key for key in (before, target.pk) if key is not None])
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
        _count_again([old.purchase_id])
    new.refresh_from_db()
    return new


def _reason_key(correction: Correction, old: Interaction) -> int | None:
    """The reason it gets; the one it has may have been retired since. Raises ValidationError."""
    if correction.reason is not None and correction.reason.pk == old.reason_id:
        return old.reason_id
    facts = reason_facts(correction.reason)
    return facts.pk if facts else None


def _refuse_move(fresh: Interaction, *, before: int | None, target: Purchase) -> None:
    """Raises ValidationError when this contact cannot go to that purchase."""
    if fresh.superseded_at is not None:
        raise ValidationError(_("This interaction was corrected: attach the one that corrects it."))
    if fresh.purchase_id != before:
        raise ValidationError(_("Somebody has just moved this interaction. Open it again."))
    if fresh.purchase_id == target.pk:
        raise ValidationError(
            {"purchase": _("It stands on %(order)s already.") % {"order": target.order_number}}
        )


def _travelling(interaction: Interaction, target: Purchase) -> Ticket | None:
    """The contact's own ticket, if it moves to the purchase together with it."""
    if interaction.ticket_id is None:
        return None
    ticket = (
        Ticket.objects.select_for_update(no_key=True)
        .filter(pk=interaction.ticket_id, purchase__isnull=True)
        .first()
    )
    if ticket is None:
        return None
    crowded = ticket.state not in Ticket.FINISHED and _unfinished(target) is not None
    return None if crowded else ticket


def _unfinished(purchase: Purchase) -> int | None:
    """The key of the purchase's unfinished ticket."""
    tickets = Ticket.objects.unfinished().filter(purchase=purchase).order_by("-opened_at", "-pk")
    return tickets.values_list("pk", flat=True).first()


def _count_again(purchase_ids: list[int]) -> None:
    """Recount what changed under the locks held, and ask for an evaluation."""
    recount_purchases(purchase_ids=purchase_ids)
    count_broken_promises(purchase_ids=purchase_ids)
    mark_for_evaluation(purchase_ids=purchase_ids)
    transaction.on_commit(partial(nudge, EVALUATE, purchase_ids))
