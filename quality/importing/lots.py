"""The lots that rows name: found, or made where the SKU is given."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.importing.kinds import ChunkResult, ImportContext, Record
from purchases.models import Lot, Product
from purchases.services.lots import make_lots, make_products, name_makers
from quality.importing.people import People


def lots_of(
    records: Sequence[Record], people: People, context: ImportContext, result: ChunkResult
) -> list[tuple[Record, Lot]]:
    """The rows whose lot is known or could be made, with it; the others are rejected.

    Without a SKU the lot number must be there already, and on one product only. A lot whose maker
    was unknown gets the row's; a row that names another maker than the lot's is rejected.
    """
    numbers = {record.values["lot_number"] for record in records}
    there: dict[str, list[Lot]] = defaultdict(list)
    for lot in Lot.objects.filter(number__in=numbers).select_related("product", "maker"):
        there[lot.number].append(lot)
    made = _missing(records, there, people)
    found: list[tuple[Record, Lot]] = []
    for record in records:
        named = _lot_of(record, there, made, context, result)
        if named is not None:
            found.append((record, named))
    return _with_maker(found, people, context, result)


def _missing(
    records: Sequence[Record], there: dict[str, list[Lot]], people: People
) -> dict[tuple[str, str], Lot]:
    """Lots made for rows that name a SKU and a number which are not there together yet."""
    known = {(lot.product.sku, number) for number, lots in there.items() for lot in lots}
    wanted: dict[tuple[str, str], User] = {}
    for record in records:
        values = record.values
        key = (values["sku"] or "", values["lot_number"])
        # A row that will be refused makes no lot.
        if key[0] and key not in known and people[values["maker"]] != people[values["inspector"]]:
            wanted.setdefault(key, people[values["maker"]])
    if not wanted:
        return {}
    skus = {sku for sku, _number in wanted}
    products = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    products |= make_products(skus=skus - products.keys())
    lots = make_lots(wanted={(products[s].pk, n): maker for (s, n), maker in wanted.items()})
    return {(s, n): lots[(products[s].pk, n)] for s, n in wanted}


def _lot_of(
    record: Record,
    there: dict[str, list[Lot]],
    made: dict[tuple[str, str], Lot],
    context: ImportContext,
    result: ChunkResult,
) -> Lot | None:
    """The lot of a row; None when the row was rejected."""
    sku, number = record.values["sku"], record.values["lot_number"]
    lots = [lot for lot in there.get(number, []) if not sku or lot.product.sku == sku]
    if sku and (sku, number) in made:
        return made[(sku, number)]
    if len(lots) == 1:
        return lots[0]
    if lots:
        result.reject(
            context, record, "lot_number", _("Several products have this lot: give the SKU.")
        )
    elif sku:
        result.reject(context, record, "inspector", _("The inspector is the maker."))
    else:
        result.reject(
            context, record, "lot_number", _("No lot has this number; with its SKU it is made.")
        )
    return None


def _with_maker(
    found: list[tuple[Record, Lot]], people: People, context: ImportContext, result: ChunkResult
) -> list[tuple[Record, Lot]]:
    """Only rows that agree with the lot about who made it; unknown makers are named."""
    agreed: list[tuple[Record, Lot]] = []
    unknown: dict[Lot, User] = {}
    for record, lot in found:
        maker = people[record.values["maker"]]
        known = lot.maker or unknown.get(lot)
        if maker == people[record.values["inspector"]]:
            result.reject(context, record, "inspector", _("The inspector is the maker."))
        elif known is not None and known != maker:
            reason = _("The lot was made by %(name)s.") % {"name": known.name}
            result.reject(context, record, "maker", reason)
        else:
            agreed.append((record, lot))
            if known is None:
                unknown[lot] = maker
    if unknown:
        name_makers(makers=unknown, actor=context.actor)
    return agreed
