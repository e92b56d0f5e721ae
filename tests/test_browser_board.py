"""The board in a browser: both themes, a phone, on paper, without a mouse."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dashboards.panels import PANELS
from dashboards.rows import LISTS
from dashboards.tests.shop import varied_shop
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def board(sign_in):
    """A manager's page in a shop with something in every panel."""
    return sign_in(varied_shop(11, purchases=60))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_keeps_to_the_rules_of_access_in_both_themes(board, axe, theme):
    board.emulate_media(color_scheme=theme)
    board.goto("/board/?channel=phone&category=Category+1")
    expect(board.locator(".td-panel")).to_have_count(len(PANELS))
    board.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    axe(board)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lists_behind_it_do_too(board, axe, theme):
    board.emulate_media(color_scheme=theme)
    for name in LISTS:
        board.goto(f"/board/{name}/?product=1")
        axe(board)


def test_an_empty_board_keeps_to_them_as_well(sign_in, axe):
    page = sign_in(make.manager())
    page.goto(reverse("board"))
    expect(page.get_by_text("No purchases yet")).to_be_visible()
    axe(page)


def test_nothing_sticks_out_at_390_pixels(board):
    board.set_viewport_size({"width": 390, "height": 844})
    for address in ["/board/", "/board/where/", "/board/purchases/?reached=1"]:
        board.goto(address)
        assert board.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [1440, 1280])
def test_no_column_of_the_faults_is_cut_off_on_a_desk(board, width):
    board.set_viewport_size({"width": width, "height": 900})
    board.goto("/board/")
    cut = "each => each.parentElement.scrollWidth - each.parentElement.clientWidth"
    assert board.locator("#why .td-pareto").evaluate(cut) == 0


def test_a_choice_is_applied_at_once_and_can_be_cleared(board):
    board.goto("/board/")
    board.get_by_label("Channel").select_option("phone")
    board.wait_for_url("**channel=phone**")
    expect(board.get_by_text("The threshold is about all channels together")).to_be_visible()
    board.get_by_role("link", name="Clear").click()
    board.wait_for_url("**/board/")


def test_dates_are_chosen_in_the_browsers_own_fields(board):
    board.goto("/board/")
    board.get_by_text("Dates", exact=True).click()
    board.get_by_label("Delivered from").fill("2026-01-05")
    board.get_by_role("button", name="Show these dates").click()
    board.wait_for_url("**from=2026-01-05**")
    expect(board.locator("select[name=period]")).to_have_value("custom")


def test_a_bar_is_reached_by_keyboard_and_leads_to_its_purchases(board):
    board.goto("/board/normal/")
    bar = board.locator("svg a[data-count]").first
    bar.focus()
    count = bar.get_attribute("data-count")
    board.keyboard.press("Enter")
    board.wait_for_url("**/board/purchases/**")
    expect(board.locator(".td-head-sub")).to_contain_text(count)


def test_a_definition_is_one_click_away(board):
    board.goto("/board/")
    panel = board.locator("#where")
    panel.get_by_text("definition").click()
    expect(panel.get_by_text("three standard deviations")).to_be_visible()
    panel.get_by_role("link", name="How we count").click()
    board.wait_for_url("**/how-we-count/#funnel")


def test_on_paper_the_panels_stay_and_the_filters_go(board):
    board.goto("/board/")
    board.emulate_media(media="print")
    expect(board.locator(".td-board-filters")).to_be_hidden()
    expect(board.locator("#normal svg.td-chart")).to_be_visible()
