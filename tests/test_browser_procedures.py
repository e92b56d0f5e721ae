"""The walk of a procedure: written, published by another, followed on a call, deviated from, decided."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from procedures.models import Procedure, Record, Run, Version
from tests import make
from thresholds.services.evaluation import evaluate_all
from tickets.models import Interaction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def nadia() -> User:
    make.shop()
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def piet() -> User:
    return make.user(Role.ADMIN, Role.MANAGER, name="Piet Maes")


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


def step(page: Page, kind: str, title: str, text: str = "") -> None:
    page.get_by_label("Kind").select_option(kind)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill(text)


def test_one_writes_another_publishes_and_the_author_cannot(
    sign_in: Callable[[User], Page], axe, nadia: User, piet: User
):
    make.reason(group="Goods", name="Cracked")
    page = sign_in(nadia)
    page.goto("/procedures/")
    axe(page)
    page.get_by_role("link", name="New procedure").first.click()
    page.get_by_label("Title").fill("Damaged on arrival")
    page.get_by_label("Reasons").select_option(label="Goods: Cracked")
    axe(page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Write the steps").click()
    for kind, title in (("say", "Say you are sorry"), ("ask", "What is broken?")):
        page.get_by_role("link", name="Add a step").last.click()
        step(page, kind, title, "As a person would.")
        axe(page)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text(title).first).to_be_visible()
    draft = Version.objects.get()
    axe(page)
    expect(page.get_by_text("another person publishes it: Piet Maes")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})

    page = sign_in(piet)
    page.goto(f"/procedures/drafts/{draft.pk}/")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1, in force")).to_be_visible()
    axe(page)
    draft.refresh_from_db()
    assert (draft.state, draft.author, draft.publisher) == ("published", nadia, piet)


def follow_on_a_call(page: Page, axe, procedure: Procedure, nadia: User) -> None:
    """Two steps and a deviation beside a call; a new version is published before it is saved."""
    purchase = make.purchase()
    page.goto(f"/calls/new/?purchase={purchase.pk}")
    page.keyboard.press("Digit1")
    page.keyboard.press("Digit1")
    runs = page.locator("#procedures")
    expect(runs.get_by_text("begins with the first step you record")).to_be_visible()
    # The customer goes on talking: the cursor stays in the text.
    expect(page.get_by_label("What was said")).to_be_focused()
    axe(page)
    page.keyboard.type("Two of six are cracked.")
    runs.get_by_role("button", name="Done : Say you are sorry").click()
    runs.get_by_label("What the customer answers").fill("Two of six")
    runs.get_by_role("button", name="Done : Ask what is broken").click()
    expect(runs.get_by_text("2 of 3 steps")).to_be_visible()
    runs.get_by_text("Not as it is written").click()
    runs.get_by_label("Why, in one sentence").fill("No scales at hand today.")
    axe(page)
    runs.get_by_role("button", name="Leave it out").click()
    expect(runs.get_by_text("a second person is asked")).to_be_attached()
    assert page.get_by_label("What was said").input_value() == "Two of six are cracked."
    # A new version comes while the run is open: it stays on its own.
    make.version(procedure=procedure, author=nadia, steps=(make.SAY_SORRY,))
    page.get_by_label("What was said").focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Two of six are cracked.").first).to_be_visible()


def test_it_is_followed_on_a_call_with_one_deviation_and_a_manager_says_a_word(
    sign_in: Callable[[User], Page], axe, nadia: User, piet: User, lotte: User
):
    reason = make.reason(group="Goods", name="Cracked")
    procedure = make.procedure(owner=nadia, title="Damaged on arrival", reasons=(reason,))
    follow_on_a_call(sign_in(lotte), axe, procedure, nadia)
    contact = Interaction.objects.get()
    run = Run.objects.get()
    assert (run.call_key, run.version.number) == (contact.form_key, 1)

    page = sign_in(piet)
    page.goto("/procedures/deviations/")
    axe(page)
    page.get_by_role("link", name="Weigh the new one").click()
    expect(page.get_by_text("No scales at hand today.")).to_be_visible()
    axe(page)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("Said. Lotte Maes is told.")).to_be_visible()
    record = Record.objects.get(way="skipped")
    assert (record.decided_by, record.agreed) == (piet, True)
    page.goto("/procedures/deviations/report/")
    axe(page)
    expect(page.get_by_role("cell", name="Weigh the new one")).to_be_visible()


def test_the_coverage_names_the_biggest_gap_and_begins_the_procedure(
    sign_in: Callable[[User], Page], axe, nadia: User
):
    cracked = make.reason(group="Goods", name="Cracked")
    for reason, times in ((make.reason(group="Delivery", name="Late"), 1), (cracked, 3)):
        for _n in range(times):
            make.interaction(purchase=make.purchase(), reason=reason)
    evaluate_all()
    page = sign_in(nadia)
    page.goto("/procedures/")
    page.get_by_role("link", name="What to write next").click()
    axe(page)
    first = (
        page.locator("section", has_text="Reasons without a procedure").locator("tbody tr").first
    )
    expect(first).to_contain_text("Cracked")
    expect(first.locator("td").nth(1)).to_have_text("3")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first.get_by_role("link", name="Write it").click()
    expect(page.get_by_label("Reasons")).to_have_values([str(cracked.pk)])
