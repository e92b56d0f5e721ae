"""Products, and the lots they were made in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from purchases.models import Lot, Product, Purchase
from purchases.rules import fold_name
from purchases.services.marks import put_marks
from purchases.services.versions import change_row, refused_as


@dataclass(frozen=True)
class ProductDraft:
    """A product as typed; a retired one is no longer offered and keeps its purchases."""

    sku: str
    name: str
    category: str = ""
    retired: bool = False


@dataclass(frozen=True)
class LotDraft:
    """A lot as typed."""

    product: Product
    number: str
    maker: User | None = None
    made_on: date | None = None
    quantity: int | None = None


@transaction.atomic
def save_product(
    *,
    actor: User | None,
    draft: ProductDraft,
    product: Product | None = None,
    version: int | None = None,
) -> Product:
    """Make a product, or change one. Raises ValidationError: SKU taken, stale version."""
    values: dict[str, object] = {"sku": draft.sku, "name": draft.name, "category": draft.category}
    unseen = {"name_folded": fold_name(draft.name)}
    taken = _("Another product has this SKU.")
    if product is None:
        retired_at = timezone.now() if draft.retired else None
        with refused_as(taken, "sku"):
            product = Product.objects.create(**values, **unseen, retired_at=retired_at)
        record_history(subject=product, verb="created", actor=actor)
        return product
    if draft.retired != (product.retired_at is not None):
        values["retired_at"] = timezone.now() if draft.retired else None
    moved = product.category != draft.category
    with refused_as(taken, "sku"):
        change_row(row=product, version=version, values=values, unseen=unseen, actor=actor)
    if moved:
        mark_days_of_products(product_ids=[product.pk])
    return product


def mark_days_of_products(*, product_ids: Collection[int]) -> int:
    """Have every day on which these products were bought counted again, by one purchase of each day.

    The board counts by category, so call it where a product's category changed. A day is counted
    as a whole: a popular product needs no mark on every purchase of it.
    """
    days = Purchase.objects.filter(lines__product__in=product_ids).values("clock_day").order_by()
    return put_marks(sorted(days.annotate(key=Min("pk")).values_list("key", flat=True)))


@transaction.atomic
def save_lot(
    *, actor: User | None, draft: LotDraft, lot: Lot | None = None, version: int | None = None
) -> Lot:
    """Make a lot, or change one.

    Raises ValidationError: number taken for the product, stale version, product changed though it
    was sold, or what the database refuses (the maker of a lot that has been inspected).
    """
    values: dict[str, object] = {
        "product": draft.product,
        "number": draft.number,
        "maker": draft.maker,
        "made_on": draft.made_on,
        "quantity": draft.quantity,
    }
    taken = _("This product already has a lot with this number.")
    if lot is None:
        with refused_as(taken, "number"):
            lot = Lot.objects.create(**values)
        record_history(subject=lot, verb="created", actor=actor)
        return lot
    if draft.product.pk != lot.product_id and lot.lines.exists():
        refusal = _("This lot has been sold: its product cannot change. Make another lot.")
        raise ValidationError({"product": refusal})
    try:
        with transaction.atomic():
            change_row(row=lot, version=version, values=values, actor=actor)
    except IntegrityError as error:
        if "lot_once_per_product" in str(error) or "UNIQUE" in str(error):
            raise ValidationError({"number": taken}) from error
        if "lot_product_kept_once_inspected" in str(error):
            refusal = _("This lot has been inspected: its product cannot change. Make another lot.")
            raise ValidationError({"product": refusal}) from error
        refusal = _("The maker cannot change any more: this lot has been inspected.")
        raise ValidationError({"maker": refusal}) from error
    return lot


@transaction.atomic
def set_lot_state(*, lot: Lot, state: str, reason: str = "", actor: User | None) -> bool:
    """Move a lot to a state, with its reason, and tell the history; False when it is there already.

    On hold and rejected need a reason (the database refuses them without one).
    """
    now = timezone.now()
    reason = reason[:300]
    current = Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)
    if (current.state, current.state_reason) == (state, reason):
        return False
    Lot.objects.filter(pk=lot.pk).update(state=state, state_reason=reason, state_since=now)
    record_history(
        subject=lot,
        verb="state",
        actor=actor,
        changes={"state": (current.state, state)},
        note=reason,
    )
    lot.state, lot.state_reason, lot.state_since = state, reason, now
    return True


@transaction.atomic
def add_lot_part(*, lot: Lot, released: int = 0, rejected: int = 0, actor: User | None) -> None:
    """Count a part of a lot as released or rejected, and tell the history.

    The database refuses more than was made, and sums that are not those of the decided parts.
    """
    Lot.objects.filter(pk=lot.pk).update(
        quantity_released=F("quantity_released") + released,
        quantity_rejected=F("quantity_rejected") + rejected,
    )
    before = {
        "quantity_released": lot.quantity_released,
        "quantity_rejected": lot.quantity_rejected,
    }
    lot.refresh_from_db(fields=list(before))
    changes = {
        name: (old, getattr(lot, name)) for name, old in before.items() if getattr(lot, name) != old
    }
    record_history(subject=lot, verb="changed", actor=actor, changes=changes)
