import pytest
from django.db import IntegrityError, transaction

from accounts.models import HistoryEntry, Shop
from accounts.services import settle_counting
from tests import make

pytestmark = pytest.mark.django_db
SHOP = "/settings/shop/"


@pytest.fixture
def as_admin(client):
    client.force_login(make.admin(name="Nadia El Amrani"))
    return client


def posted(**changes):
    shop = Shop.objects.get()
    fields = ["version", "name", "country", "time_zone", "currency", "transit_days"]
    fields += ["window_days", "merge_hours"]
    return {**{field: getattr(shop, field) for field in fields}, **changes}


def test_name_country_and_currency_are_changed_with_history(as_admin):
    as_admin.post(SHOP, posted(name="Lepel", country="nl", currency="usd"))
    shop = Shop.objects.get()
    assert (shop.name, shop.country, shop.currency) == ("Lepel", "NL", "USD")
    assert shop.counting_changed_at is None
    assert HistoryEntry.objects.about(shop).get().changes == {
        "name": ["Lepel & Klei", "Lepel"],
        "country": ["BE", "NL"],
        "currency": ["EUR", "USD"],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("transit_days", 5),
        ("window_days", 60),
        ("merge_hours", 24),
        ("time_zone", "Europe/Lisbon"),
    ],
)
def test_a_counting_setting_has_everything_counted_again(
    as_admin, field, value, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as on_commit:
        response = as_admin.post(SHOP, posted(**{field: value}), follow=True)
    assert [callback.args for callback in on_commit] == [("purchases.tasks.reset_clocks",)]
    assert "counted again" in response.content.decode()
    shop = Shop.objects.get()
    assert getattr(shop, field) == value
    assert shop.counting_changed_at is not None


def test_a_version_no_row_can_have_is_refused_like_a_stale_one(as_admin):
    response = as_admin.post(SHOP, posted(version="9" * 5000, name="Lepel"))
    assert response.status_code in (200, 422)
    assert Shop.objects.get().name == "Lepel & Klei"


def test_counting_is_settled_only_for_the_change_that_was_counted(as_admin):
    as_admin.post(SHOP, posted(transit_days=5))
    first = Shop.objects.get().counting_changed_at
    as_admin.post(SHOP, posted(transit_days=6))
    assert not settle_counting(changed_at=first)
    assert settle_counting(changed_at=Shop.objects.get().counting_changed_at)
    assert Shop.objects.get().counting_changed_at is None


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("country", "XX", "is not a country"),
        ("time_zone", "Mars/Phobos", "is not a time zone"),
        ("currency", "EU", "three letters"),
        ("transit_days", "366", "less than or equal to 365"),
        ("window_days", "6", "greater than or equal to 7"),
        ("window_days", "3651", "less than or equal to 3650"),
        ("merge_hours", "169", "less than or equal to 168"),
        ("merge_hours", "", "required"),
    ],
)
def test_a_wrong_entry_is_told_and_changes_nothing(as_admin, field, value, error):
    response = as_admin.post(SHOP, posted(**{field: value}))
    assert error in response.content.decode()
    assert HistoryEntry.objects.count() == 0
    assert Shop.objects.get().version == 1


def test_an_old_page_changes_nothing(as_admin):
    old = posted(name="Old")
    as_admin.post(SHOP, posted(name="New"))
    response = as_admin.post(SHOP, old)
    assert "Nadia El Amrani changed this at" in response.content.decode()
    assert Shop.objects.get().name == "New"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"window_days": 6}, "shop_window_in_range"),
        ({"window_days": 3651}, "shop_window_in_range"),
        ({"merge_hours": 169}, "shop_merge_in_range"),
        ({"transit_days": 366}, "shop_transit_in_range"),
        ({"closes_after_days": 0}, "shop_closes_after_in_range"),
        ({"closes_after_days": 366}, "shop_closes_after_in_range"),
        ({"threshold": 0}, "shop_threshold_positive"),
        ({"threshold_kind": "guessed"}, "shop_threshold_kind_known"),
    ],
)
def test_the_database_refuses_a_shop_that_cannot_be(change, name):
    make.shop()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Shop.objects.update(**change)


def test_the_database_refuses_a_second_shop():
    make.shop()
    with pytest.raises(IntegrityError, match="shop_is_one"), transaction.atomic():
        Shop.objects.create(pk=2, name="Another")
