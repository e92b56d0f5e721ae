"""Entries of a device that had no connection: once, in order, from their inspector alone."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quality.models import DeviceEntry, Inspection
from quality.services import record_result, sign_inspection
from quality.tests.rawsql import MOMENT, delete, insert, refused, update
from tests import make

pytestmark = pytest.mark.django_db
TABLET = "6b3a2a4e-7a0f-4a53-9d6b-2f1f3b6c9d10"
OTHER = "0d7a9e54-13f7-4a0c-8a55-7cde3b6f0a11"


@pytest.fixture
def ria() -> User:
    return make.inspector(name="Ria Peeters")


@pytest.fixture
def opened(ria: User) -> Inspection:
    lines = (make.GLAZE, make.MASS, make.CHIPS)
    product = make.plan(lines=lines).product
    lot = make.lot(product=product, maker=make.user(), quantity=10)
    return make.inspection(lot=lot, inspector=ria)


@pytest.fixture
def bench(client: Client, ria: User) -> Client:
    client.force_login(ria)
    return client


def send(client: Client, opened: Inspection, seq: int, number: int, **fields: object):
    told = {
        "person": opened.inspector_id,
        "device": TABLET,
        "seq": seq,
        "number": number,
        "kind": "record",
        "typed": "pass",
    }
    return client.post(f"/bench/inspections/{opened.pk}/entries/", told | fields)


def found(opened: Inspection) -> list[tuple[str, str]]:
    rows = opened.results.order_by("characteristic__position")
    return [(row.characteristic.name, row.typed) for row in rows]


def test_entries_are_taken_in_order_and_say_which_screen_follows(bench, opened):
    first = send(bench, opened, 1, 1)
    at = f"/bench/inspections/{opened.pk}/"
    assert first.json() == {"state": "taken", "next": f"{at}?line=2"}
    heavy = send(bench, opened, 2, 2, typed="348", unit="g")
    assert heavy.json() == {"state": "taken", "next": f"{at}?line=2&why=1"}
    why = send(bench, opened, 3, 2, kind="explain", note="too thick")
    assert why.json() == {"state": "taken", "next": f"{at}?line=3"}
    last = send(bench, opened, 4, 3, typed="0")
    assert last.json()["next"] == f"{at}sign/"
    assert found(opened) == [("Glaze", "pass"), ("Mass, dry", "348"), ("Chips", "0")]
    assert opened.results.get(typed="348").note == "too thick"
    gone = send(bench, opened, 5, 3, kind="clear")
    assert gone.json() == {"state": "taken", "next": f"{at}?line=3"}
    assert len(found(opened)) == 2


def test_an_entry_sent_twice_is_done_once_and_answered_alike(bench, opened):
    first = send(bench, opened, 1, 2, typed="340", unit="g").json()
    record_result(
        inspection=opened,
        characteristic=opened.plan.characteristics.get(name="Mass, dry"),
        typed="341",
        unit="g",
        actor=opened.inspector,
    )
    assert send(bench, opened, 1, 2, typed="340", unit="g").json() == first
    assert found(opened) == [("Mass, dry", "341")]
    assert DeviceEntry.objects.count() == 1


def test_an_entry_waits_for_the_one_before_it(bench, opened):
    answer = send(bench, opened, 2, 1)
    assert (answer.status_code, answer.json()) == (409, {"state": "missing", "expected": 1})
    assert (found(opened), DeviceEntry.objects.count()) == ([], 0)


def test_what_the_rules_refuse_is_told_and_the_next_one_goes_on(bench, opened):
    answer = send(bench, opened, 1, 2, typed="much")
    told = answer.json()
    assert (told["state"], told["kept"]) == ("refused", True)
    assert send(bench, opened, 1, 2, typed="much").json() == told
    assert send(bench, opened, 2, 1).json()["state"] == "taken"
    assert found(opened) == [("Glaze", "pass")]


def test_two_tablets_do_not_write_over_each_other(bench, opened):
    send(bench, opened, 1, 2, typed="340", unit="g")
    other = send(bench, opened, 1, 2, device=OTHER, typed="338", unit="g").json()
    assert other["state"] == "refused"
    assert "meanwhile “340 g” was recorded on another device. Yours, “338 g”" in other["says"]
    # Who has seen the other's entry, or says the same, is taken; so is one's own second thought.
    assert send(bench, opened, 2, 2, device=OTHER, typed="340", unit="g").json()["state"] == "taken"
    seen = opened.results.get().recorded_at.isoformat()
    mine = send(bench, opened, 3, 2, device=OTHER, typed="339", unit="g", seen=seen)
    assert mine.json()["state"] == "taken"
    again = send(bench, opened, 4, 2, device=OTHER, typed="337", unit="g", seen=seen)
    assert again.json()["state"] == "taken"
    assert found(opened) == [("Mass, dry", "337")]


def test_nobody_else_sends_and_nothing_comes_after_the_signature(client, bench, opened, ria):
    for number, typed in ((1, "pass"), (2, "340"), (3, "0")):
        send(bench, opened, number, number, typed=typed, unit="")
    opened.refresh_from_db()
    sign_inspection(inspection=opened, actor=ria, note="", version=opened.version)
    late = send(bench, opened, 4, 1, typed="fail").json()
    assert (late["state"], "is signed" in late["says"]) == ("refused", True)
    assert bench.get(f"/bench/inspections/{opened.pk}/screens/").status_code == 404
    else_ = make.inspector(name="Somebody else")
    client.force_login(else_)
    second = make.inspection(lot=make.lot(product=opened.lot.product), inspector=ria)
    assert send(client, second, 1, 1, person=else_.pk).status_code == 404
    assert not second.results.exists()


def test_an_entry_of_the_one_who_was_here_before_stays_on_the_device(client, bench, opened):
    client.force_login(make.inspector(name="Somebody else"))
    answer = send(client, opened, 1, 1)
    assert (answer.status_code, answer.json()) == (403, {"state": "other"})
    assert (found(opened), DeviceEntry.objects.count()) == ([], 0)
    client.force_login(opened.inspector)
    assert send(client, opened, 1, 1).json()["state"] == "taken"


def test_what_cannot_be_done_at_all_keeps_its_number_and_the_next_one_goes_on(bench, opened):
    picture = SimpleUploadedFile("x.jpg", b"no picture")
    for seq, fields in enumerate(({"photo": picture}, {"unit": "x" * 13}, {"lost": "1"}), 1):
        told = send(bench, opened, seq, 1, **fields).json()
        assert (told["state"], told["kept"], bool(told["says"])) == ("refused", True, True)
    assert send(bench, opened, 4, 1).json()["state"] == "taken"
    assert found(opened) == [("Glaze", "pass")]
    assert DeviceEntry.objects.exclude(refusal="").count() == 3


def test_an_entry_that_makes_no_sense_is_no_entry(bench, opened):
    for fields in ({"device": "x"}, {"kind": "sign"}, {"person": ""}):
        assert send(bench, opened, 1, 1, **fields).status_code == 400
    assert send(bench, opened, 0, 1).status_code == 400
    assert send(bench, opened, 1, 99).status_code == 404
    assert not DeviceEntry.objects.exists()


def test_the_screens_come_in_one_piece_with_the_same_queries_however_many(bench, opened):
    at = f"/bench/inspections/{opened.pk}/screens/"
    with CaptureQueriesContext(connection) as few:
        page = bench.get(at).content.decode()
    assert page.count("<template ") == 6
    assert page.count("What is wrong?") == 3
    lines = [make.LineDraft(name=f"Point {n}", kind="pass_fail") for n in range(30)]
    product = make.plan(lines=lines).product
    long = make.inspection(lot=make.lot(product=product), inspector=opened.inspector)
    with CaptureQueriesContext(connection) as many:
        page = bench.get(f"/bench/inspections/{long.pk}/screens/?from=11").content.decode()
    assert page.count("<template ") == 40
    assert len(many) == len(few)


def test_the_worker_rules_below_the_bench_only(bench):
    answer = bench.get("/bench/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Service-Worker-Allowed" not in answer


def test_the_database_refuses_what_a_device_may_not_send(opened):
    row = {
        "device": UUID(TABLET).hex if connection.vendor == "sqlite" else TABLET,
        "inspection_id": opened.pk,
        "seq": 1,
        "person_id": opened.inspector_id,
        "kind": "record",
        "number": 1,
        "refusal": "",
        "received_at": MOMENT,
    }
    table = "quality_deviceentry"
    foreign = make.inspector(name="Somebody else").pk
    refused("device_entry_of_the_inspector", insert, table, **row | {"person_id": foreign})
    refused("device_entry_in_order", insert, table, **row | {"seq": 2})
    refused("device_entry_counts_from_one|CHECK", insert, table, **row | {"seq": 0})
    refused("device_entry_kind_known", insert, table, **row | {"kind": "sign"})
    insert(table, **row)
    refused("device_entry_once|UNIQUE", insert, table, **row)
    entry = DeviceEntry.objects.get()
    refused("device_entry_frozen", update, table, entry.pk, refusal="x")
    refused("device_entry_kept", delete, table, entry.pk)
