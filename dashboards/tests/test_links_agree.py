"""Every bar, cell and figure of the board leads to the very rows it counts (DESIGN, "A number")."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.panels import PANELS
from dashboards.rows import LISTS
from dashboards.tests.shop import Links, varied_shop
from purchases.importing import PURCHASES
from purchases.models import Product, Purchase
from purchases.services import (
    LineDraft,
    ProductDraft,
    PurchaseDraft,
    save_product,
    save_purchase,
)
from tests import make
from tests.importing import import_text
from thresholds.services.evaluation import sweep

pytestmark = pytest.mark.django_db

LIST = re.compile(rf"^/board/({'|'.join(LISTS)})/\?")


def counted_links(client, address):
    """(address, number) of every link to rows on a page; fails for one that names no number."""
    html = client.get(address).content.decode()
    links = [(href, count) for href, count in Links(html).found if LIST.match(href)]
    silent = [href for href, count in links if count is None]
    assert not silent
    return set(links)


def rows_behind(client, href):
    return client.get(href).context["page"].count_text


def assert_all_agree(client, address):
    links = counted_links(client, address)
    wrong = {
        href: (count, rows)
        for href, count in sorted(links)
        if (rows := rows_behind(client, href)) != str(count)
    }
    assert not wrong
    return links


@pytest.mark.parametrize("seed", [1, 2])
def test_every_link_of_the_board_leads_to_as_many_rows_as_it_says(client, seed):
    client.force_login(varied_shop(seed))
    links = assert_all_agree(client, "/board/")
    lists = {LIST.match(href).group(1) for href, count in links if count}
    assert lists == set(LISTS)
    assert len(links) > 80


def test_they_agree_for_a_part_of_the_shop_a_period_and_a_channel_too(client):
    client.force_login(varied_shop(3, purchases=70))
    product = Product.objects.order_by("pk")[0]
    today = timezone.localdate()
    start, end = today - timedelta(days=200), today - timedelta(days=30)
    for query in [
        "channel=phone",
        f"channel=email&product={product.pk}",
        "period=all&category=Category+0&channel=chat",
        f"from={start}&to={end}",
    ]:
        assert assert_all_agree(client, f"/board/?{query}")


def test_they_agree_after_goods_and_lines_were_edited(client):
    manager = varied_shop(7, purchases=60)
    client.force_login(manager)
    moved, named, other = Product.objects.exclude(category="").order_by("pk")[:3]
    for product, category in [(moved, "Moved there"), (named, "")]:
        draft = ProductDraft(sku=product.sku, name=product.name, category=category)
        save_product(actor=manager, draft=draft, product=product)
    for purchase in Purchase.objects.filter(lines__product=moved).order_by("pk")[:5]:
        values = {field.name: getattr(purchase, field.name) for field in fields(PurchaseDraft)[:-1]}
        draft = PurchaseDraft(**values, lines=(LineDraft(product=other),))
        save_purchase(actor=manager, shop=make.shop(), draft=draft, purchase=purchase)
    sweep()

    rows = f"order_number,ordered_at,sku,category\nZ-1,{timezone.now()},{named.sku},Named now\n"
    assert import_text(PURCHASES, rows).created == 1
    sweep()

    gone = ["category=Category+0", "category=Category+1"]
    come = ["category=Moved+there", "category=Named+now", f"product={other.pk}"]
    for query in ["", *gone, *come]:
        assert assert_all_agree(client, f"/board/?period=all&{query}")


def test_a_panel_alone_has_the_same_links_as_on_the_board(client):
    client.force_login(varied_shop(4, purchases=60))
    on_board = counted_links(client, "/board/?channel=phone")
    alone = set()
    for panel in PANELS:
        alone |= counted_links(client, f"/board/{panel.name}/?channel=phone")
    assert alone == on_board


def test_definitions_lead_to_their_place_on_the_page_how_we_count(client):
    client.force_login(varied_shop(5, purchases=10))
    page = client.get("/how-we-count/").content.decode()
    board = client.get("/board/").content.decode()
    for panel in PANELS:
        assert f'id="{panel.anchor}"' in page
        assert f'href="/how-we-count/#{panel.anchor}"' in board
