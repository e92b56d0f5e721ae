"""Pairs of eyes, samples and rework in the browser, on a phone at the bench."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from purchases.models import Lot
from quality.models import Inspection, Nonconformance
from quality.services import LineDraft
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE = {"width": 390, "height": 844}
GLAZE = LineDraft("Glaze", "pass_fail")


@pytest.fixture
def browser_context_args(browser_context_args):
    """A phone at the bench."""
    return browser_context_args | {"viewport": PHONE, "has_touch": True}


def begin(sign_in, person, number: str) -> Page:
    """The person at the bench with the lot scanned."""
    page: Page = sign_in(person)
    page.goto("/bench/")
    page.locator("#id_code").fill(number)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Take this entry back").or_(page.locator(".td-steps"))).to_be_visible()
    return page


def judge(page: Page, word: str) -> None:
    """The one characteristic of the unit, by its big button."""
    page.get_by_role("button", name=word, exact=False).first.tap()


def sign(page: Page, button: str) -> None:
    """The summary's button, and nothing sticks out."""
    expect(page.get_by_text("Look once more, then sign")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name=button).tap()
    expect(page.get_by_text("Signed. It cannot be changed any more.")).to_be_visible()


def state() -> str:
    return Lot.objects.get().state


def test_a_blind_second_disagrees_and_a_third_decides_with_a_reason(sign_in, problems):
    lot = make.lot(
        product=make.plan(product=make.product(), lines=(GLAZE,), seconds="every").product,
        number="PLD-1",
        maker=make.user(),
    )
    first, second, third = (make.inspector(name=name) for name in ("Fay", "Sam", "Tim"))
    page = begin(sign_in, first, "PLD-1")
    judge(page, "Conforms")
    sign(page, "Sign: conforms")
    expect(page.get_by_text("tell nobody what you found")).to_be_visible()
    assert state() == "in_inspection"
    page = begin(sign_in, second, "PLD-1")
    expect(page.get_by_text("Second inspection")).to_be_visible()
    judge(page, "Does not conform")
    page.get_by_role("button", name="Next").tap()
    sign(page, "Sign: does not conform")
    assert state() == "on_hold"
    page = begin(sign_in, third, "PLD-1")
    judge(page, "Conforms")
    page.get_by_role("button", name="Sign: conforms").tap()
    expect(page.get_by_text("say why in a sentence")).to_be_visible()
    problems[:] = [each for each in problems if "422" not in each]
    page.get_by_label("Why you decide so").fill("The lamp of the second was broken.")
    sign(page, "Sign: conforms")
    lot.refresh_from_db()
    assert (lot.state, Inspection.objects.get(stage="first").pair) == ("released", "settled")


def test_a_sample_is_accepted_at_its_acceptance_number(sign_in):
    said = {"sampling": "aql", "level": "S-4", "aql_major": "10"}
    product = make.plan(product=make.product(), lines=(GLAZE,), **said).product
    make.lot(product=product, number="PLD-2", maker=make.user(), quantity=60)
    page = begin(sign_in, make.inspector(), "PLD-2")
    opened = Inspection.objects.get()
    size = opened.sample_sizes.get()
    assert (opened.units, size.accept, size.reject) == (5, 1, 2)
    page.get_by_role("link", name="As a table").tap()
    cells = page.locator("select")
    for place in range(5):
        cells.nth(place).select_option("fail" if place < 1 else "pass")
    page.get_by_role("button", name="Save and go on").tap()
    expect(page.get_by_text("Look once more, then sign")).to_be_visible()
    row = page.get_by_role("row", name="Major")
    expect(row).to_contain_text("5")
    sign(page, "Sign: conforms")
    assert (Inspection.objects.get().verdict, state()) == ("pass", "released")


def test_rework_comes_round_again_and_is_released(sign_in):
    lot = make.lot(
        product=make.plan(product=make.product(), lines=(GLAZE,)).product,
        number="PLD-3",
        maker=make.user(),
        quantity=10,
    )
    page = begin(sign_in, make.inspector(), "PLD-3")
    judge(page, "Does not conform")
    page.get_by_role("button", name="Next").tap()
    sign(page, "Sign: does not conform")
    expect(page.get_by_text("Print the hold label")).to_be_visible()
    page = sign_in(make.manager())
    page.goto(reverse("nonconformance_page", args=[Nonconformance.objects.get().pk]))
    page.locator("#id_kind").select_option("rework")
    page.get_by_label("Why", exact=True).fill("Glaze it again.")
    page.get_by_role("button", name="Decide").tap()
    expect(page.get_by_text("a new round is still to come")).to_be_visible()
    page = sign_in(make.inspector())
    page.goto("/bench/")
    expect(page.get_by_text("after rework")).to_be_visible()
    page.get_by_role("button", name="PLD-3").tap()
    expect(page.get_by_text("Round 2").or_(page.get_by_text("Re-inspection"))).to_be_visible()
    judge(page, "Conforms")
    sign(page, "Sign: conforms")
    assert state() == "released"
    assert list(lot.inspections.order_by("round").values_list("round", "verdict")) == [
        (1, "fail"),
        (2, "pass"),
    ]
