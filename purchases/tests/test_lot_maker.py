"""Who made a lot cannot change once somebody inspected it: the database refuses, the form says so."""

import pytest
from django.db import IntegrityError, transaction

from purchases.models import Lot
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspected():
    lot = make.lot_to_inspect(number="L1", maker=make.user(name="Dries"))
    make.inspection(lot=lot)
    return lot


def test_the_form_says_why_the_maker_stays(client, inspected):
    client.force_login(make.manager())
    other = make.user(name="Femke")
    told = {
        "product": inspected.product.sku,
        "number": "L1",
        "maker": other.pk,
        "version": inspected.version,
    }
    page = client.post(f"/lots/{inspected.pk}/edit/", told).content.decode()
    assert "The maker cannot change any more: this lot has been inspected." in page
    inspected.refresh_from_db()
    assert inspected.maker.name == "Dries"


def test_the_database_refuses_it_too(inspected):
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(pk=inspected.pk).update(maker=make.user())
