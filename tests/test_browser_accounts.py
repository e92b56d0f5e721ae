"""Signing in, being invited and the settings, in a browser: by keyboard, at 390 px, both themes."""

import pytest
from playwright.sync_api import expect

from accounts.models import Invitation, Role, User
from tests import make
from tickets.starter import plant_starter_reasons

pytestmark = pytest.mark.django_db(transaction=True)
PLAIN = ["/sign-in/", "/sign-up/", "/password/forgotten/"]
SETTINGS = [
    "/settings/",
    "/settings/people/",
    "/settings/people/invite/",
    "/settings/shop/",
    "/settings/teams/",
    "/settings/hours/",
    "/settings/reasons/",
    "/notices/",
    "/me/",
]


@pytest.fixture
def admin():
    return make.admin(name="Nadia El Amrani", email="nadia@example.com")


def check(page, axe, address):
    """axe in both themes, and nothing wider than a phone."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(address)
        axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("address", PLAIN)
def test_the_pages_before_one_is_in_are_accessible(page, axe, problems, admin, address):
    check(page, axe, address)
    problems[:] = [problem for problem in problems if "403" not in problem]  # signing up


@pytest.mark.parametrize("address", SETTINGS)
def test_the_settings_are_accessible(sign_in, axe, admin, address):
    plant_starter_reasons(actor=admin)
    make.agent(team=make.team("Desk"))
    check(sign_in(admin), axe, address)


def test_signing_in_by_keyboard_tells_a_wrong_password_and_takes_the_right_one(page, axe, admin):
    page.goto("/sign-in/")
    page.keyboard.press("Tab")
    page.locator("[name=login]").focus()
    page.keyboard.type("nadia@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    axe(page)
    expect(page.locator("[name=login]")).to_have_value("nadia@example.com")
    page.locator("[name=password]").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/")


def test_an_admin_invites_and_the_invited_person_comes_in(sign_in, browser, live_server, admin):
    page = sign_in(admin)
    page.goto("/settings/people/invite/")
    page.get_by_label("Name").fill("Lotte Maes")
    page.get_by_label("E-mail", exact=False).first.fill("lotte@example.com")
    page.get_by_role("radiogroup", name="Agent").get_by_role("radio", name="Yes").check(force=True)
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link, works once").input_value()
    assert Invitation.objects.get().token in link
    visitor = browser.new_context().new_page()
    visitor.goto(link)
    visitor.get_by_label("Password").first.fill("zilvervis in de klei")
    visitor.get_by_label("The same password again").fill("zilvervis in de klei")
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_text("Welcome, Lotte Maes.")).to_be_visible()
    visitor.context.close()
    assert User.objects.get(email="lotte@example.com").may(Role.AGENT, write=True)


def test_the_person_page_is_accessible_with_and_without_an_invitation(sign_in, axe, admin):
    person = make.user(Role.AGENT, is_active=False)
    page = sign_in(admin)
    check(page, axe, f"/settings/people/{person.pk}/")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_label("Link, works once")).to_be_visible()
    axe(page)


def test_a_session_ends_in_the_other_browser_when_the_sign_in_is_taken_away(
    sign_in, sign_in_by_form, admin
):
    lotte = make.agent(email="lotte@example.com")
    page = sign_in(lotte)
    page.goto("/me/")
    expect(page.get_by_role("heading", name="My settings")).to_be_visible()
    User.objects.filter(pk=lotte.pk).update(is_active=False)
    page.reload()
    page.wait_for_url("**/sign-in/?next=/me/")
