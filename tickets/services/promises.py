"""Promises: made on a ticket, ended by moments and proof; the ticket's columns follow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from notices.services import notify
from purchases.services import set_broken_promises
from tickets.models import Interaction, Promise, Ticket, TicketEvent
from tickets.rules import kept_state
from tickets.services.events import event
from tickets.services.locking import lock_ticket
from tickets.services.once import once

Kind = TicketEvent.Kind
Ending = Literal["kept", "broken", "released"]


@dataclass(frozen=True)
class PromiseDraft:
    """What we say we will do, by when, and who does it (None: who makes it)."""

    what: str
    due_at: datetime
    owner: User | None = None


@once(Promise)
@transaction.atomic
def make_promise(
    *, ticket: Ticket, draft: PromiseDraft, actor: User, form_key: str | None = None
) -> Promise:
    """Promise something on an unfinished ticket.

    ``form_key`` names the form it was typed in: a second call with it writes nothing and gives
    the first promise, with ``is_repeat`` set. Raises ValidationError: finished, due in the past.
    """
    now_ticket = lock_ticket(ticket.pk)
    if now_ticket.state in Ticket.FINISHED:
        raise ValidationError(
            _("This ticket is finished: a promise needs one that somebody works on.")
        )
    if draft.due_at <= timezone.now():
        raise ValidationError({"due_at": _("This moment has passed. Choose a later one.")})
    promise, told = write_promise(
        draft,
        ticket_id=ticket.pk,
        purchase_id=now_ticket.purchase_id,
        made_in=None,
        actor=actor,
        form_key=form_key,
    )
    told.save(force_insert=True)
    refresh_promises(ticket.pk)
    return promise


@transaction.atomic
def end_promise(
    *,
    promise: Promise,
    ending: Ending,
    actor: User,
    proof: Interaction | None = None,
    note: str = "",
) -> Promise:
    """End an open promise.

    *Kept* needs the contact that proves it, and whether it was kept late follows from that
    contact's moment. *Broken* can be said once it is due, *released* (the customer let us off)
    with a note. Raises ValidationError, and nothing is written.
    """
    ticket = lock_ticket(promise.ticket_id)
    fresh = Promise.objects.select_for_update().get(pk=promise.pk)
    if fresh.state != Promise.State.OPEN:
        raise ValidationError(
            _("This promise has ended already: %(state)s.") % {"state": fresh.get_state_display()}
        )
    fresh.ended_at = timezone.now()
    if ending == "kept":
        fresh.proof = _proof(proof, ticket=ticket, promise=fresh)
        fresh.ended_at = fresh.proof.occurred_at
        fresh.state = kept_state(due_at=fresh.due_at, proven_at=fresh.ended_at)
    elif ending == "broken":
        if fresh.due_at > fresh.ended_at:
            raise ValidationError(
                _(
                    "This promise is not due yet. It can be kept, or released when the customer lets us off."
                )
            )
        fresh.state = Promise.State.BROKEN
    else:
        if not note.strip():
            raise ValidationError({"note": _("Say why the customer lets us off.")})
        fresh.state = Promise.State.RELEASED
    fresh.end_note = note.strip()
    fresh.save(update_fields=["state", "ended_at", "proof", "end_note"])
    refresh_promises(ticket.pk)
    if fresh.state == Promise.State.BROKEN and ticket.purchase_id is not None:
        count_broken_promises(purchase_ids=[ticket.purchase_id])
    _ended(fresh, purchase_id=ticket.purchase_id, actor=actor).save(force_insert=True)
    return fresh


def keep_promises(contact: Interaction, *, keys: Collection[int], actor: User) -> list[TicketEvent]:
    """Let a contact just written prove open promises of its ticket; returns the history to add.

    Runs inside ``log_interaction``, under the purchase's lock, which brings the ticket's columns
    up to date. Raises ValidationError when one of them is not open on this ticket.
    """
    wanted = set(keys)
    if not wanted:
        return []
    open_here = Promise.objects.open().filter(ticket=contact.ticket)
    promises = list(open_here.filter(pk__in=wanted)) if contact.ticket else []
    if len(promises) != len(wanted):
        raise ValidationError(
            {"keeps": _("A promise you ticked has ended meanwhile. Look again and save again.")}
        )
    for promise in promises:
        promise.proof = contact
        promise.ended_at = contact.occurred_at
        promise.state = kept_state(due_at=promise.due_at, proven_at=contact.occurred_at)
    Promise.objects.bulk_update(promises, ["proof", "ended_at", "state"])
    return [_ended(one, purchase_id=contact.purchase_id, actor=actor) for one in promises]


def write_promise(
    draft: PromiseDraft,
    *,
    ticket_id: int,
    purchase_id: int | None,
    made_in: Interaction | None,
    actor: User,
    form_key: str | None = None,
) -> tuple[Promise, TicketEvent]:
    """Write the row; the caller adds the history and brings the ticket's columns up to date.

    An owner who did not make it is told. Raises ValidationError for one who cannot work.
    """
    owner = draft.owner or actor
    if not owner.may(Role.AGENT, Role.MANAGER, write=True):
        raise ValidationError({"owner": _("%(name)s cannot keep promises.") % {"name": owner}})
    promise = Promise.objects.create(
        ticket_id=ticket_id,
        made_in=made_in,
        what=draft.what,
        due_at=draft.due_at,
        owner=owner,
        # What was said in a call is promised at the moment of the call, however late it is logged.
        made_at=made_in.occurred_at if made_in else timezone.now(),
        form_key=form_key,
    )
    if owner != actor:
        notify(
            people=[owner],
            kind="promise_given",
            key=f"promise:{promise.pk}:given",
            params={"what": draft.what, "by": actor.name},
            link=reverse("promise_page", args=[promise.pk]),
        )
    told = event(
        Kind.PROMISED,
        actor=actor,
        ticket_id=ticket_id,
        purchase_id=purchase_id,
        interaction_id=made_in.pk if made_in else None,
        note=draft.what,
    )
    return promise, told


def promise_columns(ticket_id: int) -> dict[str, object]:
    """The columns that a ticket keeps about its promises, for an update of that ticket."""
    promises = Promise.objects.filter(ticket_id=ticket_id, state=Promise.State.OPEN)
    return {
        "open_promises": Coalesce(
            Subquery(promises.order_by().values("ticket").annotate(n=Count("pk")).values("n")), 0
        ),
        "next_promise_at": Subquery(promises.order_by("due_at").values("due_at")[:1]),
    }


def move_promises(contacts: Collection[int], *, ticket_ids: tuple[int, int]) -> None:
    """Give the promises made in these contacts to the first ticket; they stood on the second.

    Both rows are locked by the caller.
    """
    new, old = ticket_ids
    Promise.objects.filter(made_in__in=contacts, ticket=old).update(ticket=new)
    for key in ticket_ids:
        refresh_promises(key)


def refresh_promises(ticket_id: int) -> None:
    """Bring a ticket's columns up to date with its promises; the row is locked by the caller."""
    Ticket.objects.filter(pk=ticket_id).update(
        **promise_columns(ticket_id), version=F("version") + 1
    )


def count_broken_promises(*, purchase_ids: Collection[int]) -> None:
    """Count again the broken promises of these purchases: faults, which are never contacts.

    Call it under the purchases' locks, also when a ticket came to another purchase.
    """
    broken = (
        Promise.objects.filter(ticket__purchase__in=purchase_ids, state=Promise.State.BROKEN)
        .order_by()
        .values_list("ticket__purchase")
        .annotate(n=Count("pk"))
    )
    set_broken_promises(counts=dict.fromkeys(purchase_ids, 0) | dict(broken))


def _proof(proof: Interaction | None, *, ticket: Ticket, promise: Promise) -> Interaction:
    """The contact that proves a promise. Raises ValidationError when it cannot."""
    if proof is None:
        raise ValidationError(
            {"proof": _("A promise is kept by a contact: choose the one that proves it.")}
        )
    if proof.ticket_id != ticket.pk or proof.superseded_at is not None:
        raise ValidationError({"proof": _("This contact does not belong to the ticket.")})
    if proof.occurred_at < promise.made_at and proof.pk != promise.made_in_id:
        raise ValidationError({"proof": _("This contact was before the promise was made.")})
    return proof


def _ended(promise: Promise, *, purchase_id: int | None, actor: User) -> TicketEvent:
    """The history row of an ended promise."""
    return event(
        Kind.PROMISE_ENDED,
        actor=actor,
        ticket_id=promise.ticket_id,
        purchase_id=purchase_id,
        interaction_id=promise.proof_id,
        changes={"state": (Promise.State.OPEN, promise.state)},
        note=promise.end_note or promise.what,
    )
