"""Variables in texts that people keep: ``{{customer}}`` and the like, filled in as plain words.

Nothing in such a text is executed: a variable is one word of the list below, and what it stands
for is never looked at again.
"""

import re
from collections.abc import Mapping

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Shop, User
from purchases.models import Customer, Product, Purchase
from tickets.models import Ticket

VARIABLES = {
    "customer": gettext_lazy("the name of the customer"),
    "order": gettext_lazy("the order number"),
    "product": gettext_lazy("the first product of the purchase"),
    "ordered": gettext_lazy("the day of the order"),
    "delivered": gettext_lazy("the day of the delivery"),
    "ticket": gettext_lazy("the number of the ticket"),
    "subject": gettext_lazy("the subject of the ticket"),
    "promise": gettext_lazy("when the next promise falls due"),
    "agent": gettext_lazy("your own name"),
    "shop": gettext_lazy("the name of the shop"),
}
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no variable."""
    return [name for name in _VARIABLE.findall(text) if name not in VARIABLES]


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with its variables filled in, and the names of those that nothing is known for.

    Those stay visible as "[order]", so that somebody who writes on sees what is missing.
    """
    missing: list[str] = []

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1], "")
        if not value:
            missing.append(found[1])
        return value or f"[{found[1]}]"

    return _VARIABLE.sub(put, text), missing


def values_of(
    *,
    person: User,
    shop: Shop,
    ticket: Ticket | None = None,
    purchase: Purchase | None = None,
    customer: Customer | None = None,
    product: Product | None = None,
) -> dict[str, str]:
    """What the variables stand for; "" for what is not known."""
    purchase = purchase or (ticket.purchase if ticket else None)
    customer = customer or (ticket.customer if ticket else None)
    customer = customer or (purchase.customer if purchase else None)
    product = product or (ticket.product if ticket else None)
    due = ticket.next_promise_at if ticket else None
    return {
        "customer": customer.name if customer else "",
        "order": purchase.order_number if purchase else "",
        "product": product.name if product else "",
        "ordered": date_format(timezone.localtime(purchase.ordered_at)) if purchase else "",
        "delivered": date_format(timezone.localtime(purchase.delivered_at))
        if purchase and purchase.delivered_at
        else "",
        "ticket": f"#{ticket.pk}" if ticket else "",
        "subject": ticket.subject if ticket else "",
        "promise": date_format(timezone.localtime(due), "DATETIME_FORMAT") if due else "",
        "agent": person.name,
        "shop": shop.name,
    }


def refusal_of(unknown: list[str]) -> str:
    """What to tell somebody who wrote variables that do not exist."""
    return _("There is no variable %(wrong)s. These exist: %(known)s.") % {
        "wrong": ", ".join(f"{{{{{name}}}}}" for name in unknown),
        "known": ", ".join(f"{{{{{name}}}}}" for name in VARIABLES),
    }
