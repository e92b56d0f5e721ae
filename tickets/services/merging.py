"""Two tickets about one problem become one; what moved is written down, so that it can move back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import Follower, Interaction, Ticket, TicketEvent, TicketMerge
from tickets.services.belongings import Place, move_contacts, move_rows, move_rows_back
from tickets.services.changing import stale
from tickets.services.deadlines import change_columns
from tickets.services.events import event
from tickets.services.locking import lock_tickets
from tickets.services.promises import promise_columns
from tickets.services.recounting import count_again

Kind = TicketEvent.Kind
Columns = dict[str, Any]
# A contact with the purchase and the customer it stood on.
Stood = tuple[int, int | None, int | None]


@transaction.atomic
def merge_tickets(
    *, ticket: Ticket, into: Ticket, version: int, actor: User, note: str = ""
) -> TicketMerge:
    """Close ``ticket`` as merged: its contacts, promises and all else go to ``into``.

    Contacts that stand on the purchase of the merged ticket (or on none) go to the purchase of the
    other, and both are counted again. Asked twice it answers with the merge that stands. Raises
    ValidationError: changed since the page was drawn, or a pair that cannot be merged.
    """
    if not Ticket.objects.filter(pk=into.pk).exists():
        raise ValidationError({"into": _("There is no such ticket. Find it again.")})
    tickets = lock_tickets({ticket.pk, into.pk})
    old, new = tickets[ticket.pk], tickets[into.pk]
    if old.merged_into_id == new.pk:
        return TicketMerge.objects.standing().get(merged=old)
    _refuse_merge(old, new)
    if old.version != version:
        raise stale(old)
    merge = TicketMerge(merged=old, into=new, actor=actor, note=note.strip())
    contacts = Interaction.objects.filter(ticket=old).order_by("pk")
    places: list[Stood] = list(contacts.values_list("pk", "purchase_id", "customer_id"))
    merge.moved = {
        "contacts": places,
        "from": old.purchase_id,
        "purchase": new.purchase_id,
        **move_rows(old, to=new),
    }
    move_contacts(
        {key: _place_in(new, old, purchase, customer) for key, purchase, customer in places},
        ticket_id=new.pk,
    )
    _close(old, new, merge)
    merge.save(force_insert=True)
    _tell_contacts(places, merge, kind=Kind.MERGED, sides=(old.pk, new.pk), actor=actor)
    _tell(merge, kind=Kind.MERGED, actor=actor, note=merge.note)
    _count(old.purchase_id, new.purchase_id)
    return merge


@transaction.atomic
def undo_merge(*, merge: TicketMerge, actor: User) -> TicketMerge:
    """Move back exactly what moved; the ticket is again what it was. Safe twice.

    What came to the surviving ticket since stays there, but for the corrections of what moves
    back. Raises ValidationError when something has changed since that makes it impossible.
    """
    known = {place[1] for place in merge.moved["contacts"] if place[1] is not None}
    tickets = lock_tickets({merge.merged_id, merge.into_id}, purchases=known)
    fresh = TicketMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if fresh.undone_at is not None:
        return fresh
    old, new = tickets[fresh.merged_id], tickets[fresh.into_id]
    places = _places_to_restore(fresh, new)
    _refuse_undo(fresh, old, new)
    move_contacts(
        {key: Place(purchase, customer) for key, purchase, customer in places}, ticket_id=old.pk
    )
    move_rows_back(fresh.moved, at=new, to=old)
    _reopen(old, new, fresh)
    fresh.undone_at, fresh.undone_by = timezone.now(), actor
    fresh.save(update_fields=["undone_at", "undone_by"])
    _tell_contacts(places, fresh, kind=Kind.UNMERGED, sides=(new.pk, old.pk), actor=actor)
    _tell(fresh, kind=Kind.UNMERGED, actor=actor)
    _count(new.purchase_id, *(place[1] for place in places))
    return fresh


def _refuse_merge(old: Ticket, new: Ticket) -> None:
    """Raises ValidationError for two that cannot become one."""
    told: str | None = None
    if old.pk == new.pk:
        told = _("This is the ticket itself: choose the other one.")
    elif old.merged_into_id is not None:
        told = _("It was merged into #%(there)d already. Undo that first.")
    elif new.merged_into_id is not None:
        told = _("#%(into)d was itself merged into #%(its)d: choose that one.")
    elif new.state in Ticket.FINISHED and old.state not in Ticket.FINISHED:
        told = _("#%(into)d is finished, and this one is not. Merge the other way round.")
    elif new.purchase_id is None and old.purchase_id is not None:
        told = _("#%(into)d stands on no purchase, and this one does. Merge the other way round.")
    if told is not None:
        ends = {"into": new.pk, "there": old.merged_into_id or 0, "its": new.merged_into_id or 0}
        raise ValidationError({"into": told % ends})


def _place_in(new: Ticket, old: Ticket, purchase: int | None, customer: int | None) -> Place:
    """Where a contact stands after the merge; one about a third purchase stays on it."""
    if new.purchase_id is None or purchase not in {None, old.purchase_id}:
        return Place(purchase, customer)
    return Place(new.purchase_id, new.customer_id)


def _close(old: Ticket, new: Ticket, merge: TicketMerge) -> None:
    """Write both tickets, and note what stood in the columns before."""
    closed: Columns = {
        "state": Ticket.State.CLOSED,
        "merged_into_id": new.pk,
        "resolved_at": old.resolved_at or timezone.now(),
        "waiting_since": None,
        "waiting_until": None,
    }
    took: Columns = {}
    if new.state not in Ticket.FINISHED and old.waiting_since is not None:
        took["waiting_since"] = min(old.waiting_since, new.waiting_since or old.waiting_since)
        if new.state != Ticket.State.NEW:
            took |= {"state": Ticket.State.OPEN, "waiting_until": None}
    if new.reason_id is None and new.state not in Ticket.FINISHED:
        took["reason_id"] = old.reason_id
    answered = [at for at in (old.first_responded_at, new.first_responded_at) if at is not None]
    if answered and min(answered) != new.first_responded_at:
        took["first_responded_at"] = min(answered)
    closed |= change_columns(old, closed)
    took |= change_columns(new, took)
    for name, row, values in (("merged", old, closed), ("into", new, took)):
        merge.before[name] = {column: _kept(getattr(row, column)) for column in values}
        merge.after[name] = {column: _kept(value) for column, value in values.items()}
        _write(row, values)


def _reopen(old: Ticket, new: Ticket, merge: TicketMerge) -> None:
    """The merged ticket as it was; of the other, the columns that nobody changed since."""
    _write(old, _read(merge.before["merged"]))
    before, after = _read(merge.before["into"]), _read(merge.after["into"])
    same = all(getattr(new, column) == value for column, value in after.items())
    _write(new, before if same else {})


def _write(ticket: Ticket, values: Columns) -> None:
    """Write the columns, those about promises and followers, and a new version."""
    followers = Follower.objects.filter(ticket=ticket).values("ticket").annotate(n=Count("pk"))
    Ticket.objects.filter(pk=ticket.pk).update(
        **values,
        **promise_columns(ticket.pk),
        follower_count=Coalesce(Subquery(followers.order_by().values("n")), 0),
        version=F("version") + 1,
    )


def _kept(value: object) -> object:
    """A column as JSON keeps it, to the microsecond."""
    return value.isoformat() if isinstance(value, datetime) else value


def _read(columns: Mapping[str, Any]) -> Columns:
    """The columns as the row has them."""
    fields: dict[str, Any] = {field.attname: field for field in Ticket._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in columns.items()}


def _places_to_restore(merge: TicketMerge, new: Ticket) -> list[Stood]:
    """Each contact with the place it goes back to; corrections made since go with theirs.

    Raises ValidationError when one of them is somewhere else by now.
    """
    places = {key: (purchase, customer) for key, purchase, customer in merge.moved["contacts"]}
    wave = set(places)
    while wave:
        made = Interaction.objects.filter(corrects__in=wave, ticket=new).exclude(pk__in=places)
        wave = set()
        for key, first in made.values_list("pk", "corrects_id"):
            places[key] = places[first or 0]
            wave.add(key)
    expected = {key: _expected(merge, purchase) for key, (purchase, _customer) in places.items()}
    there = Interaction.objects.filter(pk__in=places, ticket=new)
    now = dict(there.values_list("pk", "purchase_id"))
    if now != expected:
        n = len([key for key, purchase in expected.items() if now.get(key, -1) != purchase])
        raise ValidationError(
            _(
                "%(n)d of the contacts that came with #%(ticket)d moved on since. Move them back first, or split off what belongs to it."
            )
            % {"n": n, "ticket": merge.merged_id}
        )
    return [(key, *place) for key, place in places.items()]


def _expected(merge: TicketMerge, purchase: int | None) -> int | None:
    """The purchase that the merge gave to a contact from there."""
    told = merge.moved["purchase"]
    stays = told is None or purchase not in {None, merge.moved["from"]}
    return purchase if stays else told


def _refuse_undo(merge: TicketMerge, old: Ticket, new: Ticket) -> None:
    """Raises ValidationError when the ticket cannot be again what it was."""
    if new.merged_into_id is not None:
        raise ValidationError(
            _("#%(into)d was merged into #%(its)d since. Undo that first.")
            % {"into": new.pk, "its": new.merged_into_id}
        )
    unfinished = merge.before["merged"]["state"] not in Ticket.FINISHED
    if not unfinished or old.purchase_id is None or old.external_ref or old.split_from_id:
        return
    beside = Ticket.objects.unfinished().filter(
        purchase=old.purchase_id, external_ref__isnull=True, split_from__isnull=True
    )
    other = beside.exclude(pk=old.pk).first()
    if other is not None:
        raise ValidationError(
            _(
                "#%(other)d was opened on the same purchase since, and one of them can be unfinished. Merge or resolve that one first."
            )
            % {"other": other.pk}
        )


def _tell(merge: TicketMerge, *, kind: TicketEvent.Kind, actor: User, note: str = "") -> None:
    """A row in the history of both tickets."""
    old, new = merge.merged, merge.into
    sides = (None, f"#{new.pk}") if kind == Kind.MERGED else (f"#{new.pk}", None)
    other = (None, f"#{old.pk}") if kind == Kind.MERGED else (f"#{old.pk}", None)
    TicketEvent.objects.bulk_create(
        [
            event(
                kind,
                actor=actor,
                ticket_id=old.pk,
                purchase_id=old.purchase_id,
                changes={"merged into": sides},
                note=note,
            ),
            event(
                kind,
                actor=actor,
                ticket_id=new.pk,
                purchase_id=new.purchase_id if new.purchase_id != old.purchase_id else None,
                changes={"merged here": other},
                note=note,
            ),
        ]
    )


def _tell_contacts(
    places: Sequence[Stood],
    merge: TicketMerge,
    *,
    kind: TicketEvent.Kind,
    sides: tuple[int, int],
    actor: User,
) -> None:
    """A row in the history of each contact alone: the tickets tell of all of them at once."""
    TicketEvent.objects.bulk_create(
        event(
            kind,
            actor=actor,
            interaction_id=key,
            changes={"ticket": (f"#{sides[0]}", f"#{sides[1]}")},
        )
        for key, _purchase, _customer in places
    )


def _count(*purchases: int | None) -> None:
    """Both purchases are counted again, where there are two."""
    touched = sorted({key for key in purchases if key is not None})
    if touched:
        count_again(touched)
