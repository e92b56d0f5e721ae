"""Filters that the lists behind the board share: part of the shop and cohort days."""

from datetime import tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.stats.lens import Lens
from helpdesk.lib.filters import Choices, Filter, Text, choice_filter, day_filter
from purchases.models import Product, PurchaseLine

BIGGEST_KEY = 2**63 - 1


def part_filters(purchase: str) -> tuple[Filter, ...]:
    """Product and category of the purchase whose key stands at ``purchase``."""
    lookup = f"{purchase}__in"
    return (
        Filter("product", lookup, gettext_lazy("Product"), _lines_of_product),
        Filter("category", lookup, gettext_lazy("Category"), _lines_of_category),
    )


def product_filters(product: str) -> tuple[Filter, ...]:
    """Product and category of a row whose product stands at ``product``."""
    return (
        Filter("product", product, gettext_lazy("Product"), _named_product),
        Filter("category", f"{product}__category", gettext_lazy("Category"), _text),
    )


def cohort_filters(clock_day: str) -> tuple[Filter, ...]:
    """From and to, for the day the purchase's clock started."""
    return (
        day_filter("from", f"{clock_day}__gte", gettext_lazy("Delivered from"), moment=False),
        day_filter("to", f"{clock_day}__lte", gettext_lazy("Delivered until"), moment=False),
    )


def moment_filters(moment: str, start: Text, end: Text) -> tuple[Filter, ...]:
    """From and to, for the days of a moment."""
    return (
        day_filter("from", f"{moment}__gte", start),
        day_filter("to", f"{moment}__lt", end, after=True),
    )


def mature_filter(clock_day: str, lens: Lens) -> Filter:
    """mature=1: cohort days of which every purchase is mature."""
    words = _("over %(days)d days old") % {"days": lens.window_days}
    return Filter(
        "mature",
        f"{clock_day}__lte",
        gettext_lazy("Mature"),
        lambda text, _zone: (lens.mature_until, words) if text == "1" else _only_one(),
    )


def only_filter(name: str, lookup: str, label: Text, value: object) -> Filter:
    """A parameter that can only be 1, and then asks for this value."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        return (value, _("yes")) if text == "1" else _only_one()

    return Filter(name, lookup, label, parse)


def state_filter(name: str, lookup: str, label: Text, choices: Choices) -> Filter:
    """One of a list of choices."""
    return choice_filter(name, lookup, label, choices, multiple=False)


def _only_one() -> tuple[object, str]:
    raise ValueError(_("Write 1, or leave it out."))


def _named_product(text: str, _zone: tzinfo) -> tuple[object, str]:
    product = _product(text)
    return product.pk, product.name


def _lines_of_product(text: str, _zone: tzinfo) -> tuple[object, str]:
    product = _product(text)
    return PurchaseLine.objects.filter(product=product).values("purchase_id"), product.name


def _product(text: str) -> Product:
    key = int(text) if text.isdecimal() else 0
    product = Product.objects.filter(pk=key).first() if 0 < key <= BIGGEST_KEY else None
    if product is None:
        raise ValueError(_("This product does not exist."))
    return product


def _lines_of_category(text: str, zone: tzinfo) -> tuple[object, str]:
    category, words = _text(text, zone)
    lines = PurchaseLine.objects.filter(product__category=category)
    return lines.values("purchase_id"), words


def _text(text: str, _zone: tzinfo) -> tuple[object, str]:
    if "\0" in text:
        raise ValueError(_("The text contains a character that cannot be searched for."))
    return text, text
