"""What a scanned or typed code stands for."""

from django.db.models import QuerySet

from purchases.models import Lot
from purchases.rules import fold_order_number
from quality.services.serials import parts_with

# A code on more lots than this is no code.
MOST = 50


def lots_for_code(code: str) -> QuerySet[Lot]:
    """The lots a code may mean: by lot number (as printed, or in another case), else by order, else
    by a serial number that a part of a lot names.

    Several when products share a lot number, or the order has several lots; none when unknown.
    """
    text = code.strip()
    lots = Lot.objects.select_related("product", "maker").order_by("product__name", "number", "pk")
    if not text:
        return lots.none()
    for numbers in ([text], [text.upper(), text.lower()]):
        found = lots.filter(number__in=numbers)
        if found.exists():
            return found[:MOST]
    folded = fold_order_number(text)
    ordered = lots.filter(lines__purchase__order_folded=folded).distinct()
    if folded and ordered.exists():
        return ordered[:MOST]
    return lots.filter(pk__in=[part.lot_id for part in parts_with(text)])[:MOST]
