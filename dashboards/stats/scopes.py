"""A part of the shop: "" all of it, "c:<category>", "p:<product id>", as the counters write it."""

from django.db.models import Exists, OuterRef, Q

from purchases.models import PurchaseLine


def scope_of(*, product: int | None = None, category: str = "") -> str:
    """The scope of a product, else of a category, else of the whole shop."""
    if product is not None:
        return f"p:{product}"
    return f"c:{category}" if category else ""


def products_in(scope: str, path: str = "product") -> Q:
    """Rows whose product, found at ``path``, belongs to the scope."""
    kind, _colon, value = scope.partition(":")
    if kind == "p":
        return Q(**{f"{path}_id": int(value)})
    return Q(**{f"{path}__category": value}) if kind == "c" else Q()


def purchases_in(scope: str, path: str) -> Q:
    """Rows whose purchase's key, found at ``path``, has a line with a product of the scope."""
    if not scope:
        return Q()
    lines = PurchaseLine.objects.filter(products_in(scope), purchase=OuterRef(path))
    return Q(Exists(lines))
