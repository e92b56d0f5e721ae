"""Adding to a contact of the last minutes what was said since: a correction that only appends."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import Interaction, TicketEvent
from tickets.rules import may_add_to
from tickets.services.events import event
from tickets.services.ground import ReasonFacts, lock_ground
from tickets.services.interactions import write_contact
from tickets.services.locking import lock_purchases
from tickets.services.once import once
from tickets.services.promises import PromiseDraft


@once(Interaction)
@transaction.atomic
def add_to_interaction(
    *,
    actor: User,
    interaction: Interaction,
    channel: str,
    direction: str,
    outcome: str,
    summary: str,
    duration_seconds: int | None = None,
    promise: PromiseDraft | None = None,
    keeps: Sequence[int] = (),
    held: Sequence[int] = (),
    form_key: str | None = None,
) -> Interaction:
    """Say more in a contact: one that supersedes it, with ``summary`` below what was said.

    Moment, agent and reason stay as they were and the seconds add up, so the purchase counts the
    contact once. The outcome is the one given, and does to the ticket what it always does; so do
    ``promise``, ``keeps``, ``held`` and ``form_key``, see ``log_interaction``. Of ``interaction`` only the
    key is used. Raises ValidationError: ten minutes are over, on no purchase, corrected
    meanwhile, or another channel or direction.
    """
    old = _lock_contact(interaction)
    now = timezone.now()
    if old.channel != channel or old.direction != direction:
        raise ValidationError(
            _("The last one was of another channel or direction. Log this as a new contact.")
        )
    if old.purchase_id is None or not may_add_to(old, now=now):
        raise ValidationError(
            _("Nothing can be added to the last one any more. Log this as a new contact.")
        )
    Interaction.objects.filter(pk=old.pk).update(
        superseded_at=now, standing=Interaction.Standing.SUPERSEDED
    )
    ground, _none = lock_ground(old.purchase_id, reason=None)
    contact = Interaction(
        purchase=ground.purchase,
        customer_id=old.customer_id,
        ticket_id=old.ticket_id,
        channel=old.channel,
        direction=old.direction,
        occurred_at=old.occurred_at,
        reason_id=old.reason_id,
        outcome=outcome,
        summary=f"{old.summary}\n{_signed(summary, old=old, actor=actor)}",
        agent_id=old.agent_id,
        duration_seconds=_sum(old.duration_seconds, duration_seconds),
        logged_at=now,
        corrects=old,
        form_key=form_key,
    )
    changes = {"summary": (old.summary, contact.summary)}
    if outcome != old.outcome:
        changes["outcome"] = (old.outcome, outcome)
    write_contact(
        contact,
        ground=ground,
        given=None,
        reason=_facts(old),
        told=event(TicketEvent.Kind.CORRECTED, actor=actor, changes=changes),
        promise=promise,
        keeps=keeps,
        held=held,
        actor=actor,
    )
    return contact


def _lock_contact(interaction: Interaction) -> Interaction:
    """The contact as it is now, locked after its purchase. Raises ValidationError when it is gone."""
    rows = Interaction.objects.filter(pk=interaction.pk)
    purchase_id = rows.values_list("purchase_id", flat=True).first()
    if purchase_id is not None:
        lock_purchases([purchase_id])
    old = (
        rows.select_related("reason").select_for_update(of=("self",), no_key=True).first()
        if purchase_id is not None
        else None
    )
    if old is None or old.purchase_id != purchase_id:
        raise ValidationError(
            _("The last contact has been moved meanwhile. Log this as a new one.")
        )
    return old


def _facts(old: Interaction) -> ReasonFacts | None:
    """The reason it has, though it may have been retired since."""
    if old.reason is None:
        return None
    return ReasonFacts(old.reason.pk, old.reason.name, old.reason.counts)


def _signed(summary: str, *, old: Interaction, actor: User) -> str:
    """What is added; another person than the one who logged the contact says who they are."""
    return summary if actor.pk == old.agent_id else f"{actor.name}: {summary}"


def _sum(before: int | None, more: int | None) -> int | None:
    """Both durations; None when neither is known."""
    return None if before is None and more is None else (before or 0) + (more or 0)
