import threading

import pytest
from django.db import connection

from accounts.models import Access, HistoryEntry, Shop, User
from accounts.services import start_shop
from tests import make
from tickets.models import Reason

START = {
    "shop_name": "Lepel & Klei",
    "time_zone": "Europe/Brussels",
    "name": "Nadia El Amrani",
    "email": "Nadia@Example.com",
    "password": "zilvervis in de klei",
    "password_again": "zilvervis in de klei",
}


@pytest.mark.django_db
def test_the_first_visitor_makes_the_shop_and_is_its_admin(client):
    response = client.post("/welcome/", START)
    assert response["Location"] == "/settings/"
    person = User.objects.get()
    assert (person.name, person.email) == ("Nadia El Amrani", "nadia@example.com")
    assert person.admin_access == Access.FULL
    assert person.is_active
    assert person.check_password("zilvervis in de klei")
    shop = Shop.objects.get()
    assert (shop.pk, shop.name, shop.time_zone) == (1, "Lepel & Klei", "Europe/Brussels")
    assert client.get("/settings/").status_code == 200
    assert HistoryEntry.objects.about(shop).get().actor == person


@pytest.mark.django_db
def test_the_new_shop_has_reasons_to_choose_from(client):
    client.post("/welcome/", START)
    assert Reason.objects.groups().count() == 6
    assert Reason.objects.leaves().count() == 18


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("password_again", "something else", "The two are not the same"),
        ("password", "short", "too short"),
        ("time_zone", "Europe/Mechelen", "is not a time zone"),
        ("email", "nadia", "valid email"),
    ],
)
def test_a_wrong_entry_is_told_beside_its_field_and_makes_nothing(client, field, value, error):
    response = client.post("/welcome/", {**START, field: value})
    assert error in response.content.decode()
    assert User.objects.count() == 0
    assert Shop.objects.count() == 0


@pytest.mark.django_db
def test_the_password_may_not_be_the_name(client):
    same = {"password": "Nadia El Amrani", "password_again": "Nadia El Amrani"}
    response = client.post("/welcome/", {**START, **same})
    assert "too similar" in response.content.decode()
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_a_shop_with_somebody_in_it_is_not_set_up_again(client):
    make.admin()
    assert client.get("/welcome/")["Location"] == "/sign-in/"
    assert client.post("/welcome/", START)["Location"] == "/sign-in/"
    assert User.objects.count() == 1


@pytest.mark.locking
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections that lock")
def test_of_two_browsers_at_once_one_becomes_the_admin():
    start = threading.Barrier(2)
    outcomes = []

    def set_up(email):
        values = {key: START[key] for key in ("shop_name", "time_zone", "name", "password")}
        start.wait()
        try:
            start_shop(**values, email=email)
            outcomes.append("made")
        except Exception as error:  # noqa: BLE001  # whatever it is, it is compared below
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=set_up, args=(f"{name}@example.com",)) for name in ("a", "b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ValidationError", "made"]
    assert User.objects.active().count() == 1
