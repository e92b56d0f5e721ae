"""What a ticket keeps of its purchase, so that the queue sorts and filters a million by an index.

The purchase stays the truth. Logging writes the copies of the ticket it joins; every recount
(after an import, a move, a changed order) and every change of a flag brings the others up to date.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from purchases.models import Purchase, PurchaseLine
from purchases.services import set_flag_state as set_flag_state_of_purchases
from tickets.models import Ticket

Mirrored = Mapping[str, Any]

CHUNK = 1_000
# Tickets whose copies differ; what is missing on either side counts as 0, which no key is.
DIFFERING = """
SELECT t.id FROM tickets_ticket t JOIN purchases_purchase p ON p.id = t.purchase_id
WHERE (t.tally IS NULL OR t.tally <> p.net_interactions
  OR t.flagged <> (p.flag_state IN ('open', 'acknowledged'))
  OR coalesce(t.product_id, 0) <> coalesce((
    SELECT l.product_id FROM purchases_purchaseline l
    WHERE l.purchase_id = p.id ORDER BY l.id LIMIT 1), 0)) {chosen}
"""


@transaction.atomic(savepoint=False)
def mirror_purchases(*, purchase_ids: Sequence[int]) -> int:
    """Bring the tickets of these purchases up to date; returns how many differed.

    Call it under the locks of the purchases.
    """
    if not purchase_ids:
        return 0
    marks = ", ".join(["%s"] * len(purchase_ids))
    # Said of both sides: the planner does not carry a list over the join.
    chosen = f"AND p.id IN ({marks}) AND t.purchase_id IN ({marks})"
    return _copy(_differing(chosen, [*purchase_ids, *purchase_ids]))


def mirror_all() -> int:
    """Bring every ticket up to date, a thousand at a time; returns how many differed.

    Each write brings its own tickets along; this finds what slipped through (beat asks daily).
    """
    keys = _differing("", [])
    return sum(_copy(keys[at : at + CHUNK]) for at in range(0, len(keys), CHUNK))


@transaction.atomic
def set_flag_state(*, purchase_ids: Collection[int], state: str) -> None:
    """Keep the state of their flags on these purchases and their tickets (thresholds calls this)."""
    set_flag_state_of_purchases(purchase_ids=purchase_ids, state=state)
    ids = sorted(purchase_ids)
    flagged = state in Purchase.UNFINISHED_FLAG
    for at in range(0, len(ids), CHUNK):
        tickets = Ticket.objects.filter(purchase__in=ids[at : at + CHUNK])
        tickets.exclude(flagged=flagged).update(flagged=flagged)


def _differing(chosen: str, params: list[int]) -> list[int]:
    """The keys of tickets whose copies are not what the purchase says."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING.format(chosen=chosen), params)
        return [key for (key,) in cursor.fetchall()]


def _copy(keys: Sequence[int]) -> int:
    """Copy from the purchase to these tickets; their versions stay, as nobody changed them."""
    if not keys:
        return 0
    purchase = Purchase.objects.filter(pk=OuterRef("purchase"))
    lines = PurchaseLine.objects.filter(purchase=OuterRef("purchase")).order_by("pk")
    return Ticket.objects.filter(pk__in=keys).update(
        tally=Subquery(purchase.values("net_interactions")),
        flagged=Exists(purchase.filter(flag_state__in=Purchase.UNFINISHED_FLAG)),
        product=Subquery(lines.values("product")[:1]),
    )
