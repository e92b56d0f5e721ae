"""Since when a customer waits for goods of a lot."""

from datetime import UTC, datetime

import pytest

from purchases.importing import PURCHASES
from purchases.models import Lot, Purchase
from purchases.services import LineDraft, PurchaseDraft, save_purchase
from tests import make
from tests.importing import import_text

pytestmark = pytest.mark.django_db
OLD, NEW = (datetime(2026, 11, day, 9, 0, tzinfo=UTC) for day in (3, 17))


@pytest.fixture
def lot():
    return make.lot(number="L-1")


def saved(number: str, *lots: Lot, purchase: Purchase | None = None, **said: object) -> Purchase:
    draft = PurchaseDraft(
        order_number=number,
        customer=purchase.customer if purchase else make.customer(),
        ordered_at=said.pop("ordered_at", OLD),  # type: ignore[arg-type]
        lines=tuple(LineDraft(product=lot.product, lot=lot) for lot in lots),
        **said,  # type: ignore[arg-type]
    )
    return save_purchase(actor=None, shop=make.shop(), draft=draft, purchase=purchase)


def awaited(lot: Lot) -> datetime | None:
    lot.refresh_from_db()
    return lot.awaited_since


def test_the_oldest_order_that_has_not_left_says_since_when(lot):
    assert awaited(lot) is None
    newer = saved("A-2", lot, ordered_at=NEW)
    assert awaited(lot) == NEW
    older = saved("A-1", lot)
    assert awaited(lot) == OLD

    saved("A-1", lot, purchase=older, status="dispatched")
    assert awaited(lot) == NEW
    saved("A-2", lot, purchase=newer, ordered_at=NEW, status="cancelled")
    assert awaited(lot) is None


def test_a_line_moved_to_another_lot_is_waited_for_there(lot):
    other = make.lot(product=lot.product, number="L-2")
    order = saved("A-1", lot)
    saved("A-1", other, purchase=order)
    assert (awaited(lot), awaited(other)) == (None, OLD)


def test_an_import_says_it_too_and_takes_it_back():
    head = "order_number,ordered_at,customer_name,customer_email,sku,lot_number,status\n"
    row = "A-1,2026-11-03T09:00:00Z,Ann,ann@example.com,MUG,L-9,{}\n"
    import_text(PURCHASES, head + row.format("ordered"))
    lot = Lot.objects.get(number="L-9")
    assert lot.awaited_since == OLD
    import_text(PURCHASES, head + row.format("dispatched"))
    assert awaited(lot) is None
    import_text(PURCHASES, head + row.format("").replace("A-1", "A-2"))
    assert awaited(lot) == OLD


def test_an_order_known_already_that_gets_a_lot_is_waited_for():
    head = "order_number,ordered_at,customer_name,customer_email,sku,lot_number\n"
    row = "A-1,2026-11-03T09:00:00Z,Ann,ann@example.com,MUG,{}\n"
    import_text(PURCHASES, head + row.format("L-1"))
    import_text(PURCHASES, head + row.format("L-1") + row.format("L-2"))
    assert awaited(Lot.objects.get(number="L-2")) == OLD
