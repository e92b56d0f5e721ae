"""The contacts a flag rests on, each with its place in the count."""

from dataclasses import dataclass

from purchases.models import Purchase
from tickets.models import Interaction

# A flag rests on a handful; a purchase with hundreds shows its newest.
MOST_SHOWN = 60
ICONS = {
    "phone": "phone",
    "email": "mail",
    "chat": "message-circle",
    "visit": "store",
    "web": "globe",
    "social": "share-2",
    "post": "mailbox",
    "other": "circle-ellipsis",
}


@dataclass(frozen=True)
class Evidence:
    """One counted contact; ``place`` is its place in the count, ``over`` at or over the number."""

    contact: Interaction
    place: int
    icon: str
    over: bool


def evidence_of(purchase: Purchase, *, number: int) -> list[Evidence]:
    """The counted contacts of a purchase, newest first, at most ``MOST_SHOWN``."""
    contacts = (
        Interaction.objects.filter(purchase=purchase, standing=Interaction.Standing.NET)
        .for_timeline()
        .select_related("reason", "agent")[:MOST_SHOWN]
    )
    last = purchase.net_interactions
    return [
        Evidence(
            contact=contact,
            place=last - index,
            icon=ICONS[contact.channel],
            over=last - index >= number,
        )
        for index, contact in enumerate(contacts)
    ]
