"""The reason tree a new shop starts with; the admin changes it to their own words."""

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from accounts.services import record_history
from tickets.models import Fault, Reason


class StarterLeaf(NamedTuple):
    """A leaf by its name and whether it counts as an interaction (METHOD 1)."""

    name: str
    counts: bool = True


class StarterGroup(NamedTuple):
    """A group whose leaves all name the same fault."""

    name: str
    fault: Fault
    leaves: tuple[StarterLeaf, ...]


TREE = (
    StarterGroup(
        _("Goods"),
        Fault.GOODS,
        (
            StarterLeaf(_("Cracked or broken")),
            StarterLeaf(_("Wrong colour or size")),
            StarterLeaf(_("Wears out early")),
        ),
    ),
    StarterGroup(
        _("Delivery"),
        Fault.DELIVERY,
        (
            StarterLeaf(_("Late")),
            StarterLeaf(_("Lost or returned")),
            StarterLeaf(_("Parcel damaged")),
        ),
    ),
    StarterGroup(
        _("Information"),
        Fault.INFORMATION,
        (
            StarterLeaf(_("How to use or clean")),
            StarterLeaf(_("Page not right")),
            StarterLeaf(_("Where is my order")),
        ),
    ),
    StarterGroup(
        _("Promise"),
        Fault.PROMISE,
        (
            StarterLeaf(_("Call-back not made")),
            StarterLeaf(_("Replacement not sent")),
            StarterLeaf(_("Refund not made")),
        ),
    ),
    StarterGroup(
        _("Procedure"),
        Fault.PROCEDURE,
        (
            StarterLeaf(_("Return too hard")),
            StarterLeaf(_("Wrong invoice")),
            StarterLeaf(_("Told twice, no action")),
        ),
    ),
    StarterGroup(
        _("No fault"),
        Fault.NONE,
        (
            StarterLeaf(_("New order"), counts=False),
            StarterLeaf(_("Wish or question")),
            StarterLeaf(_("Compliment"), counts=False),
        ),
    ),
)


@transaction.atomic
def plant_starter_reasons(*, actor: User | None) -> int:
    """Give a shop without reasons the tree; returns how many leaves were made, 0 where one stands."""
    if Reason.objects.exists():
        return 0
    for place, group in enumerate(TREE):
        parent = Reason.objects.create(name=gettext(group.name), position=place)
        record_history(subject=parent, verb="created", actor=actor, note=parent.name)
        Reason.objects.bulk_create(
            Reason(
                parent=parent,
                name=gettext(leaf.name),
                fault=group.fault,
                counts=leaf.counts,
                position=at,
            )
            for at, leaf in enumerate(group.leaves)
        )
    return sum(len(group.leaves) for group in TREE)
