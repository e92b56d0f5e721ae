"""An inspection at 390 px: by taps and by keyboard, in both themes, through to the signature."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.services.pins import set_pin
from purchases.models import Lot
from quality.models import Inspection
from quality.services import LineDraft
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def browser_context_args(browser_context_args):
    """A phone at the bench."""
    return browser_context_args | {"viewport": PHONE, "has_touch": True}


@pytest.fixture
def bench(sign_in) -> Page:
    """The bench of an inspector, with one lot of mugs to inspect."""
    lines = (make.GLAZE, make.MASS, make.CHIPS, make.REMARKS)
    plan = make.plan(product=make.product(name="Polder mug 30 cl"), lines=lines)
    make.lot(product=plan.product, number="PLD-2611-1", maker=make.user(name="Jonas Maes"))
    page = sign_in(make.inspector(name="Ria Peeters"))
    page.goto("/bench/")
    return page


def narrow(page: Page) -> None:
    """Nothing sticks out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f"[data-key='{key}']").tap()


def test_an_inspection_by_taps_from_scan_to_signature(bench):
    page = bench
    # A keyboard-wedge scanner types and presses Enter; the box has the focus.
    page.keyboard.type("PLD-2611-1\n")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    page.get_by_role("button", name="Conforms", exact=False).first.tap()
    expect(page.get_by_text("2 of 4")).to_be_visible()
    press(page, "348")
    expect(page.get_by_text("Out of limits")).to_be_visible()
    expect(page.get_by_text("3 g over the upper limit")).to_be_visible()
    press(page, ["back"])
    press(page, "0")
    expect(page.get_by_text("In limits", exact=True)).to_be_visible()
    narrow(page)
    page.get_by_role("button", name="Next").tap()
    expect(page.get_by_text("3 of 4")).to_be_visible()
    page.get_by_role("link", name="Skip", exact=True).tap()
    expect(page.get_by_text("4 of 4")).to_be_visible()
    page.get_by_role("link", name="Skip", exact=True).tap()
    expect(page.get_by_text("2 optional characteristics skipped")).to_be_visible()
    narrow(page)
    page.get_by_role("button", name="Sign: conforms").tap()
    expect(page.get_by_text("Signed. It cannot be changed any more.")).to_be_visible()
    signed = Inspection.objects.get()
    assert (signed.verdict, signed.results.get(value__isnull=False).typed) == ("pass", "340")
    assert Lot.objects.get().state == "released"


def test_an_inspection_by_keyboard_alone_that_fails(bench):
    page = bench
    page.keyboard.type("PLD-2611-1\n")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    # Enter alone answers nothing: there is no default pass.
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    page.keyboard.type("a crack at the rim")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 of 4")).to_be_visible()
    page.keyboard.type("0,34")
    page.get_by_label("Unit").select_option("kg")
    expect(page.get_by_text("= 340 g")).to_be_visible()
    page.get_by_label("Mass, dry").press("Enter")
    expect(page.get_by_text("3 of 4")).to_be_visible()
    page.keyboard.type("1\n")
    expect(page.get_by_text("4 of 4")).to_be_visible()
    page.goto(reverse("inspection_sign", args=[Inspection.objects.get().pk]))
    page.get_by_role("button", name="Sign: does not conform").press("Enter")
    expect(page.get_by_text("Signed. It cannot be changed any more.")).to_be_visible()
    lot = Lot.objects.get()
    assert (lot.state, Inspection.objects.get().results.count()) == ("on_hold", 3)
    assert Inspection.objects.get().results.get(note="a crack at the rim").conforms is False


@pytest.mark.parametrize(
    ("typed", "unit", "says"),
    [
        ("345", "g", "In limits"),
        ("345,000001", "g", "0.000001 g over the upper limit"),
        ("0.345", "kg", "In limits"),
        ("0.3349999", "kg", "0.0001 g under the lower limit"),
        ("12", "oz", "In limits"),
        ("abc", "g", "This is not a number yet"),
    ],
)
def test_the_page_says_at_once_what_the_server_says(bench, typed, unit, says):
    page = bench
    inspection = make.inspection(lot=Lot.objects.get(), inspector=make.inspector())
    Inspection.objects.filter(pk=inspection.pk).update(version=1)
    page.keyboard.type("PLD-2611-1\n")
    page.get_by_role("link", name="2. Mass").click()
    page.get_by_label("Mass, dry").fill(typed)
    page.get_by_label("Unit").select_option(unit)
    expect(page.get_by_text(says)).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_of_the_bench_is_accessible(bench, axe, theme):
    page = bench
    page.emulate_media(color_scheme=theme)
    page.reload()
    axe(page)
    page.keyboard.type("PLD-2611-1\n")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    axe(page)
    page.keyboard.press("2")
    expect(page.get_by_label("What is wrong?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Next").tap()
    for value in ("348", "340"):
        page.get_by_label("Mass, dry").fill(value)
        axe(page)
    page.get_by_role("button", name="Next").tap()
    expect(page.get_by_text("3 of 4")).to_be_visible()
    pk = Inspection.objects.get().pk
    page.goto(reverse("inspection_sign", args=[pk]))
    axe(page)
    page.get_by_role("button", name="Sign: does not conform").tap()
    expect(page.get_by_text("Signed.")).to_be_visible()
    axe(page)
    page.goto("/bench/open/?code=PLD-2611-1")
    axe(page)
    page.goto(reverse("lot_page", args=[Lot.objects.get().pk]))
    axe(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lots_and_plans_are_accessible_to_a_manager(sign_in, axe, theme):
    page = sign_in(make.manager())
    page.emulate_media(color_scheme=theme)
    signed = make.signed_inspection(mass="348")
    draft = make.plan(active=False)
    for url in (
        reverse("lot_page", args=[signed.lot_id]),
        reverse("plan_list"),
        reverse("plan_page", args=[signed.plan_id]),
        reverse("plan_edit", args=[draft.pk]),
    ):
        page.goto(url)
        axe(page)
        narrow(page)


def test_a_lot_is_inspected_without_scripts(browser, live_server, sign_in):
    """Every form posts without JavaScript."""
    line = LineDraft("Glaze", "pass_fail")
    plan = make.plan(lines=(line, make.MASS))
    make.lot(product=plan.product, number="L-9", maker=make.user())
    cookies = sign_in(make.inspector()).context.cookies()
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/bench/")
    page.fill("#id_code", "L-9")
    page.get_by_role("button", name="Open").click()
    page.get_by_role("button", name="Conforms").first.click()
    page.get_by_label("Mass, dry").fill("340")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Sign: conforms").click()
    context.close()
    assert Inspection.objects.get().verdict == "pass"


def test_in_and_out_are_heard_until_the_sound_is_switched_off(bench):
    page = bench
    page.keyboard.type("PLD-2611-1\n")
    page.get_by_role("link", name="Skip", exact=True).tap()
    expect(page.get_by_text("2 of 4")).to_be_visible()
    heard = page.locator("html")
    press(page, "348")
    expect(heard).to_have_attribute("data-heard", "out")
    press(page, ["back"])
    press(page, "0")
    expect(heard).to_have_attribute("data-heard", "in")
    page.locator("[data-sound]").tap()
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator("[data-sound]")).to_have_attribute("title", "Sound is off")
    press(page, "348")
    page.wait_for_timeout(700)
    expect(heard).not_to_have_attribute("data-heard", "out")


def test_another_inspector_takes_the_tablet_over_by_pin_and_signs_with_it(bench, problems):
    page = bench
    sam = make.inspector(name="Sam Claes")
    set_pin(person=sam, pin="7391", password=make.PASSWORD)
    page.get_by_role("link", name="Change user").tap()
    page.get_by_text("Sam Claes").tap()
    page.get_by_label("PIN").fill("0007")
    page.get_by_role("button", name="Take over").tap()
    expect(page.get_by_text("Tries left: 4")).to_be_visible()
    problems[:] = [each for each in problems if "422" not in each]
    page.get_by_label("PIN").fill("7391")
    page.get_by_role("button", name="Take over").tap()
    expect(page.get_by_text("by PIN: the bench only")).to_be_visible()
    narrow(page)
    page.locator("#id_code").fill("PLD-2611-1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Conforms", exact=False).first.tap()
    expect(page.get_by_text("2 of 4")).to_be_visible()
    press(page, "340")
    page.get_by_role("button", name="Next").tap()
    expect(page.get_by_text("3 of 4")).to_be_visible()
    page.goto(page.url.split("?")[0] + "sign/")
    expect(page.get_by_text("First inspection, conforms")).to_be_visible()
    page.get_by_label("Your PIN").fill("7391")
    page.get_by_role("button", name="Sign: conforms").tap()
    expect(page.get_by_text("Signed. It cannot be changed any more.")).to_be_visible()
    assert Inspection.objects.get().inspector == sam
    assert Lot.objects.get().state == "released"
