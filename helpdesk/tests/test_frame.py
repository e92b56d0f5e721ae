import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import Access, Shop, Team, User
from helpdesk.context import build_frame, covers, theme_of

# The bell in the frame is counted.
pytestmark = pytest.mark.django_db


def request_of(path="/tickets/", *, cookies=None, **user):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    request.user = User(pk=1, name="Lotte Maes", team=Team(name="Desk"), **user)
    request.shop = Shop(pk=1, name="Lepel & Klei")
    return request


def test_a_page_has_no_inline_script_style_or_handler():
    html = render_to_string("base.html", request=request_of(agent_access=Access.FULL))
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)


def test_a_page_begins_with_a_skip_link_and_names_shop_and_person():
    html = render_to_string("base.html", request=request_of(agent_access=Access.FULL))
    assert html.index('href="#content"') < html.index("<nav")
    assert "Lepel &amp; Klei" in html
    assert "Lotte Maes" in html


def test_htmx_may_not_evaluate_and_sends_the_csrf_token():
    html = render_to_string("base.html", request=request_of(agent_access=Access.FULL))
    assert '"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true' in html
    assert re.search(r"""hx-headers='\{"X-CSRFToken": "\w{64}"\}'""", html)


@pytest.mark.parametrize(
    ("user", "cookie", "theme"),
    [
        ("system", None, ""),
        ("dark", None, "dark"),
        ("dark", "light", "light"),
        ("dark", "system", ""),
        ("light", "<x>", ""),
    ],
)
def test_the_theme_of_this_browser_beats_the_persons_own(user, cookie, theme):
    cookies = {"td_theme": cookie} if cookie else {}
    assert theme_of(request_of(cookies=cookies, theme=user)) == theme


def test_a_chosen_theme_is_in_the_first_byte_and_system_is_left_to_the_browser():
    assert 'data-bs-theme="dark"' in render_to_string("base.html", request=request_of(theme="dark"))
    assert "data-bs-theme" not in render_to_string("base.html", request=request_of(theme="system"))


def test_shortcuts_can_be_switched_off_per_person():
    assert 'data-shortcuts="on"' in render_to_string("base.html", request=request_of())
    html = render_to_string("base.html", request=request_of(shortcuts=False))
    assert 'data-shortcuts="off"' in html


def test_settings_are_shown_to_admins_only():
    frame = build_frame(request_of(agent_access=Access.FULL))
    assert frame is not None
    assert frame.settings is None


def test_a_visitor_has_no_frame():
    request = RequestFactory().get("/")
    assert build_frame(request) is None


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("/calls/new/", "/calls/7/", True),
        ("/queue/", "/tickets/7/", True),
        ("/queue/", "/purchases/", False),
        ("/lots/", "/plans/3/edit/", True),
        ("/flags/", "/threshold/as-of/", True),
        ("/flags/", "/settings/threshold/", False),
        ("/settings/", "/settings/people/", True),
    ],
)
def test_a_room_is_active_on_all_its_pages(url, path, expected):
    assert covers(url, path) is expected


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_error_pages_need_no_request_and_say_what_to_do_next(name):
    html = render_to_string(f"{name}.html")
    assert "<h1>" in html
    assert 'href="/"' in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=", html)
