"""Giving an open promise to another person: the customer still waits for the same thing."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from notices.services import notify
from tickets.models import Promise, TicketEvent
from tickets.services.events import event
from tickets.services.locking import lock_ticket


@transaction.atomic
def give_promise(
    *, promise: Promise, owner: User, was: int | None, note: str, actor: User
) -> Promise:
    """Let somebody else keep an open promise, and tell both; what was promised, and by when, stays.

    ``was`` is the key of the owner whom the form showed. The new owner is reminded from the start,
    and the kept rate counts the promise for who has it at its end. Raises ValidationError: ended,
    given away meanwhile, theirs already, one who cannot keep promises, or no note.
    """
    ticket = lock_ticket(promise.ticket_id)
    fresh = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    if not fresh.is_open:
        raise ValidationError(
            _("This promise has ended already: %(state)s.") % {"state": fresh.get_state_display()}
        )
    before = fresh.owner
    if owner.pk == before.pk:
        raise ValidationError({"owner": _("%(name)s has this promise already.") % {"name": owner}})
    if was != before.pk:
        raise ValidationError(
            _("Somebody has just given this promise to %(name)s. Look again.") % {"name": before}
        )
    if not owner.may(Role.AGENT, Role.MANAGER, write=True):
        raise ValidationError({"owner": _("%(name)s cannot keep promises.") % {"name": owner}})
    if not note.strip():
        raise ValidationError({"note": _("Say why it changes hands: the next one reads it first.")})
    # What the one before was told, the next one was not.
    Promise.objects.filter(pk=fresh.pk).update(
        owner=owner, told_near_at=None, told_due_at=None, told_again_at=None
    )
    fresh.owner = owner
    told = event(
        TicketEvent.Kind.PROMISE_GIVEN,
        actor=actor,
        ticket_id=ticket.pk,
        purchase_id=ticket.purchase_id,
        changes={"owner": (before.name, owner.name)},
        note=note.strip(),
    )
    told.save(force_insert=True)
    for person, kind in ((owner, "promise_handed"), (before, "promise_taken")):
        if person.pk != actor.pk:
            notify(
                people=[person],
                kind=kind,
                key=f"promise:{fresh.pk}:{kind}:{told.pk}",
                params={"what": fresh.what, "by": actor.name, "owner": owner.name},
                link=reverse("promise_page", args=[fresh.pk]),
            )
    return fresh
