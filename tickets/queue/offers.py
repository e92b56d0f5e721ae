"""What there is to choose from in the filters of the queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Team, User
from purchases.models import Product
from tickets.models import Interaction, Reason, Ticket
from tickets.queue.filters import LATE, ME, NOBODY
from tickets.services.owners import WORKERS

# Products that are in the queue; with more, the others are found by their purchase.
MOST_PRODUCTS = 200


@dataclass(frozen=True)
class Offer:
    """One value of a filter."""

    value: str
    words: str
    ticked: bool


@dataclass(frozen=True)
class Group:
    """A filter with its values."""

    name: str
    label: str
    offers: list[Offer]


def filter_offers(typed: Mapping[str, set[str]]) -> list[Group]:
    """Every filter with all its values, those of the address ticked."""

    def group(name: str, label: str, choices: Iterable[tuple[object, object]]) -> Group:
        there = typed.get(name, set())
        offers = [Offer(str(value), str(words), str(value) in there) for value, words in choices]
        return Group(name, label, offers)

    people = User.objects.active().with_role(*WORKERS).order_by("name").values_list("pk", "name")
    teams = Team.objects.in_use().values_list("pk", "name")
    leaves = Reason.objects.leaves().in_use()
    reasons = [(leaf.pk, f"{leaf.parent.name}: {leaf.name}") for leaf in leaves if leaf.parent]
    return [
        group("state", _("State"), Ticket.State.choices),
        group("priority", _("Priority"), reversed(Ticket.Priority.choices)),
        group("owner", _("Owner"), [(ME, _("me")), (NOBODY, _("nobody")), *people]),
        group("team", _("Team"), [(ME, _("mine")), (NOBODY, _("none")), *teams]),
        group("channel", _("Channel"), Interaction.Channel.choices),
        group("reason", _("Reason"), [(NOBODY, _("not known")), *reasons]),
        group("late", _("Late"), LATE.items()),
        group("product", _("Product"), [(NOBODY, _("none")), *products_in_queue()]),
    ]


def products_in_queue() -> list[tuple[int, str]]:
    """The first products of the purchases that unfinished tickets are about."""
    there = Ticket.objects.unfinished().filter(product=OuterRef("pk"))
    rows = Product.objects.filter(Exists(there)).order_by("name", "pk")
    return list(rows.values_list("pk", "name")[:MOST_PRODUCTS])
