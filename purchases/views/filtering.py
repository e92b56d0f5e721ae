"""Filters that several lists of this room share."""

from datetime import tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from helpdesk.lib.filters import Filter
from purchases.models import Product, PurchaseLine


def category_choices() -> list[tuple[str, str]]:
    """The categories in use."""
    return [(name, name) for name in Product.objects.categories()]


def product_filter(name: str, lookup: str, label: str | Promise) -> Filter:
    """A product by its SKU; `lookup` compares with the product's key."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        product = product_with(text)
        return product.pk, product.name

    return Filter(name, lookup, label, parse)


def sold_product_filter(name: str, label: str | Promise) -> Filter:
    """Purchases of a product, by its SKU."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        product = product_with(text)
        return PurchaseLine.objects.filter(product=product).values("purchase"), product.name

    return Filter(name, "pk__in", label, parse)


def sold_category_filter(name: str, label: str | Promise) -> Filter:
    """Purchases with a product of a category."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        if not Product.objects.filter(category=text).exists():
            raise ValueError(_("No product is in this category. Choose one of the list."))
        return PurchaseLine.objects.filter(product__category=text).values("purchase"), text

    return Filter(name, "pk__in", label, parse)


def product_with(sku: str) -> Product:
    """The product with a SKU. Raises ValueError with a message for the person."""
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        raise ValueError(_("No product has this SKU. Choose one of the list."))
    return product
