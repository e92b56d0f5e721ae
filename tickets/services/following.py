"""Who follows a ticket, and telling its people what others did on it."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import User
from notices.services import notify
from tickets.models import Follower, Ticket, TicketEvent
from tickets.services.events import event
from tickets.services.locking import lock_ticket

Kind = TicketEvent.Kind
# Of several rows that one deed writes, the one that says most.
TELLING = (Kind.REOPENED, Kind.RESOLVED, Kind.PROMISED, Kind.PROMISE_ENDED, Kind.LOGGED)


@transaction.atomic
def follow_ticket(*, ticket: Ticket, actor: User) -> bool:
    """Tell this person from now on what others do on the ticket; False when they follow already."""
    fresh = lock_ticket(ticket.pk)
    _row, made = Follower.objects.get_or_create(ticket=fresh, person=actor)
    if made:
        _note_followers(fresh, step=1, changes=(None, actor), actor=actor)
    return made


@transaction.atomic
def unfollow_ticket(*, ticket: Ticket, actor: User) -> bool:
    """The reverse; False when they did not follow."""
    fresh = lock_ticket(ticket.pk)
    gone, _each = Follower.objects.filter(ticket=fresh, person=actor).delete()
    if gone:
        _note_followers(fresh, step=-1, changes=(actor, None), actor=actor)
    return bool(gone)


def _note_followers(
    ticket: Ticket, *, step: int, changes: tuple[object, object], actor: User
) -> None:
    """The count and the history; the version stays, as nobody's text is touched."""
    Ticket.objects.filter(pk=ticket.pk).update(follower_count=F("follower_count") + step)
    event(
        Kind.FOLLOWED,
        actor=actor,
        ticket_id=ticket.pk,
        purchase_id=ticket.purchase_id,
        changes={"follower": changes},
    ).save(force_insert=True)


def tell_involved(
    ticket: Ticket,
    told: TicketEvent,
    *,
    actor: User | None,
    also: Collection[int | None] = (),
    but: Collection[int] = (),
) -> None:
    """Leave a notice of what ``actor`` did with the owner, the followers and ``also``.

    Needs the ticket's owner, follower count and subject; call it when the event has its key.
    """
    people = {ticket.owner_id, *also}
    if ticket.follower_count:
        people.update(Follower.objects.filter(ticket=ticket).values_list("person", flat=True))
    people -= {None, actor.pk if actor else None, *but}
    if not people:
        return
    params = {"ticket": ticket.pk, "subject": ticket.subject, "did": told.kind}
    notify(
        people=[User(pk=pk) for pk in sorted(pk for pk in people if pk is not None)],
        kind="ticket_event",
        key=f"ticket_event:{told.pk}",
        params={**params, "who": actor.name if actor else ""},
        link=reverse("ticket_page", args=[ticket.pk]),
    )


def most_telling(events: Sequence[TicketEvent]) -> TicketEvent:
    """The row to tell of, where one deed wrote several."""
    order = {kind: place for place, kind in enumerate(TELLING)}
    return min(events, key=lambda one: order.get(Kind(one.kind), len(order)))
