"""The three real data sets go in completely, and a second time changes nothing."""

import pytest

from purchases.importing import PURCHASES
from purchases.models import Purchase
from tests.importing import SHARED, import_file
from tickets.importing import INTERACTIONS, RATINGS
from tickets.models import Interaction, Rating

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the sample data are not beside the checkout"),
]


@pytest.mark.parametrize(
    ("folder", "purchases", "interactions", "ratings"),
    [("helpdesk", 865, 4_580, 0), ("olist", 8_135, 4_109, 8_225), ("chicago", 17_283, 5_813, 0)],
)
def test_a_set_goes_in_completely_and_a_second_import_changes_nothing(
    folder: str, purchases: int, interactions: int, ratings: int
) -> None:
    import_file(PURCHASES, SHARED / folder / "purchases.csv")
    first = import_file(INTERACTIONS, SHARED / folder / "interactions.csv")
    assert (first.created, first.rejected) == (interactions, 0)
    if ratings:
        rated = import_file(RATINGS, SHARED / folder / "ratings.csv")
        assert (rated.created, rated.rejected) == (ratings, 0)
    assert Purchase.objects.count() == purchases
    assert Interaction.objects.count() == interactions
    assert Rating.objects.count() == ratings
    assert not Interaction.objects.unattributed().exists()
    counted = list(
        Purchase.objects.order_by("pk").values_list("pk", "net_interactions", "last_score")
    )

    again = import_file(INTERACTIONS, SHARED / folder / "interactions.csv")
    assert (again.created, again.changed, again.unchanged) == (0, 0, interactions)
    if ratings:
        rated = import_file(RATINGS, SHARED / folder / "ratings.csv")
        assert (rated.created, rated.changed, rated.unchanged) == (0, 0, ratings)
    assert counted == list(
        Purchase.objects.order_by("pk").values_list("pk", "net_interactions", "last_score")
    )
