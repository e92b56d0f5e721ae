"""A prepared question gives the rows of its queryset, for any key, in any thread."""

from threading import Thread

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.prepared import Prepared
from purchases.models import Purchase, PurchaseLine
from tests import make

pytestmark = pytest.mark.django_db


def test_it_gives_the_same_objects_as_its_queryset_with_one_query():
    ask = Prepared(
        lambda purchase: (
            PurchaseLine.objects.filter(purchase=purchase)
            .select_related("product", "lot")
            .order_by("pk")
        )
    )
    first, second = make.purchase(), make.purchase()
    product = make.product(name="Bowl")
    for purchase in (first, first, second):
        PurchaseLine.objects.create(
            purchase=purchase, product=product, occurrence=PurchaseLine.objects.count() + 1
        )
    for purchase in (first, second, first):
        plain = PurchaseLine.objects.filter(purchase=purchase).order_by("pk")
        assert ask(purchase.pk) == list(plain) != []
    with CaptureQueriesContext(connection) as captured:
        row = ask(second.pk)[0]
        assert (row.purchase_id, row.product.name, row.lot) == (second.pk, "Bowl", None)
    assert len(captured) == 1
    assert ask(first.pk + second.pk + 1000) == []


def test_it_takes_texts_and_gives_plain_values_and_the_first_row():
    ask = Prepared(
        lambda number, most: Purchase.objects.filter(order_folded=number, pk__lte=most).values_list(
            "pk", "order_number"
        )
    )
    one = make.purchase(order_number="A-1 %s")
    make.purchase(order_number="B-2")
    assert ask(one.order_folded, one.pk) == [(one.pk, "A-1 %s")]
    assert ask.first("nothing'; --", one.pk) is None
    assert ask.or_404(one.order_folded, one.pk) == (one.pk, "A-1 %s")
    with pytest.raises(Http404):
        ask.or_404("", one.pk)


def test_a_key_that_its_statement_does_not_carry_is_refused_at_once():
    with pytest.raises(ValueError, match="not in its statement"):
        Prepared(lambda most: Purchase.objects.all()[:most])(5)


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_on_its_own_connection():
    ask = Prepared(lambda purchase: Purchase.objects.filter(pk=purchase))
    keys = [make.purchase().pk for _n in range(4)]
    ask(keys[0])
    found: dict[int, list[int]] = {}

    def run(key: int) -> None:
        try:
            found[key] = [row.pk for _n in range(20) for row in ask(key)]
        finally:
            connection.close()

    threads = [Thread(target=run, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {key: [key] * 20 for key in keys}
