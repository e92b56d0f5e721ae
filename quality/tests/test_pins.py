"""A fast change of user at a shared tablet, and the PIN at the signature."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import HistoryEntry, Pin
from accounts.services.pins import set_pin, try_pin
from quality.models import Inspection
from tests import make

pytestmark = pytest.mark.django_db
CHANGE = "/bench/change/"


@pytest.fixture
def ria():
    person = make.inspector(name="Ria Peeters")
    set_pin(person=person, pin="7391", password=make.PASSWORD)
    return person


def verbs(person) -> list[str]:
    rows = HistoryEntry.objects.about(person).order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_a_pin_is_set_with_the_password_and_kept_as_an_argon2_hash(client):
    person = make.inspector()
    client.force_login(person)
    for wrong in (
        {"pin": "7391", "password": "guess"},
        {"pin": "739", "password": make.PASSWORD},
        {"pin": "4444", "password": make.PASSWORD},
        {"pin": "1234", "password": make.PASSWORD},
        {"pin": "73a1", "password": make.PASSWORD},
    ):
        assert client.post("/bench/pin/", wrong).status_code == 422
    assert Pin.objects.count() == 0
    said = {"pin": "7391", "password": make.PASSWORD}
    assert client.post("/bench/pin/", said).url == "/bench/"
    assert Pin.objects.get().hashed.startswith("argon2$")
    assert "7391" not in Pin.objects.get().hashed.split("$", 1)[0]
    assert verbs(person) == ["set a PIN"]


def test_another_inspector_takes_over_and_only_the_bench_is_open(client, ria):
    first = make.inspector()
    half = make.inspection(inspector=first)
    client.force_login(first)
    assert "Ria Peeters" in client.get(CHANGE).content.decode()
    assert client.post(CHANGE, {"person": ria.pk, "pin": "7391"}).url == "/bench/"
    assert verbs(ria)[-1] == "changed user"
    page = client.get("/bench/")
    assert page.status_code == 200
    assert "by PIN: the bench only" in page.content.decode()
    assert client.get(reverse("inspection_page", args=[half.pk])).status_code == 404
    closed = ["/lots/", "/plans/", "/bench/pin/", reverse("profile"), "/notices/", "/search/?q=x"]
    closed += [reverse("lot_page", args=[half.lot_id]), "/nonconformances/", "/gauges/"]
    for address in closed:
        assert client.get(address).status_code == 403, address
    assert client.post("/bench/pin/", {"pin": "1111"}).status_code == 403


def test_five_wrong_ones_lock_it_until_a_new_one_is_set_and_each_is_told(client, ria):
    client.force_login(make.inspector())
    for _ in range(5):
        answer = client.post(CHANGE, {"person": ria.pk, "pin": "0007"})
        assert answer.status_code == 422
    assert "locked" in answer.content.decode()
    assert client.post(CHANGE, {"person": ria.pk, "pin": "7391"}).status_code == 422
    assert verbs(ria) == ["set a PIN", *["wrong PIN"] * 4, "locked PIN"]
    set_pin(person=ria, pin="5820", password=make.PASSWORD)
    assert try_pin(person=ria, pin="5820") == ""


def test_a_right_one_begins_the_count_again(ria):
    for _ in range(4):
        try_pin(person=ria, pin="0007")
    assert try_pin(person=ria, pin="7391") == ""
    assert Pin.objects.get().tries == 0


@pytest.mark.parametrize("who", ["no pin", "left", "read only", "agent"])
def test_who_is_no_inspector_with_a_pin_does_not_take_over(client, who):
    person = make.inspector(is_active=who != "left")
    if who != "no pin":
        set_pin(person=person, pin="7391", password=make.PASSWORD)
    if who == "read only":
        person.inspector_access = 1
    if who == "agent":
        person.inspector_access, person.agent_access = 0, 2
    person.save()
    client.force_login(make.inspector())
    assert client.post(CHANGE, {"person": person.pk, "pin": "7391"}).status_code == 422


def test_signing_asks_for_the_pin_and_says_what_it_means(client, ria):
    opened = make.inspection(inspector=ria)
    make.record(opened, "Mass, dry", "340")
    make.record(opened, "Glaze", "pass")
    client.force_login(ria)
    address = reverse("inspection_sign", args=[opened.pk])
    page = client.get(address).content.decode()
    assert "<b>First inspection, conforms</b>" in page
    assert 'name="pin"' in page
    opened.refresh_from_db()
    said = {"version": opened.version, "note": ""}
    for pin in ("", "0007"):
        assert client.post(address, said | {"pin": pin}).status_code == 422
    assert Inspection.objects.get().signed_at is None
    assert Pin.objects.get().tries == 2
    assert client.post(address, said | {"pin": "7391"}).status_code == 302
    assert Inspection.objects.get().signed_at is not None


@pytest.mark.parametrize(
    ("constraint", "column", "value"),
    [("pin_tries_end", "tries", 6), ("pin_is_hashed", "hashed", "7391")],
)
def test_the_database_keeps_no_plain_pin_and_no_endless_tries(ria, constraint, column, value):
    sql = {
        "tries": "UPDATE accounts_pin SET tries = %s",
        "hashed": "UPDATE accounts_pin SET hashed = %s",
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        connection.cursor().execute(sql[column], [value])
    assert Pin.objects.get().hashed.startswith("argon2$")
