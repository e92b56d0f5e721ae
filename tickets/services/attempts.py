"""Tries to reach the customer about a promise: each written down, the next one never forgotten."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import CallAttempt, Interaction, Promise, Reason, TicketEvent
from tickets.services.events import event
from tickets.services.interactions import log_interaction
from tickets.services.locking import lock_ticket
from tickets.services.once import once
from tickets.services.promises import refresh_promises

Outcome = CallAttempt.Outcome


@dataclass(frozen=True)
class AttemptDraft:
    """What came of a try. ``said`` and ``contact_outcome`` are those of the contact when reached;
    ``next_at`` is when somebody tries again, which no answer and voicemail require.
    """

    outcome: str
    note: str = ""
    next_at: datetime | None = None
    said: str = ""
    contact_outcome: str = Interaction.Outcome.NO_ACTION


@once(CallAttempt)
@transaction.atomic
def log_attempt(
    *, promise: Promise, draft: AttemptDraft, actor: User, form_key: str | None = None
) -> CallAttempt:
    """Write down a try by phone for an open promise.

    *Reached* logs an outbound contact that proves the promise: kept or kept late by its moment.
    The others leave it open. ``form_key`` names the form it was typed in: a second call with it
    writes nothing and gives the first try, with ``is_repeat`` set. Raises ValidationError: the
    promise has ended, no next moment, nothing said.
    """
    ticket = lock_ticket(promise.ticket_id)
    fresh = Promise.objects.select_for_update().get(pk=promise.pk)
    if not fresh.is_open:
        raise ValidationError(
            _("This promise has ended already: %(state)s.") % {"state": fresh.get_state_display()}
        )
    now = timezone.now()
    _refuse_nonsense(draft, now)
    reached = draft.outcome == Outcome.REACHED
    contact = None
    if reached:
        contact = log_interaction(
            actor=actor,
            channel=Interaction.Channel.PHONE,
            direction=Interaction.Direction.OUTBOUND,
            reason=_usable(ticket.reason_id),
            outcome=draft.contact_outcome,
            summary=draft.said.strip(),
            ticket=ticket,
            keeps=[fresh.pk],
        )
    next_at = None if reached else draft.next_at
    attempt = CallAttempt.objects.create(
        promise=fresh,
        outcome=draft.outcome,
        note=draft.note.strip(),
        next_at=next_at,
        contact=contact,
        tried_by=actor,
        tried_at=now,
        form_key=form_key,
    )
    Promise.objects.filter(pk=fresh.pk).update(
        attempts=F("attempts") + 1, next_attempt_at=next_at, told_again_at=None
    )
    event(
        TicketEvent.Kind.ATTEMPTED,
        actor=actor,
        ticket_id=ticket.pk,
        purchase_id=ticket.purchase_id,
        interaction_id=contact.pk if contact else None,
        changes={"outcome": (None, draft.outcome)},
        note=draft.note.strip() or fresh.what,
    ).save(force_insert=True)
    if not reached:
        refresh_promises(ticket.pk)
    return attempt


def _usable(reason_id: int | None) -> Reason | None:
    """The ticket's reason, unless it has been retired since."""
    return Reason.objects.leaves().in_use().filter(pk=reason_id).first() if reason_id else None


def _refuse_nonsense(draft: AttemptDraft, now: datetime) -> None:
    """Raises ValidationError beside the field that is wrong."""
    if draft.outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Say what came of it.")})
    if draft.outcome == Outcome.REACHED:
        if not draft.said.strip():
            raise ValidationError({"said": _("Say in a line what was said.")})
        return
    if draft.outcome in CallAttempt.TRY_AGAIN and draft.next_at is None:
        raise ValidationError({"next_at": _("Say when somebody tries again.")})
    if draft.next_at is not None and draft.next_at <= now:
        raise ValidationError({"next_at": _("This moment has passed. Choose a later one.")})
