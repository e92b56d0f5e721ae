"""The frame in a browser: keys, themes, menus, what is sent once, 390 px, axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from tests import make

# Markup of the kit, put into a real page: the keys must work wherever it is used.
ROWS = """<table class="td-table"><tbody>
<tr><td><a id="row1" data-row-link href="/health/?1">one</a></td></tr>
<tr><td><a id="row2" data-row-link href="/health/?2">two</a></td></tr></tbody></table>
<input id="field" aria-label="field">"""
GROUPS = """<div data-digits="on">
<label><input type="radio" name="a" id="a1" checked>1</label>
<label><input type="radio" name="a" id="a2">2</label></div>
<div data-digits="tree">
<div class="td-tree-group"><label><input type="radio" name="t" id="t11">1</label></div>
<div class="td-tree-group"><label><input type="radio" name="t" id="t21">1</label>
<label><input type="radio" name="t" id="t22">2</label></div></div>"""

pytestmark = pytest.mark.django_db(transaction=True)


def put(page, markup):
    page.evaluate("html => { document.getElementById('content').innerHTML = html }", markup)


def focused(page):
    return page.evaluate("document.activeElement.id")


@pytest.fixture
def desk(sign_in):
    page = sign_in(make.user(*Role, name="Nadia El Amrani"))
    page.goto(reverse("profile"))
    page.evaluate("document.activeElement.blur()")
    return page


def test_j_and_k_move_along_the_rows_and_stop_at_the_ends(desk):
    put(desk, ROWS)
    for key, expected in [
        ("j", "row1"),
        ("j", "row2"),
        ("j", "row2"),
        ("k", "row1"),
        ("k", "row1"),
    ]:
        desk.keyboard.press(key)
        assert focused(desk) == expected
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/health/?1")


def test_single_keys_are_only_text_in_a_field(desk):
    put(desk, ROWS)
    desk.locator("#field").focus()
    desk.keyboard.type("jk?gs/c")
    assert desk.locator("#field").input_value() == "jk?gs/c"
    assert focused(desk) == "field"
    assert not desk.locator("#keys").is_visible()


def test_single_keys_are_off_for_who_switched_them_off(sign_in):
    page = sign_in(make.admin(shortcuts=False))
    page.goto(reverse("profile"))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()


def test_the_keys_dialog_opens_lists_the_rooms_and_closes(desk):
    desk.keyboard.press("?")
    assert desk.locator("#keys").is_visible()
    assert "Go to Settings" in desk.locator("#keys").inner_text()
    desk.keyboard.press("Escape")
    assert not desk.locator("#keys").is_visible()


def test_g_and_a_letter_go_to_a_room(desk):
    desk.keyboard.press("g")
    desk.keyboard.press("s")
    desk.wait_for_url(f"**{reverse('settings_home')}**")


def test_digits_choose_by_their_place_on_the_keyboard_in_the_focused_group(desk):
    put(desk, GROUPS)
    desk.locator("#a1").focus()
    # On AZERTY the key of the 2 gives "é": its code stays Digit2.
    desk.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        "{code: 'Digit2', key: '\u00e9', bubbles: true, cancelable: true}))"
    )
    assert desk.locator("#a2").is_checked()


def test_two_digits_choose_group_and_leaf_in_the_tree(desk):
    put(desk, GROUPS)
    desk.locator("#t11").focus()
    desk.keyboard.press("Digit2")
    desk.keyboard.press("Digit2")
    assert desk.locator("#t22").is_checked()
    assert focused(desk) == "t22"


def test_a_form_marked_once_is_sent_once(desk):
    put(desk, '<form data-once method="get" action="#x"><button>Go</button></form>')
    prevented = desk.evaluate(
        """() => { const form = document.querySelector('form[data-once]'); const seen = [];
        window.addEventListener('submit', e => { seen.push(e.defaultPrevented); e.preventDefault(); });
        form.requestSubmit(); form.requestSubmit(); return seen; }"""
    )
    assert prevented == [False, True]


def test_the_theme_is_switched_without_a_reload_and_kept(desk):
    desk.locator("summary[title=Theme]").click()
    desk.locator("[data-set-theme=dark]").click()
    assert desk.locator("html").get_attribute("data-bs-theme") == "dark"
    desk.reload()
    assert desk.locator("html").get_attribute("data-bs-theme") == "dark"


def test_system_follows_the_device_at_once(desk):
    for scheme in ("dark", "light"):
        desk.emulate_media(color_scheme=scheme)
        expect(desk.locator("html")).to_have_attribute("data-bs-theme", scheme)


def test_a_menu_closes_with_escape_and_gives_the_focus_back(desk):
    desk.locator(".td-who").click()
    assert desk.locator("text=Sign out").is_visible()
    desk.keyboard.press("Escape")
    assert not desk.locator("text=Sign out").is_visible()
    assert desk.evaluate("document.activeElement.matches('.td-who')")


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(desk):
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.matches('.td-skip')")
    desk.keyboard.press("Enter")
    assert focused(desk) == "content"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_frame_passes_axe_and_nothing_sticks_out(desk, axe, width, scheme):
    desk.set_viewport_size({"width": width, "height": 844})
    desk.emulate_media(color_scheme=scheme)
    axe(desk)
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
