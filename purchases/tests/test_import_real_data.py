"""Real purchases from three shops that are nothing alike."""

import pytest

from purchases.importing import PURCHASES
from purchases.models import Customer, CustomerEmail, Lot, Product, Purchase, PurchaseLine
from tests.importing import SHARED, import_file

pytestmark = [
    pytest.mark.shared,
    pytest.mark.django_db,
    pytest.mark.skipif(not SHARED.exists(), reason="the sample data is not beside the checkout"),
]
TABLES = (Customer, CustomerEmail, Lot, Product, Purchase, PurchaseLine)


def everything() -> list[object]:
    """All rows of the room, with every column."""
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


@pytest.mark.parametrize(
    ("folder", "purchases", "rows", "lines", "customers", "products"),
    [
        ("helpdesk", 865, 865, 865, 394, 21),
        # 775 orders without goods; equal rows of an order are lines of their own.
        ("olist", 8_135, 8_381, 7_606, 8_016, 5_460),
        ("chicago", 17_283, 17_283, 17_283, 17_283, 1),
    ],
)
def test_a_real_file_goes_in_whole_and_a_second_time_changes_nothing(  # noqa: PLR0917
    folder: str, purchases: int, rows: int, lines: int, customers: int, products: int
) -> None:
    path = SHARED / folder / "purchases.csv"

    first = import_file(PURCHASES, path)

    assert (first.rows, first.created, first.rejected, first.finished) == (rows, rows, 0, True)
    assert Purchase.objects.count() == purchases == first.counts["purchases_created"]
    assert Customer.objects.count() == customers
    assert Product.objects.count() == products
    assert PurchaseLine.objects.count() == lines
    assert Purchase.objects.marked().count() == purchases
    before = everything()

    second = import_file(PURCHASES, path)

    assert (second.created, second.changed, second.unchanged) == (0, 0, rows)
    assert everything() == before
