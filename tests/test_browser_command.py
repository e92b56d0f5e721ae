"""The command box in a browser: opened, searched, moved along and left, by keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(sign_in):
    purchase = make.purchase(order_number="A-24817", customer=make.customer(name="Els Vermeulen"))
    make.interaction(purchase=purchase, summary="The glaze of the mug is <b>cracked</b>")
    page = sign_in(make.agent(name="Nadia El Amrani"))
    page.goto(reverse("purchase_page", args=[purchase.pk]))
    page.goto(reverse("notice_list"))
    return page


def test_words_are_found_while_typing_and_opened_with_enter(desk):
    desk.keyboard.press("Control+k")
    field = desk.get_by_role("combobox", name="Search, or say where to go")
    expect(field).to_be_focused()
    desk.keyboard.type("glaze crack")
    told = desk.get_by_role("option", name="The glaze of the mug is <b>cracked</b>")
    expect(told).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", told.get_attribute("id"))
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("option", name="Everything for")).to_have_attribute(
        "aria-selected", "true"
    )
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/interactions/*/")


def test_what_was_opened_last_and_the_rooms_are_offered_and_narrowed(desk, axe):
    desk.keyboard.press("Control+k")
    expect(desk.get_by_role("option", name="A-24817")).to_be_visible()
    for theme in ("light", "dark"):
        desk.evaluate("theme => window.tallydeskTheme(theme)", theme)
        axe(desk, within="#command")
    desk.keyboard.type("custom")
    expect(desk.get_by_role("option", name="A-24817")).to_be_hidden()
    expect(desk.get_by_role("option", name="Customers")).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Escape")
    expect(desk.locator("#command")).to_be_hidden()


def test_an_action_of_the_page_is_done_from_the_box(desk):
    desk.go_back()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("log a call")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/calls/new/?purchase=*")


def test_the_search_page_fits_a_phone(desk, sound):
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(f"{reverse('search')}?q=glaze")
    expect(desk.locator("mark")).to_have_text("glaze")
    sound(desk)
