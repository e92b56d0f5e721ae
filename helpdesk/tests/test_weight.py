"""What a page costs on the wire: first visit at most 110 KB gzipped, a later page 25 KB."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import Access, Shop, User

# The bell in the frame is counted.
pytestmark = pytest.mark.django_db

FIRST_VISIT = 110 * 1024
LATER_PAGE = 25 * 1024
# What the frame may take of both, so that rooms have the rest.
FRAME_ASSETS = 72 * 1024
FRAME_PAGE = 6 * 1024
# Style sheets and scripts that only some rooms load.
ROOM_ASSETS = {"css/board.css", "css/bench.css"}


def weight(content):
    return len(gzip.compress(content, 6))


def frame_html():
    request = RequestFactory().get("/")
    request.user = User(
        pk=1,
        name="Nadia El Amrani",
        agent_access=Access.FULL,
        manager_access=Access.FULL,
        inspector_access=Access.FULL,
        admin_access=Access.FULL,
    )
    request.shop = Shop(pk=1, name="Lepel & Klei")
    return render_to_string("base.html", request=request)


def assets_of(html):
    names = re.findall(r'(?:src|href)="/static/([^"]+)"', html)
    return {name: Path(finders.find(name)).read_bytes() for name in names}


def test_the_first_visit_leaves_rooms_half_an_allowance():
    html = frame_html()
    total = sum(weight(content) for content in assets_of(html).values())
    assert total <= FRAME_ASSETS
    assert total + weight(html.encode()) <= FIRST_VISIT


def test_the_heaviest_room_stays_within_the_first_visit():
    html = frame_html()
    total = sum(weight(content) for content in assets_of(html).values())
    room = max(weight(Path(finders.find(name)).read_bytes()) for name in ROOM_ASSETS)
    assert total + room + LATER_PAGE <= FIRST_VISIT


def test_the_frame_takes_a_quarter_of_a_later_page():
    assert weight(frame_html().encode()) <= FRAME_PAGE


def test_bootstraps_script_is_not_loaded_and_the_benchs_style_only_on_the_bench():
    names = set(assets_of(frame_html()))
    assert not any("bootstrap" in name and name.endswith(".js") for name in names)
    assert not names & ROOM_ASSETS


def test_our_classes_carry_our_prefix():
    own = re.compile(r"\.(?!td-)([a-z][\w-]*)(?=[\s,:{.>+\[)])")
    allowed = re.compile(r"^(btn|form|col-form|invalid|alert|asteriskField|was|htmx)")
    for sheet in (settings.BASE_DIR / "static" / "css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", sheet.read_text(encoding="utf-8"), flags=re.S)
        foreign = {name for name in own.findall(text) if not allowed.match(name)}
        assert not foreign, f"{sheet.name}: {sorted(foreign)}"
