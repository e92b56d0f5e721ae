"""Purchases with their lines, made or changed by hand."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Shop, User
from accounts.services.history import changes_of, record_history
from purchases.models import Customer, Lot, Product, Purchase, PurchaseLine
from purchases.rules import fold_order_number, has_left_the_house
from purchases.services.awaited import lots_of, note_awaited
from purchases.services.clocks import apply_clock
from purchases.services.marks import mark_for_evaluation
from purchases.services.versions import Changes, change_row, refused_as

FIELDS = ("order_number", "customer", "ordered_at", "delivered_at", "status", "dispatched")
CLOCK_FIELDS = ("clock_kind", "clock_at", "clock_day", "window_ends_at")
LINE_FIELDS = ("quantity", "unit_price", "currency")


@dataclass(frozen=True)
class LineDraft:
    """One line as typed; equal products and lots may stand on several lines."""

    product: Product
    lot: Lot | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True)
class PurchaseDraft:
    """A purchase as typed. `dispatched` matters for a cancelled one: it then still counts."""

    order_number: str
    customer: Customer
    ordered_at: datetime
    delivered_at: datetime | None = None
    status: str = Purchase.Status.ORDERED
    dispatched: bool = False
    lines: tuple[LineDraft, ...] = ()

    def values(self) -> dict[str, object]:
        """The columns a person fills in; goods that were on their way have left the house."""
        told: dict[str, object] = {field: getattr(self, field) for field in FIELDS}
        left = has_left_the_house(status=self.status, delivered_at=self.delivered_at)
        return {**told, "dispatched": self.dispatched or left}


@transaction.atomic
def save_purchase(
    *,
    actor: User | None,
    shop: Shop,
    draft: PurchaseDraft,
    purchase: Purchase | None = None,
    version: int | None = None,
) -> Purchase:
    """Make a purchase, or change one; its lines become exactly those of the draft.

    Derives the clock again and marks the purchase for evaluation. Raises ValidationError: number
    taken, delivered before ordered, a lot of another product, stale version.
    """
    _check(draft)
    taken = _("Another purchase has this order number.")
    if purchase is None:
        purchase = Purchase(**draft.values())
        purchase.order_folded = fold_order_number(draft.order_number)
        apply_clock(purchase, shop)
        with refused_as(taken, "order_number"):
            purchase.save(force_insert=True)
        write_lines(purchase=purchase, lines=draft.lines)
        note_awaited(lot_ids=lots_of([purchase.pk]))
        mark_for_evaluation(purchase_ids=[purchase.pk])
        record_history(subject=purchase, verb="created", actor=actor)
        return purchase
    # The clock is derived on a copy: the row itself still tells what stands in the database.
    after = Purchase(**draft.values())
    apply_clock(after, shop)
    unseen: dict[str, object] = {field: getattr(after, field) for field in CLOCK_FIELDS}
    unseen["order_folded"] = fold_order_number(draft.order_number)
    lots = lots_of([purchase.pk])
    lines = write_lines(purchase=purchase, lines=draft.lines)
    # The board counts by product too, so other lines count elsewhere.
    is_counted_anew = bool(lines or changes_of(purchase, {**draft.values(), **unseen}))
    with refused_as(taken, "order_number"):
        change_row(
            row=purchase,
            version=version,
            values=draft.values(),
            unseen=unseen,
            more=lines,
            actor=actor,
        )
    if is_counted_anew:
        note_awaited(lot_ids=lots | lots_of([purchase.pk]))
        mark_for_evaluation(purchase_ids=[purchase.pk])
    return purchase


def write_lines(*, purchase: Purchase, lines: tuple[LineDraft, ...]) -> Changes:
    """Make the lines of a purchase these; tells what changed. Equal lines get their n-th place."""
    old = {
        (line.product_id, line.lot_id, line.occurrence): line
        for line in purchase.lines.select_related("product", "lot").order_by("pk")
    }
    before = [told(line) for line in old.values()]
    seen: Counter[tuple[int, int | None]] = Counter()
    after = []
    for draft in lines:
        same = (draft.product.pk, draft.lot.pk if draft.lot else None)
        seen[same] += 1
        line = old.pop((*same, seen[same]), None) or PurchaseLine(
            purchase=purchase, product=draft.product, lot=draft.lot, occurrence=seen[same]
        )
        for field in LINE_FIELDS:
            setattr(line, field, getattr(draft, field))
        line.save()
        after.append(told(line))
    PurchaseLine.objects.filter(pk__in=[line.pk for line in old.values()]).delete()
    same_lines = sorted(before) == sorted(after)
    return {} if same_lines else {"lines": ("; ".join(before), "; ".join(after))}


def told(line: PurchaseLine) -> str:
    """A line in words, for the history."""
    quantity = "" if line.quantity is None else f"{line.quantity.normalize():f} × "
    lot = f" ({line.lot.number})" if line.lot else ""
    price = "" if line.unit_price is None else f", {line.unit_price:.2f} {line.currency}".rstrip()
    return f"{quantity}{line.product.name}{lot}{price}"


def _check(draft: PurchaseDraft) -> None:
    """What no purchase may say."""
    if draft.delivered_at and draft.delivered_at < draft.ordered_at:
        refusal = _("Delivered before it was ordered: check both dates.")
        raise ValidationError({"delivered_at": refusal})
    for line in draft.lines:
        if line.lot and line.lot.product_id != line.product.pk:
            text = _("Lot %(lot)s is of another product than %(product)s.")
            raise ValidationError(text % {"lot": line.lot.number, "product": line.product.name})
