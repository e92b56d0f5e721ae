"""What the one box of the call form finds, and whether something still has to be chosen."""

from dataclasses import dataclass

from accounts.models import Shop
from purchases.finding import Found, find_purchases
from purchases.models import Customer, Purchase

LIMIT = 6


@dataclass(frozen=True)
class Matches:
    """Purchases that answer to what was typed, best first, and customers who bought nothing."""

    text: str
    purchases: list[Purchase]
    customers: list[Customer]
    more: bool
    # Only one customer answers, however many purchases they have.
    of_one: bool

    @property
    def is_one_customer(self) -> bool:
        """Whether all of it belongs to one customer: then nothing has to be chosen."""
        keys = {one.customer_id for one in self.purchases} | {one.pk for one in self.customers}
        return len(keys) == 1 and (self.of_one or not self.more)


def find_matches(text: str, *, shop: Shop) -> Matches:
    """Everything found for a number, a name or an address; nothing for an empty text."""
    found: Found = find_purchases(text, shop=shop, limit=LIMIT)
    purchases = [match.purchase for match in found.matches]
    bought = {one.customer_id for one in purchases}
    customers = [one.customer for one in found.customers if one.customer.pk not in bought]
    more = found.more or len(customers) > LIMIT
    of_one = len(found.customers) == 1
    return Matches(found.text, purchases, customers[:LIMIT], more, of_one)
