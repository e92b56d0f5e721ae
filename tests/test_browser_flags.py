"""The manager's main path in a browser: a flag found, explained and closed, the number, the past."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Shop, User
from jobs.models import Job
from tests import make
from thresholds.models import Flag, Threshold, ThresholdRevision
from thresholds.services.as_of import run_as_of_job
from thresholds.tests.history import bought, flag_of, judge

pytestmark = pytest.mark.django_db(transaction=True)
Sound = Callable[[Page], None]


@pytest.fixture
def boss() -> User:
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def flags() -> list[Flag]:
    """Two open flags, the second the newer; the shop's number is 5."""
    make.shop(threshold=5)
    made = []
    for order, contacts in (("A-24655", 7), ("A-24817", 5)):
        purchase = bought(order_number=order, contacts=contacts)
        judge(purchase)
        made.append(flag_of(purchase))
    return made


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element that is called so has the focus."""
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.id") == name:
            return
    pytest.fail(f"Tab never comes to {name}")


def test_a_flag_is_found_by_keyboard(sign_in, sound: Sound, boss, flags):
    page = sign_in(boss)
    page.goto("/board/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/flags/")
    expect(page.get_by_role("link", name="Open 2")).to_be_visible()
    sound(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_contain_text("A-24655")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/flags/{flags[0].pk}/")
    expect(page.get_by_role("heading", name="A-24655")).to_be_visible()
    sound(page)


def test_a_flag_is_explained_and_closed_by_keyboard(sign_in, sound: Sound, boss, flags):
    page = sign_in(boss)
    page.goto(f"/flags/{flags[0].pk}/")
    tab_to(page, "owner")
    page.keyboard.type("Nadia")
    tab_to(page, "cause_fault")
    page.keyboard.type("Goods")
    day = timezone.localdate() + timedelta(days=30)
    page.locator("#id_action_due").fill(day.isoformat())  # its segments are the browser's own
    tab_to(page, "cause_text")
    page.keyboard.type("The handle dries too fast.")
    page.keyboard.press("Tab")
    page.keyboard.type("A slower drying rack.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("The flag is saved.")
    flag = Flag.objects.get(pk=flags[0].pk)
    assert (flag.owner, flag.cause_fault, flag.cause_text, flag.action_text, flag.action_due) == (
        boss,
        "goods",
        "The handle dries too fast.",
        "A slower drying rack.",
        day,
    )
    expect(page.locator("#id_action_due")).to_have_value(day.isoformat())

    tab_to(page, "action_text")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_role("heading", name="How it ended")).to_be_visible()
    flag.refresh_from_db()
    assert (flag.state, flag.closed_by, flag.action_due) == ("closed", boss, day)
    sound(page)
    page.goto("/flags/?state=closed")
    expect(page.get_by_role("link", name="A-24655")).to_be_visible()
    sound(page)


def test_closing_what_is_not_explained_says_what_is_missing(sign_in, sound: Sound, boss, flags):
    page = sign_in(boss)
    page.goto(f"/flags/{flags[0].pk}/")
    page.locator("#id_cause_text").focus()
    page.keyboard.type("Not known yet.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_cause_text")).to_have_value("Not known yet.")
    assert Flag.objects.get(pk=flags[0].pk).state == "open"
    sound(page)


def test_a_flag_that_needs_no_action_is_dismissed_with_its_reason(
    sign_in, sound: Sound, boss, flags
):
    page = sign_in(boss)
    page.goto(f"/flags/{flags[1].pk}/")
    page.get_by_text("It needs no action", exact=True).focus()
    page.keyboard.press("Enter")
    sound(page)
    tab_to(page, "note")
    page.keyboard.type("The calls are about another shop.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("The flag is dismissed.")
    expect(page.get_by_text("The calls are about another shop.").first).to_be_visible()
    flag = Flag.objects.get(pk=flags[1].pk)
    assert (flag.state, flag.closed_by, flag.close_note) == (
        "dismissed",
        boss,
        "The calls are about another shop.",
    )
    sound(page)


def test_the_number_is_pinned_and_released(sign_in, sound: Sound, boss, flags):
    page = sign_in(boss)
    page.goto("/threshold/")
    sound(page)
    tab_to(page, "number")
    page.keyboard.type("8")
    tab_to(page, "reason")
    page.keyboard.type("A strike of the carrier.")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("The number is pinned at 8.")
    expect(page.locator(".td-number-value")).to_have_text("8")
    assert (Shop.objects.get().threshold, Threshold.objects.get().pinned_by) == (8, boss)
    sound(page)
    page.get_by_role("button", name="Release it").press("Enter")
    expect(page.locator("#messages")).to_contain_text("The learned number holds again.")
    assert Threshold.objects.get().pinned_number is None
    assert Shop.objects.get().threshold == 5


def test_a_day_of_the_past_is_asked_about_and_answered(sign_in, sound: Sound, boss, flags):
    page = sign_in(boss)
    page.goto("/threshold/as-of/")
    expect(page.get_by_text("Nothing asked yet")).to_be_visible()
    day = timezone.localdate() - timedelta(days=20)
    page.locator("#id_day").fill(day.isoformat())
    page.locator("#id_day").press("Enter")
    page.wait_for_url("**/jobs/*/")
    expect(page.get_by_text("Waiting for a free worker")).to_be_visible()
    run_as_of_job(job_id=Job.objects.get().pk)
    # The page asks by itself.
    page.get_by_role("link", name="See the answer").press("Enter")
    revision = ThresholdRevision.objects.get(as_of=day)
    page.wait_for_url(f"**/threshold/as-of/{revision.pk}/")
    expect(page.get_by_role("link", name="A-24655")).to_be_visible()
    sound(page)
    page.goto("/threshold/as-of/")
    expect(page.locator("[data-row-link]")).to_have_count(1)
    sound(page)
