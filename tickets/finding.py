"""Everything an agent may see, by what they type: orders, customers, tickets, and words of texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.models import Shop
from helpdesk.lib.phones import looks_like_phone
from helpdesk.lib.wordindex import Hits, words_of
from purchases.finding import Found, find_purchases
from purchases.models import Lot
from purchases.prefixes import lots_like
from tickets.models import Interaction, Ticket, TicketEvent
from tickets.words import CONTACTS, NOTES, TICKETS

M = TypeVar("M", bound=Model)
# Fewer letters begin too many words.
SHORTEST_WORD = 3
_MOST_DIGITS = 15


@dataclass(frozen=True)
class Limits:
    """How many of each kind are shown."""

    purchases: int = 12
    tickets: int = 10
    notes: int = 8
    contacts: int = 20
    lots: int = 8


@dataclass(frozen=True)
class Everything:
    """What was found for a text, by kind, the best or latest first.

    ``words`` are those of the text as they are marked; ``more`` names the kinds of which not all
    that fit are here.
    """

    found: Found
    words: tuple[str, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    notes: tuple[TicketEvent, ...] = ()
    contacts: tuple[Interaction, ...] = ()
    lots: tuple[Lot, ...] = ()
    more: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether nothing fits."""
        texts = self.tickets or self.notes or self.contacts or self.lots
        return self.found.empty and not texts


def find_everything(
    text: str, *, shop: Shop, desk: bool, lots: bool, limits: Limits | None = None
) -> Everything:
    """What fits the text, of what the person may see (DESIGN 1).

    ``desk``: agents and managers, who see customers, tickets and what was said; others find a
    purchase by its number and goods alone. ``lots``: people who open lots. A text that is a known
    phone number is nothing else besides.
    """
    limits = limits or Limits()
    found = find_purchases(text, shop=shop, customers=desk, limit=limits.purchases)
    lots_found = _lots(found.text, limits.lots) if lots else ()
    is_caller = bool(found.customers) and looks_like_phone(found.text)
    if not desk or is_caller:
        return Everything(found, lots=lots_found)
    words = tuple(words_of(found.text))
    tickets, notes, contacts = Hits(), Hits(), Hits()
    if any(len(word) >= SHORTEST_WORD for word in words):
        tickets = TICKETS.find(found.text, limit=limits.tickets)
        notes = NOTES.find(found.text, limit=limits.notes)
        contacts = CONTACTS.find(found.text, limit=limits.contacts)
    numbered = _numbered(found.text)
    kinds = {"tickets": tickets, "notes": notes, "contacts": contacts}
    return Everything(
        found=found,
        words=words,
        tickets=_in_order(
            Ticket.objects.select_related("customer", "purchase", "owner"),
            [*numbered, *(key for key in tickets.keys if key not in numbered)],
        ),
        notes=_in_order(TicketEvent.objects.select_related("actor", "ticket"), notes.keys),
        contacts=_in_order(
            Interaction.objects.select_related("reason", "customer", "purchase"), contacts.keys
        ),
        lots=lots_found,
        more=frozenset(kind for kind, hits in kinds.items() if hits.more),
    )


def _numbered(text: str) -> list[int]:
    """The ticket a text names: #4711 or 4711."""
    digits = text.removeprefix("#")
    return (
        [int(digits)]
        if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
        else []
    )


def _lots(text: str, limit: int) -> tuple[Lot, ...]:
    """Lots whose number begins so."""
    if not text:
        return ()
    return tuple(lots_like(Lot.objects.select_related("product"), text).order_by("number")[:limit])


def _in_order(rows: QuerySet[M], keys: Sequence[int]) -> tuple[M, ...]:
    """The rows with these keys, in their order; no query for none."""
    if not keys:
        return ()
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
    return tuple(by_key[key] for key in keys if key in by_key)
