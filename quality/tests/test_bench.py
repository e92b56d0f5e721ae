"""The bench and what a scan opens."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from purchases.models import Lot
from quality.models import Inspection
from tests import make

pytestmark = pytest.mark.django_db
OPEN = "/bench/open/"


@pytest.fixture
def inspector(client):
    person = make.inspector()
    client.force_login(person)
    return person


def test_the_bench_has_one_focused_box_and_lists_what_waits_oldest_first(client, inspector):
    plan = make.plan()
    lots = [make.lot(product=plan.product, maker=make.user()) for _ in range(3)]
    make.lot(product=plan.product, maker=inspector, number="MY-OWN")
    make.lot(number="NO-PLAN")
    page = client.get("/bench/").content.decode()
    assert page.count("autofocus") == 1
    places = [page.index(lot.number) for lot in lots]
    assert places == sorted(places)
    assert "MY-OWN" not in page
    assert "NO-PLAN" not in page


def test_lots_that_customers_wait_for_come_first_the_longest_waiting_before(client, inspector):
    plan = make.plan()
    plain, newer, older = (
        make.lot(product=plan.product, maker=make.user(), number=number)
        for number in ("PLAIN", "NEWER", "OLDER")
    )
    for lot, days in ((newer, 2), (older, 9)):
        Lot.objects.filter(pk=lot.pk).update(awaited_since=timezone.now() - timedelta(days=days))
    page = client.get("/bench/").content.decode()
    places = [page.index(lot.number) for lot in (older, newer, plain)]
    assert places == sorted(places)
    assert page.count("a customer waits") == 2


def test_the_bench_shows_my_half_done_and_signed_ones_and_nobody_elses(client, inspector):
    mine = make.inspection(inspector=inspector)
    signed = make.signed_inspection(inspector=inspector)
    other = make.inspection()
    page = client.get("/bench/").content.decode()
    assert reverse("inspection_page", args=[mine.pk]) in page
    assert reverse("inspection_page", args=[signed.pk]) in page
    assert reverse("inspection_page", args=[other.pk]) not in page


def test_the_bench_costs_the_same_with_1_and_20_of_each(client, inspector, queries):
    def add(count: int) -> None:
        plan = make.plan()
        for _ in range(count):
            make.lot(product=plan.product, maker=make.user())
            make.inspection(inspector=inspector)
            make.signed_inspection(inspector=inspector)

    add(1)
    with queries() as one:
        client.get("/bench/")
    add(20)
    with queries(exactly=len(one)):
        client.get("/bench/")


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower"])
def test_a_scanned_lot_opens_at_once(client, inspector, typed):
    lot = make.lot_to_inspect(number="PLD-2611-1")
    code = "pld-2611-1" if typed == "lower" else typed.format(lot.number)
    response = client.post(OPEN, {"code": code})
    made = Inspection.objects.get()
    assert (made.lot, made.inspector, made.stage) == (lot, inspector, "first")
    assert response.url == reverse("inspection_page", args=[made.pk])


def test_an_order_number_opens_its_only_lot(client, inspector):
    lot = make.lot_to_inspect()
    make.purchase(order_number="A-24817", lots=(lot,))
    client.post(OPEN, {"code": "a24817"})
    assert Inspection.objects.get().lot == lot


@pytest.mark.parametrize("code", ["", "   ", "NOPE-1", "x" * 500, "'; DROP TABLE --"])
def test_an_unknown_code_is_refused_loudly_and_stays_in_the_box(client, inspector, code):
    make.lot_to_inspect()
    response = client.post(OPEN, {"code": code})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert Inspection.objects.count() == 0


def test_a_number_on_two_lots_asks_which(client, inspector):
    one, two = make.lot_to_inspect(number="L-1"), make.lot_to_inspect(number="L-1")
    response = client.post(OPEN, {"code": "L-1"})
    assert response.url == "/bench/open/?code=L-1"
    assert Inspection.objects.count() == 0
    page = client.get(response.url).content.decode()
    assert one.product.name in page
    client.post(OPEN, {"lot": two.pk, "stage": "first"})
    assert Inspection.objects.get().lot == two


def test_looking_at_the_choices_writes_nothing(client, inspector):
    lot = make.lot_to_inspect()
    assert client.get(OPEN, {"code": lot.number}).status_code == 200
    assert client.get(OPEN, {"code": "nope"}).status_code == 200
    assert client.get(OPEN).url == "/bench/"
    assert Inspection.objects.count() == 0


def test_a_lot_i_made_is_refused_with_the_reason(client, inspector):
    lot = make.lot_to_inspect(maker=inspector)
    page = client.post(OPEN, {"code": lot.number})
    assert page.status_code == 422
    assert "You made lot" in page.content.decode()
    client.post(OPEN, {"lot": lot.pk})
    assert Inspection.objects.count() == 0


def test_a_signed_first_offers_the_second_person_and_a_new_round(client, inspector):
    first = make.signed_inspection()
    response = client.post(OPEN, {"code": first.lot.number})
    page = client.get(response.url).content.decode()
    assert page.index("Second inspection") < page.index("New round, number 2")
    client.post(OPEN, {"lot": first.lot_id, "stage": "second"})
    assert Inspection.objects.get(stage="second").first == first


def test_a_stage_that_is_not_offered_is_refused(client, inspector):
    lot = make.lot_to_inspect()
    response = client.post(OPEN, {"lot": lot.pk, "stage": "second"}, follow=True)
    assert "You cannot open this kind of inspection" in response.content.decode()
    assert Inspection.objects.count() == 0


def test_a_scan_goes_on_with_my_half_done_one(client, inspector):
    mine = make.inspection(inspector=inspector)
    response = client.post(OPEN, {"code": mine.lot.number})
    assert response.url == reverse("inspection_page", args=[mine.pk])
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.ADMIN, 403)])
def test_others_have_no_bench(client, role, status):
    client.force_login(make.user(role))
    assert client.get("/bench/").status_code == status
    assert client.post(OPEN, {"code": "x"}).status_code == status


def test_a_read_only_inspector_looks_and_opens_nothing(client):
    client.force_login(make.user(Role.INSPECTOR, read_only=True))
    lot = make.lot_to_inspect()
    assert client.get("/bench/").status_code == 200
    assert client.post(OPEN, {"code": lot.number}).status_code == 403
    assert Inspection.objects.count() == 0
