"""Thirty of a hundred now, the rest later; eighty accepted, twenty rejected."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from purchases.models import Lot
from quality.models import LotPart
from quality.services import decide_lot, open_inspection
from tests import make

pytestmark = pytest.mark.django_db


def told(lot: Lot) -> tuple[str, int, int]:
    return Lot.objects.values_list("state", "quantity_released", "quantity_rejected").get(pk=lot.pk)


@pytest.fixture
def lot():
    return make.lot_to_inspect(quantity=100)


def passed(lot: Lot, covers: int | None) -> None:
    """A whole inspection of so many, signed and passed."""
    opened = open_inspection(lot=lot, inspector=make.inspector(), covers=covers, stage="")
    make.signed_inspection(lot=lot, inspector=opened.inspector)


def test_thirty_are_released_now_and_the_rest_later(lot):
    passed(lot, 30)
    assert told(lot) == ("in_inspection", 30, 0)
    opened = open_inspection(lot=lot, inspector=make.inspector(), stage="re_inspection", covers=50)
    make.signed_inspection(lot=lot, inspector=opened.inspector)
    assert told(lot) == ("in_inspection", 80, 0)
    make.signed_inspection(lot=lot, stage="re_inspection")
    assert told(lot) == ("released", 100, 0)
    parts = LotPart.objects.order_by("pk").values_list("quantity", "outcome", "concession")
    assert list(parts) == [(n, "released", False) for n in (30, 50, 20)]


def test_twenty_are_rejected_and_eighty_pass_the_new_round(lot):
    make.signed_inspection(lot=lot, mass="348")
    manager = make.manager()
    decide_lot(
        lot=lot, decision="reject", reason="cracked", actor=manager, quantity=20, serials="7, 9"
    )
    assert told(lot) == ("on_hold", 0, 20)
    make.signed_inspection(lot=lot, stage="re_inspection")
    assert told(lot) == ("released", 80, 20)


def test_eighty_by_concession_and_the_last_twenty_rejected_release_the_lot(lot):
    make.signed_inspection(lot=lot, mass="348")
    manager = make.manager()
    decide_lot(lot=lot, decision="release", reason="sorted", actor=manager, quantity=80)
    assert told(lot) == ("on_hold", 80, 0)
    decide_lot(lot=lot, decision="reject", reason="cracked", actor=manager, quantity=20)
    assert told(lot) == ("released", 80, 20)


@pytest.mark.parametrize("quantity", [0, 101, -1])
def test_more_than_there_is_is_not_decided_on(lot, quantity):
    make.signed_inspection(lot=lot, mass="348")
    with pytest.raises(ValidationError, match="1 to 100"):
        decide_lot(lot=lot, decision="reject", reason="x", actor=make.manager(), quantity=quantity)
    assert told(lot) == ("on_hold", 0, 0)


def test_a_part_of_a_lot_nobody_counted_is_refused():
    lot = make.signed_inspection(mass="348").lot
    with pytest.raises(ValidationError, match="how many"):
        decide_lot(lot=lot, decision="reject", reason="x", actor=make.manager(), quantity=1)
    with pytest.raises(ValidationError, match="as a whole"):
        open_inspection(lot=lot, inspector=make.inspector(), stage="re_inspection", covers=1)


def test_a_part_that_fails_holds_the_lot_and_keeps_what_was_released(lot):
    passed(lot, 30)
    opened = open_inspection(lot=lot, inspector=make.inspector(), stage="re_inspection", covers=20)
    make.signed_inspection(lot=lot, inspector=opened.inspector, mass="348")
    assert told(lot) == ("on_hold", 30, 0)


def test_the_bench_offers_a_part_and_the_lot_page_tells_the_parts(client, lot):
    client.force_login(make.inspector())
    make.signed_inspection(lot=lot, mass="348")
    page = client.get("/bench/open/", {"code": lot.number}).content.decode()
    assert 'name="covers"' in page
    client.post("/bench/open/", {"lot": lot.pk, "stage": "re_inspection", "covers": "30"})
    assert lot.inspections.get(round=2).covers == 30
    lot.inspections.filter(round=2).update(withdrawn_at="2030-01-01T00:00:00Z")
    client.force_login(make.manager())
    address = reverse("lot_decide", args=[lot.pk])
    said = {"decision": "reject", "reason": "cracked", "quantity": "20", "serials": "S-7"}
    assert client.post(address, said).status_code == 302
    page = client.get(reverse("lot_page", args=[lot.pk])).content.decode()
    for words in ("0 released, 20 rejected, 80 left", "S-7", "cracked"):
        assert words in page
    assert client.post(address, said | {"quantity": "90"}).status_code == 422
