"""Who works on a ticket: claiming, giving it to a person or a team, how urgent it is; its subject."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Role, Team, User
from purchases.services import set_handoffs
from tickets.models import Ticket, TicketEvent
from tickets.rules import counts_as_handoff
from tickets.services.changing import fresh_ticket, write_change

Kind = TicketEvent.Kind
# Who may own a ticket.
WORKERS = (Role.AGENT, Role.MANAGER)


@transaction.atomic
def hand_off_ticket(
    *,
    ticket: Ticket,
    version: int,
    owner: User | None,
    team: Team | None = None,
    note: str = "",
    actor: User,
) -> Ticket:
    """Give a ticket to a person, to a team (whoever of it takes it), or to a person in a team.

    A person who is named without a team leaves the ticket's team as it is. It counts as a hand-off,
    on the ticket and on its purchase, when somebody lets go of it (rules.counts_as_handoff); then
    it needs a note. Raises ValidationError: changed since the page was drawn, finished, nobody
    named, nothing different, one who cannot work on tickets, a retired team, or no note.
    """
    fresh = fresh_ticket(ticket, version)
    kept = fresh.team_id if team is None else team.pk
    _refuse_takers(fresh, owner, team)
    handed = counts_as_handoff(
        owner=fresh.owner_id,
        team=fresh.team_id,
        new_owner=owner.pk if owner else None,
        new_team=kept,
    )
    if handed and not note.strip():
        raise ValidationError({"note": _("Say why it changes hands: the next one reads it first.")})
    changes: dict[str, tuple[object, object]] = {}
    if (owner.pk if owner else None) != fresh.owner_id:
        changes["owner"] = (fresh.owner, owner)
    if kept != fresh.team_id:
        changes["team"] = (fresh.team, team)
    before = fresh.owner_id
    taken = owner is not None and fresh.state == Ticket.State.NEW
    written = write_change(
        fresh,
        kind=_kind(handed=handed, team=team),
        values={
            "owner": owner,
            "team_id": kept,
            "handoffs": fresh.handoffs + int(handed),
            "state": Ticket.State.OPEN if taken else fresh.state,
        },
        changes=changes,
        note=note.strip(),
        actor=actor,
        also=[before],
    )
    if handed and fresh.purchase_id is not None:
        recount_handoffs(purchase_ids=[fresh.purchase_id])
    return written


@transaction.atomic
def change_priority(*, ticket: Ticket, version: int, priority: int, actor: User) -> Ticket:
    """Make it more or less urgent.

    Raises ValidationError: changed since the page was drawn, finished, no such priority, or the
    same one.
    """
    fresh = fresh_ticket(ticket, version)
    if priority not in Ticket.Priority.values or priority == fresh.priority:
        raise ValidationError({"priority": _("Choose another priority than the one it has.")})
    return write_change(
        fresh,
        kind=Kind.CHANGED,
        values={"priority": priority},
        changes={"priority": (fresh.priority, priority)},
        note="",
        actor=actor,
    )


@transaction.atomic
def change_subject(*, ticket: Ticket, version: int, subject: str, actor: User) -> Ticket:
    """Give the problem another name, in one line; words are found by the new one.

    Raises ValidationError: changed since the page was drawn, finished, nothing said, or the same.
    """
    fresh = fresh_ticket(ticket, version)
    told = " ".join(subject.split())
    if not told:
        raise ValidationError({"subject": _("Say in a few words what the problem is.")})
    if told == fresh.subject:
        raise ValidationError({"subject": _("This is the subject already. Write another one.")})
    return write_change(
        fresh,
        kind=Kind.CHANGED,
        values={"subject": told},
        changes={"subject": (fresh.subject, told)},
        note="",
        actor=actor,
    )


def recount_handoffs(*, purchase_ids: Collection[int]) -> None:
    """Keep on these purchases how often their tickets changed hands, by the tickets they have now.

    Call it under the locks of the purchases, also when a ticket comes to a purchase or leaves it.
    """
    tickets = Ticket.objects.filter(purchase__in=purchase_ids).order_by()
    found = dict(tickets.values_list("purchase").annotate(n=Sum("handoffs")))
    set_handoffs(handoffs={pk: found.get(pk, 0) for pk in purchase_ids})


def _refuse_takers(fresh: Ticket, owner: User | None, team: Team | None) -> None:
    """Raises ValidationError when the ticket cannot go to them."""
    if owner is None and team is None:
        raise ValidationError({"owner": _("Say who gets it: a person, a team, or both.")})
    if owner is not None and not owner.may(*WORKERS, write=True):
        raise ValidationError({"owner": _("%(name)s cannot work on tickets.") % {"name": owner}})
    if team is not None and team.retired_at is not None:
        raise ValidationError({"team": _("%(name)s is no team any more.") % {"name": team}})
    same_owner = (owner.pk if owner else None) == fresh.owner_id
    same_team = team is None or team.pk == fresh.team_id
    if same_owner and same_team:
        if owner is None:
            raise ValidationError({"team": _("%(name)s has this ticket already.") % {"name": team}})
        raise ValidationError({"owner": _("%(name)s owns this ticket already.") % {"name": owner}})


def _kind(*, handed: bool, team: Team | None) -> TicketEvent.Kind:
    """The word of history for it."""
    if handed:
        return Kind.HANDED_OFF
    return Kind.CHANGED if team is None else Kind.ASSIGNED
