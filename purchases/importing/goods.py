"""The products and lots that a chunk of rows names."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from jobs.importing.bulk import insert_rows
from jobs.importing.kinds import ChunkResult, Record
from purchases.importing.orders import Order
from purchases.models import Lot, Product
from purchases.rules import fold_name
from purchases.services.goods import mark_days_of_products


@dataclass(frozen=True)
class Goods:
    """Products by SKU, and the keys of lots by product and number; all of them stored."""

    products: dict[str, Product]
    lots: dict[tuple[int, str], int]

    def product(self, record: Record) -> Product | None:
        """The product of a row; None where it names none."""
        return self.products.get(record.values["sku"])

    def lot(self, record: Record, product: Product) -> int | None:
        """The key of a row's lot; None where it names none."""
        number = record.values["lot_number"]
        return self.lots[(product.pk, number)] if number else None


def save_goods(orders: Sequence[Order], result: ChunkResult) -> Goods:
    """Find or make every product and lot that the rows name."""
    named = [
        (order, record) for order in orders for record in order.records if record.values["sku"]
    ]
    products = _save_products(named, result)
    lots = _save_lots([record for _order, record in named], products, result)
    return Goods(products, lots)


def _save_products(
    named: Sequence[tuple[Order, Record]], result: ChunkResult
) -> dict[str, Product]:
    """Products by SKU; of known ones only what is empty is filled in."""
    skus = {record.values["sku"] for _order, record in named}
    products = {row.sku: row for row in Product.objects.filter(sku__in=skus)}
    new: list[Product] = []
    filled: dict[int, Product] = {}
    for order, record in named:
        sku, name = record.values["sku"], record.values["product_name"]
        category = record.values["category"] or ""
        product = products.get(sku)
        if product is None:
            made = Product(sku=sku, name=name or sku, category=category)
            made.name_folded = fold_name(made.name)
            products[sku] = made
            new.append(made)
        elif _fill(product, name, category):
            order.touched = True
            if product.pk:
                filled[product.pk] = product
    insert_rows(new)
    if filled:
        Product.objects.bulk_update(filled.values(), ["name", "name_folded", "category"])
        Product.objects.filter(pk__in=filled).update(version=F("version") + 1)
        mark_days_of_products(product_ids=filled)
    result.counts["products_created"] += len(new)
    return products


def _fill(product: Product, name: str | None, category: str) -> bool:
    """Fill in what is not known of a product yet (its SKU stands for a missing name)."""
    news = False
    if name and product.name == product.sku != name:
        product.name, product.name_folded = name, fold_name(name)
        news = True
    if category and not product.category:
        product.category = category
        news = True
    return news


def _save_lots(
    records: Sequence[Record], products: dict[str, Product], result: ChunkResult
) -> dict[tuple[int, str], int]:
    """The keys of lots by product and number."""
    wanted = {
        (products[record.values["sku"]].pk, record.values["lot_number"]): None
        for record in records
        if record.values["lot_number"]
    }
    if not wanted:
        return {}
    found = Lot.objects.filter(
        product__in={product for product, _number in wanted},
        number__in={number for _product, number in wanted},
    )
    lots = {
        (product, number): key
        for key, product, number in found.values_list("pk", "product_id", "number")
    }
    new = [
        Lot(product_id=product, number=number)
        for product, number in wanted
        if (product, number) not in lots
    ]
    insert_rows(new)
    result.counts["lots_created"] += len(new)
    return lots | {(row.product_id, row.number): row.pk for row in new}
