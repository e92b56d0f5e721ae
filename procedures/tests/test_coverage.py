"""What has no procedure yet, ranked by counted contacts."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procedures.services import retire_procedure
from purchases.models import Product
from tests import make
from thresholds.services.evaluation import evaluate_all
from tickets.models import Reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.manager(name="Nadia El Amrani"))
    return client


@pytest.fixture
def mug() -> Product:
    return make.product(name="Polder mug", category="Mugs")


@pytest.fixture
def cracked(mug: Product) -> Reason:
    """Three contacts about cracked mugs, one about a late spoon."""
    reason = make.reason(group="Goods", name="Cracked")
    for product, why, times in (
        (mug, reason, 3),
        (make.product(name="Oak spoon"), make.reason(group="Delivery", name="Late"), 1),
    ):
        for _n in range(times):
            purchase = make.purchase(lots=(make.lot(product=product),))
            make.interaction(purchase=purchase, reason=why)
    evaluate_all()
    return reason


def rows(page: str, name: str) -> list[tuple[str, str]]:
    section = page[page.index(f'id="gap-{name}"') :]
    section = section[: section.index("</section>")]
    found = re.findall(r'td-cell-main">([^<]+)<.*?td-num">(?:<a[^>]*>)?([\d,. ]+)<', section, re.S)
    return [(title, count.strip()) for title, count in found]


def test_the_biggest_gap_comes_first_and_leads_to_its_contacts(desk, cracked, mug):
    make.plan(product=mug)
    page = desk.get("/procedures/coverage/").content.decode()
    assert rows(page, "reason")[:2] == [("Cracked", "3"), ("Late", "1")]
    assert rows(page, "product") == [("Polder mug", "3"), ("Oak spoon", "1")]
    assert rows(page, "plan") == [("Polder mug", "3")]
    assert "0 % of 4 counted contacts" in page
    link = re.search(rf'href="(/board/[^"]+reason={cracked.pk})"', page)
    assert link is not None
    listed = desk.get(link.group(1).replace("&amp;", "&")).content.decode()
    assert listed.count("data-row-link") == 3
    form = desk.get(f"/procedures/new/?reason={cracked.pk}").content.decode()
    assert re.search(rf'<option value="{cracked.pk}" selected', form)


def test_a_procedure_in_force_closes_a_gap_and_a_draft_or_a_retired_one_does_not(
    desk, cracked, mug
):
    make.procedure(title="A draft", reasons=(cracked,), live=False)
    assert rows(desk.get("/procedures/coverage/").content.decode(), "reason")[0][0] == "Cracked"
    of_group = make.procedure(title="Goods", reasons=(cracked.parent,), categories=("Mugs",))
    page = desk.get("/procedures/coverage/").content.decode()
    assert "Cracked" not in [title for title, _n in rows(page, "reason")]
    assert rows(page, "product") == [("Oak spoon", "1")]
    assert "75 % of 4 counted contacts" in page
    of_group.refresh_from_db()
    retire_procedure(procedure=of_group, version=of_group.version, actor=make.admin())
    page = desk.get("/procedures/coverage/").content.decode()
    assert rows(page, "reason")[0] == ("Cracked", "3")


def test_it_asks_the_same_however_many_there_are(desk, cracked):
    with CaptureQueriesContext(connection) as few:
        desk.get("/procedures/coverage/")
    for number in range(20):
        make.reason(group="Goods", name=f"Reason {number}")
        make.product(name=f"Product {number}")
    with CaptureQueriesContext(connection) as many:
        desk.get("/procedures/coverage/?period=all")
    assert len(many) == len(few)
    answer = desk.get("/procedures/coverage/?period=soon").content.decode()
    assert "does not exist" in answer
