"""Whom a call is with, and what saving it would do to the tally."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import Shop
from helpdesk.lib.phones import looks_like_phone
from helpdesk.lib.prepared import Prepared
from purchases.models import Customer, Purchase
from tickets.forms.keys import KEY_DIGITS
from tickets.models import Interaction, Ticket
from tickets.rules import Standing, may_add_to
from tickets.views.casefile import CaseFile, card_of, read_case
from tickets.views.matching import Matches, find_matches
from tickets.views.timeline import ContactRow, contact_rows

LAST = 3
COUNTING = (Standing.NET, Standing.MERGED, Standing.LATER)


@dataclass(frozen=True)
class Preview:
    """What saving an inbound contact that counts would do to the tally."""

    net: int
    merged: int
    later: int
    standing: str
    reaches: bool


@dataclass(frozen=True)
class Subject:
    """Whom the contact is with: a purchase, a customer, a ticket, or only what was typed."""

    matches: Matches
    case: CaseFile | None
    customer: Customer | None
    ticket: Ticket | None
    last: list[ContactRow]
    preview: Preview | None

    @property
    def with_ticket(self) -> SafeString:
        """Goes behind the address of a match: a ticket that stands on no purchase yet stays the
        one that the contact is about, and comes along to the purchase chosen."""
        loose = self.ticket is not None and self.ticket.purchase_id is None
        return (
            SafeString(f"&amp;ticket={self.ticket.pk}") if self.ticket and loose else SafeString()
        )

    @property
    def again(self) -> Interaction | None:
        """The last contact about the purchase, while another may be added to it."""
        last = self.last[0].contact if self.last else None
        return last if last is not None and may_add_to(last, now=timezone.now()) else None


def read_subject(asked: Any, *, shop: Shop) -> Subject:
    """Whom the address, the draft or the posted form names; what stands in the box finds the rest."""
    matches = first_found(typed_texts(asked), shop=shop)
    named = key_of(asked, "ticket")
    ticket = Ticket.objects.filter(pk=named).first() if named else None
    purchase = chosen_purchase(asked, matches, ticket)
    customer = None if purchase is not None else chosen_customer(asked, matches, ticket)
    if purchase is None:
        return Subject(matches, None, customer, ticket, [], None)
    last = _last_of(purchase.pk)
    return Subject(
        matches=matches,
        case=read_case(purchase),
        customer=None,
        ticket=ticket,
        last=contact_rows(
            last,
            newest_number=purchase.net_interactions,
            threshold=shop.threshold,
        ),
        preview=preview_of(purchase, last, shop),
    )


def typed_texts(asked: Any) -> list[str]:
    """What may stand in the box, the surest first: what was typed, then the number that calls."""
    given = (asked.get("q"), asked.get("phone"), asked.get("caller"))
    texts = [with_plus(text) for text in given if text and text.strip()]
    # What is typed by hand is all there is; only a link names a number beside it.
    return texts[:2] if asked.get("phone") else texts[:1]


def with_plus(text: str) -> str:
    """A number's plus arrives from a link as a space, and still counts."""
    stripped = text.strip()
    plus = text[:1] == " " and stripped[:1] != "0" and looks_like_phone(stripped)
    return f"+{stripped}" if plus else stripped


def first_found(texts: list[str], *, shop: Shop) -> Matches:
    """What the first text finds that finds anything; else nothing, under the last one."""
    matches = find_matches("", shop=shop)
    for text in texts:
        matches = find_matches(text, shop=shop)
        if matches.purchases or matches.customers:
            break
    return matches


def key_of(asked: Any, name: str) -> int | None:
    """A key from the address; None for anything else."""
    text: str = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= KEY_DIGITS else None


def chosen_purchase(asked: Any, matches: Matches, ticket: Ticket | None) -> Any:
    """The purchase named, else the ticket's, else the newest when only one customer was found."""
    key: int | None = key_of(asked, "purchase") or (ticket.purchase_id if ticket else None)
    if key is None and not key_of(asked, "customer") and matches.is_one_customer:
        key = matches.purchases[0].pk if matches.purchases else None
    return card_of.first(key) if key else None


def chosen_customer(asked: Any, matches: Matches, ticket: Ticket | None) -> Customer | None:
    """The customer named, else the ticket's, else the only one found."""
    key = key_of(asked, "customer") or (ticket.customer_id if ticket else None)
    if key is None and matches.is_one_customer and matches.customers:
        return matches.customers[0]
    found = Customer.objects.select_related("merged_into").filter(pk=key).first() if key else None
    return found.survivor() if found else None


_last_of = Prepared(
    lambda purchase: Interaction.objects.current().filter(purchase=purchase).for_timeline()[:LAST]
)


def counted_last(
    purchase: Purchase, last: Sequence[Interaction], *, now: datetime
) -> datetime | None:
    """When the purchase last had a contact that counts until now.

    ``last`` are its last contacts, the newest first: only where none of them is it, and there may
    be more, the database is asked.
    """
    for contact in last:
        if contact.standing in COUNTING and contact.occurred_at <= now:
            return contact.occurred_at
    if len(last) < LAST:
        return None
    counting = Interaction.objects.filter(purchase=purchase, standing__in=COUNTING)
    until_now = counting.filter(occurred_at__lte=now).order_by("-occurred_at")
    return until_now.values_list("occurred_at", flat=True).first()


def preview_of(purchase: Purchase, last: Sequence[Interaction], shop: Shop) -> Preview:
    """The tally after one more inbound contact that counts, saved now (METHOD 1)."""
    now = timezone.now()
    previous = counted_last(purchase, last, now=now)
    if previous is not None and now - previous < timedelta(hours=shop.merge_hours):
        standing = Standing.MERGED
    elif now >= purchase.window_ends_at:
        standing = Standing.LATER
    else:
        standing = Standing.NET
    net = purchase.net_interactions + (standing == Standing.NET)
    return Preview(
        net=net,
        merged=purchase.merged_interactions + (standing == Standing.MERGED),
        later=purchase.later_interactions + (standing == Standing.LATER),
        standing=standing,
        reaches=purchase.net_interactions < shop.threshold <= net,
    )
