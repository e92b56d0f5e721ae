"""What hangs on a ticket, and how it moves to another one: contacts by place, the rest by key."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from tickets.models import Attachment, Follower, Goodwill, HelpRequest, Interaction, Promise, Ticket

UNATTRIBUTED, EXCLUDED = Interaction.Standing.UNATTRIBUTED, Interaction.Standing.EXCLUDED
# What follows a ticket that is merged, by the name under which its keys are written down. Contacts
# move by their own rule; history, and notes with it, stays where it was written. A test finds what
# is in neither. Beside each table the column of which a ticket has each value once.
FOLLOWS: dict[str, tuple[type[Model], str]] = {
    "promises": (Promise, ""),
    "followers": (Follower, "person"),
    "help_requests": (HelpRequest, ""),
    "goodwill": (Goodwill, ""),
    "attachments": (Attachment, ""),
}
# Runs of procedures are of the room above, which finds those of the tickets merged into one.
STAYS = frozenset({"interactions", "events", "merges", "merges_here", "procedure_runs"})


class Place(NamedTuple):
    """Where a contact stands: with a purchase, its customer."""

    purchase: int | None
    customer: int | None


def move_contacts(places: Mapping[int, Place], *, ticket_id: int | None) -> None:
    """Put contacts on a ticket, each at its place; the purchases are counted by the caller."""
    groups: dict[Place, list[int]] = defaultdict(list)
    for key, place in places.items():
        groups[place].append(key)
    for place, keys in groups.items():
        values: dict[str, Any] = {
            "ticket": ticket_id,
            "purchase": place.purchase,
            "customer": place.customer,
        }
        rows = Interaction.objects.filter(pk__in=keys)
        current = rows.filter(superseded_at__isnull=True).exclude(purchase=place.purchase)
        # Those that change their purchase stand as the database lets them, until the recount says
        # what they are; what is superseded counts nowhere.
        current.update(**values, standing=UNATTRIBUTED if place.purchase is None else EXCLUDED)
        rows.update(**values)


def move_rows(ticket: Ticket, *, to: Ticket) -> dict[str, list[int]]:
    """Give all that follows a ticket to another; returns the keys of what moved."""
    moved = {}
    for name, (model, once) in FOLLOWS.items():
        rows = _free(model._default_manager.filter(ticket=ticket), once, to=to)
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        model._default_manager.filter(pk__in=moved[name]).update(ticket=to)
    return moved


def move_rows_back(moved: Mapping[str, Any], *, at: Ticket, to: Ticket) -> None:
    """Move back what ``move_rows`` moved, as far as it still is where it was moved to."""
    for name, (model, once) in FOLLOWS.items():
        rows = model._default_manager.filter(pk__in=moved.get(name, []), ticket=at)
        keys = list(_free(rows, once, to=to).values_list("pk", flat=True))
        model._default_manager.filter(pk__in=keys).update(ticket=to)


def _free(rows: QuerySet[Any], once: str, *, to: Ticket) -> QuerySet[Any]:
    """Those rows whose like the other ticket does not have already."""
    if not once:
        return rows
    there = rows.model._default_manager.filter(ticket=to)
    return rows.exclude(**{f"{once}__in": list(there.values_list(once, flat=True))})
