"""A contact that is about something else gets a ticket of its own."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.rules import waits_since
from tickets.services.deadlines import opening_columns, terms_in_force
from tickets.services.events import event
from tickets.services.locking import just_moved, lock_purchases, lock_ticket
from tickets.services.mirroring import mirror_purchases
from tickets.services.promises import move_promises

Kind = TicketEvent.Kind


@transaction.atomic
def split_interaction(
    *, interaction: Interaction, subject: str, take: bool, actor: User, note: str = ""
) -> Ticket:
    """Open a ticket for a contact that shares one, with the promises made in it.

    It stays on its purchase, so nothing is counted anew. The new ticket says from which it was
    split, so that it may be unfinished beside that one (ADR 9); with ``take`` the actor owns it.
    Raises ValidationError: superseded, moved meanwhile, or the only contact of its ticket.
    """
    old = lock_ticket(interaction.ticket_id) if interaction.ticket_id is not None else None
    if old is None and interaction.purchase_id is not None:
        lock_purchases([interaction.purchase_id])
    contact = Interaction.objects.select_for_update(of=("self",), no_key=True).get(
        pk=interaction.pk
    )
    _refuse_split(contact, old, interaction)
    new = _open(contact, old, subject=subject, take=take, actor=actor)
    keys = [contact.pk, *earlier_versions(contact)]
    Interaction.objects.filter(pk__in=keys).update(ticket=new)
    if old is not None:
        move_promises(keys, ticket_ids=(new.pk, old.pk))
    _tell(contact, old, new, note=note.strip(), actor=actor)
    if contact.purchase_id is not None:
        mirror_purchases(purchase_ids=[contact.purchase_id])
    new.refresh_from_db()
    return new


def earlier_versions(contact: Interaction) -> list[int]:
    """The contacts that this one corrects, the last first."""
    keys: list[int] = []
    before = contact.corrects_id
    while before is not None:
        keys.append(before)
        rows = Interaction.objects.filter(pk=before)
        before = rows.values_list("corrects_id", flat=True).first()
    return keys


def _refuse_split(contact: Interaction, old: Ticket | None, drawn: Interaction) -> None:
    """Raises ValidationError for a contact that cannot have a ticket of its own."""
    if contact.superseded_at is not None:
        raise ValidationError(_("This interaction was corrected: split off the one that corrects."))
    if (contact.ticket_id, contact.purchase_id) != (drawn.ticket_id, drawn.purchase_id):
        raise just_moved()
    if old is not None and not old.interactions.current().exclude(pk=contact.pk).exists():
        raise ValidationError(
            _("It is the only contact of #%(ticket)d: there is nothing to split.")
            % {"ticket": old.pk}
        )


def _open(
    contact: Interaction, old: Ticket | None, *, subject: str, take: bool, actor: User
) -> Ticket:
    """Write the new ticket; who waits, waits since this contact."""
    beside = old
    if beside is None and contact.purchase_id is not None:
        there = Ticket.objects.unfinished().filter(purchase=contact.purchase_id)
        beside = there.to_join().first()
    new = Ticket(
        subject=subject.strip(),
        customer_id=contact.customer_id,
        purchase_id=contact.purchase_id,
        channel=contact.channel,
        state=Ticket.State.OPEN if take else Ticket.State.NEW,
        reason_id=contact.reason_id,
        owner=actor if take else None,
        team=old.team if old else None,
        priority=old.priority if old else Ticket.Priority.NORMAL,
        opened_at=contact.occurred_at,
        waiting_since=waits_since(
            None,
            occurred_at=contact.occurred_at,
            direction=contact.direction,
            outcome=contact.outcome,
        ),
        split_from=beside,
    )
    clock = opening_columns(new, contact=contact, terms=terms_in_force())
    for name, value in clock.items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new


def _tell(contact: Interaction, old: Ticket | None, new: Ticket, *, note: str, actor: User) -> None:
    """The history of both tickets and of the contact."""
    told = partial(event, Kind.SPLIT, actor=actor, interaction_id=contact.pk, note=note)
    sides = (f"#{old.pk}" if old else None, f"#{new.pk}")
    rows = [
        told(ticket_id=new.pk, purchase_id=contact.purchase_id, changes={"ticket": sides}),
    ]
    if old is not None:
        rows.append(told(ticket_id=old.pk, changes={"split off": (None, f"#{new.pk}")}))
    TicketEvent.objects.bulk_create(rows)
