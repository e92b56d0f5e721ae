"""Logging what the customer and we said to each other."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from helpdesk.lib.nudge import nudge
from purchases.models import Customer, Purchase
from tickets.models import Interaction, Reason, Ticket, TicketEvent
from tickets.rules import Contact, Standing, opens_ticket
from tickets.services.deadlines import terms_in_force
from tickets.services.events import event
from tickets.services.following import most_telling, tell_involved
from tickets.services.ground import (
    EVALUATE,
    NOT_YET_WRITTEN,
    Ground,
    ReasonFacts,
    lock_ground,
    mirrored,
    reason_facts,
    standing_of_new,
    store_count,
)
from tickets.services.holding import give_to_contact
from tickets.services.joining import Joining, find_there, join_or_open, settle
from tickets.services.locking import lock_ticket
from tickets.services.moving import attach_interaction
from tickets.services.once import once
from tickets.services.promises import PromiseDraft, keep_promises, write_promise


@once(Interaction)
@transaction.atomic
def log_interaction(
    *,
    actor: User,
    channel: str,
    direction: str,
    reason: Reason | None,
    outcome: str,
    summary: str,
    occurred_at: datetime | None = None,
    purchase: Purchase | None = None,
    customer: Customer | None = None,
    caller: str = "",
    duration_seconds: int | None = None,
    promise: PromiseDraft | None = None,
    keeps: Sequence[int] = (),
    ticket: Ticket | None = None,
    locked: bool = False,
    held: Sequence[int] = (),
    form_key: str | None = None,
) -> Interaction:
    """Write a contact, count it, and join or open its ticket, under the purchase's row lock.

    Of ``purchase``, ``customer``, ``reason`` and ``ticket`` only the keys are used: the rows are
    read here. Without a purchase it stands on the customer or on the ``caller`` until it is
    attached. A ``ticket`` that was merged meanwhile takes it along to the purchase of the other;
    one on no purchase comes to ``purchase`` with its contacts; one of another is left out.
    ``locked``: the caller has just read ``ticket`` by ``lock_ticket``, and names nothing else. It
    joins ``ticket``, else the purchase's unfinished one, else reopens the one resolved last
    (``rules.meet_finished``), else opens one unless the outcome is resolved or no action;
    *resolved* resolves the ticket when no promise on it is left open (look at
    ``interaction.ticket.state``). The owner and the followers are told. ``keeps`` are keys of
    open promises that this contact proves; ``promise`` is made on the ticket. Nudges the
    evaluator on commit. ``form_key`` names the form it was typed in: a second call with it writes
    nothing and gives the first contact, with ``is_repeat`` set. ``held`` are keys of the files the
    actor holds for that form; they become the contact's.

    The result carries ``purchase`` with its new counters and ``ticket`` as they are now.
    Raises ValidationError: nobody named, unknown purchase, customer or reason, promise ended.
    """
    given, purchase = (
        (ticket, _purchase_of(ticket))
        if ticket is not None and locked
        else _lock_named(ticket, purchase, actor=actor)
    )
    ground = None
    if purchase is None:
        facts = reason_facts(reason)
    else:
        ground, facts = lock_ground(purchase.pk, reason=reason)
    now = timezone.now()
    contact = Interaction(
        purchase=ground.purchase if ground else None,
        customer_id=_customer_key(ground, customer, given),
        caller="" if ground else caller.strip(),
        channel=channel,
        direction=direction,
        occurred_at=occurred_at or now,
        reason_id=facts.pk if facts else None,
        outcome=outcome,
        summary=summary,
        agent=actor,
        duration_seconds=duration_seconds,
        logged_at=now,
        form_key=form_key,
    )
    write_contact(
        contact,
        ground=ground,
        given=given,
        reason=facts,
        told=event(TicketEvent.Kind.LOGGED, actor=actor),
        promise=promise,
        keeps=keeps,
        held=held,
        actor=actor,
    )
    return contact


def write_contact(
    contact: Interaction,
    *,
    ground: Ground | None,
    given: Ticket | None,
    reason: ReasonFacts | None,
    told: TicketEvent,
    promise: PromiseDraft | None,
    keeps: Sequence[int],
    held: Sequence[int] = (),
    actor: User,
) -> None:
    """Count a contact, write it with its event ``told``, and let it join or open its ticket.

    The purchase of ``ground`` and the ticket ``given`` are locked by the caller. Raises
    ValidationError for a contact with nobody, or for a promise beside an outcome that ends.
    """
    _refuse_nonsense(contact, promise)
    contacts: list[Contact] = []
    standings: dict[int, Standing] = {}
    if ground is not None:
        contacts, standings = standing_of_new(
            ground,
            occurred_at=contact.occurred_at,
            direction=contact.direction,
            reason=reason,
        )
    joining = join_or_open(
        contact,
        reason=reason,
        there=find_there(ground.ticket if ground else None, given),
        promise_due=promise.due_at if promise else None,
        mirrored=mirrored(ground, standings) if ground else {},
        terms=terms_in_force(ground.hours_mark if ground else None),
        actor=actor,
    )
    if ground is None:
        contact.save(force_insert=True)
    else:
        contact.standing = standings[NOT_YET_WRITTEN]
        contact.save(force_insert=True)
        store_count(ground, contacts, standings)
        transaction.on_commit(partial(nudge, EVALUATE, [ground.purchase.pk]))
    tolds = [told, *give_to_contact(held, contact, actor=actor)]
    _finish(joining, contact, told=tolds, promise=promise, keeps=keeps, actor=actor)


def _lock_named(
    ticket: Ticket | None, purchase: Purchase | None, *, actor: User
) -> tuple[Ticket | None, Purchase | None]:
    """The ticket that was named, locked, and the purchase the contact goes on: never two purchases."""
    if ticket is None:
        return None, purchase
    if purchase is not None:
        there = Ticket.objects.filter(pk=ticket.pk).values_list("purchase_id", flat=True).first()
        loose = Interaction.objects.current().filter(ticket=ticket.pk, purchase=None)
        contact = loose.first() if there is None else None
        if contact is not None:
            attach_interaction(interaction=contact, purchase=purchase, actor=actor)
        elif there != purchase.pk:
            return None, purchase
    given = lock_ticket(ticket.pk, follow=True)
    return given, _purchase_of(given) or purchase


def _purchase_of(ticket: Ticket) -> Purchase | None:
    """The key of its purchase, as services take it."""
    return Purchase(pk=ticket.purchase_id) if ticket.purchase_id is not None else None


def _customer_key(
    ground: Ground | None, customer: Customer | None, ticket: Ticket | None
) -> int | None:
    """Whose contact it is. Raises ValidationError for a customer who is not there."""
    if ground is not None:
        return ground.purchase.customer_id
    if customer is None:
        return ticket.customer_id if ticket else None
    # Under lock, so that a merge of this customer waits for the contact and takes it along.
    rows = Customer.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("merged_into").filter(pk=customer.pk).first()
    if found is None:
        raise ValidationError(
            {"customer": _("This customer does not exist (any more). Find them again.")}
        )
    return found.survivor().pk


def _refuse_nonsense(contact: Interaction, promise: PromiseDraft | None) -> None:
    """A contact is with somebody, and a promise leaves something to do. Raises ValidationError."""
    if contact.purchase is None and contact.customer_id is None and not contact.caller:
        raise ValidationError(
            {"caller": _("Say who it was: find the purchase, or type the number or the name.")}
        )
    if promise is not None and not opens_ticket(contact.outcome):
        raise ValidationError(
            {"outcome": _("A promise leaves something to do: the outcome cannot be an end.")}
        )


def _finish(
    joining: Joining,
    contact: Interaction,
    *,
    told: list[TicketEvent],
    promise: PromiseDraft | None,
    keeps: Sequence[int],
    actor: User,
) -> None:
    """Promises, the ticket's own columns and the history, now that the contact has a key.

    ``told`` are the events of the contact itself.
    """
    events = list(told)
    if promise is not None and joining.ticket is not None:
        _promise, promised = write_promise(
            promise,
            ticket_id=joining.ticket.pk,
            purchase_id=contact.purchase_id,
            made_in=contact,
            actor=actor,
        )
        events.append(promised)
    ended = keep_promises(contact, keys=keeps, actor=actor)
    settle(joining, contact, promised=promise is not None, kept=len(ended), actor=actor)
    events += [*joining.events, *ended]
    for one in events:
        one.interaction_id = contact.pk
        one.ticket_id = contact.ticket_id
        one.purchase_id = contact.purchase_id
    TicketEvent.objects.bulk_create(events)
    if joining.ticket is not None and not joining.opened:
        tell_involved(joining.ticket, most_telling(events), actor=actor)
