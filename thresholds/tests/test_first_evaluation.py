"""The first evaluation of a shop whose history was imported."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Shop
from purchases.services import mark_for_evaluation
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import evaluate_all
from tickets.services import recount_purchases

pytestmark = pytest.mark.django_db


def test_a_full_evaluation_learns_what_is_normal_before_it_judges_anybody() -> None:
    make.shop()
    customer = make.customer()
    ids = []
    for n in range(60):
        ordered_at = timezone.now() - timedelta(days=120 + n)
        purchase = make.purchase(ordered_at=ordered_at, customer=customer)
        # Five contacts each are normal in this shop; the starting number would flag them all.
        for day in range(5):
            make.interaction(purchase=purchase, occurred_at=ordered_at + timedelta(days=4 + day))
        ids.append(purchase.pk)
    recount_purchases(purchase_ids=ids)
    mark_for_evaluation(purchase_ids=ids)

    result = evaluate_all()

    assert Shop.objects.get().threshold > 5
    assert (result.evaluated, result.flagged, result.raised) == (60, 0, 0)
    assert not Flag.objects.exists()
