"""Calls that are interrupted, reloaded, signed out of: nothing that was typed is lost or shown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from purchases.models import Purchase
from tests import make
from tickets.models import CallDraft, Interaction, Promise, Reason
from tickets.services import Fields, save_call_draft

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "Object.keys(sessionStorage).filter(name => name.startsWith('td-draft:'))"


def until_sent(page: Page) -> None:
    """Wait until the tab keeps nothing that the server has not; two seconds at most."""
    for _tenth in range(20):
        if not page.evaluate(KEPT):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEPT))


@pytest.fixture
def reasons(db: None) -> list[Reason]:
    make.shop(threshold=6)
    return [make.reason(name="Cracked"), make.reason(group="Delivery", name="Late")]


@pytest.fixture
def els(reasons: list[Reason]) -> Purchase:
    customer = make.customer(name="Els Vermeulen", phone="+3225550143")
    return make.purchase(order_number="A-24817", customer=customer)


@pytest.fixture
def marc(reasons: list[Reason]) -> Purchase:
    customer = make.customer(name="Marc Dupont", phone="+3225550188")
    return make.purchase(order_number="A-24590", customer=customer)


def open_form(page: Page) -> None:
    page.goto("/queue/")
    page.keyboard.press("c")
    expect(page.locator("#call-q")).to_be_focused()
    page.wait_for_load_state("load")


def say(page: Page, found: str, card: str, words: str) -> None:
    """Find a purchase, choose the first reason, and begin to write."""
    page.keyboard.type(found)
    expect(page.locator("#call-card")).to_contain_text(card)
    page.keyboard.press("Enter")
    page.keyboard.press("Digit1")
    page.keyboard.press("Digit1")
    expect(page.locator("#id_summary")).to_be_focused()
    page.keyboard.type(words)


def test_a_second_call_interrupts_the_first_and_both_are_saved_by_keyboard(
    sign_in, els: Purchase, marc: Purchase
):
    page = sign_in(make.agent())
    open_form(page)
    say(page, "02 555 01 43", "A-24817", "Asks when the mugs")
    page.keyboard.press("Alt+Digit0")
    page.wait_for_url(lambda url: "?key=" in url)
    expect(page.locator("#call-q")).to_be_focused()
    expect(page.locator("#id_summary")).to_have_value("")
    expect(page.locator("[data-call-tab='1']")).to_contain_text("Els Vermeulen · A-24817")
    say(page, "02 555 01 88", "A-24590", "Wants to return it.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/purchases/{marc.pk}/")
    open_form(page)
    page.keyboard.press("Alt+Digit1")
    expect(page.locator("#id_summary")).to_have_value("Asks when the mugs")
    expect(page.locator("[data-call-tab]")).to_have_count(2)  # this call, and "New call"
    page.locator("#id_summary").focus()
    page.keyboard.press("End")
    page.keyboard.type(" come.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/purchases/{els.pk}/")
    said = dict(Interaction.objects.values_list("purchase__order_number", "summary"))
    assert said == {"A-24590": "Wants to return it.", "A-24817": "Asks when the mugs come."}
    assert list(CallDraft.objects.open()) == []


def test_what_is_typed_is_on_the_server_within_two_seconds_and_survives_reload_and_crash(
    sign_in, els: Purchase
):
    page = sign_in(make.agent())
    open_form(page)
    say(page, "A-24817", "A-24817", "Word")
    for word in ["", "by", "word", "without", "a", "pause"]:
        page.keyboard.type(f" {word}")
    typed = page.locator("#id_summary").input_value()
    until_sent(page)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    assert CallDraft.objects.get().fields["summary"] == typed
    page.reload()
    expect(page.locator("#id_summary")).to_have_value(typed)
    expect(page.locator("#call-card")).to_contain_text("A-24817")
    expect(page.get_by_role("radio", name="Cracked")).to_be_checked()
    # A crash: another tab of the same person, with nothing of this one's.
    other = page.context.new_page()
    page.close(run_before_unload=False)
    other.goto("/calls/new/")
    other.locator("[data-call-tab='1']").click()
    expect(other.locator("#id_summary")).to_have_value(typed)


def test_what_the_server_has_not_acknowledged_is_sent_after_a_reload(
    sign_in, els: Purchase, problems: list[str]
):
    page = sign_in(make.agent())
    open_form(page)
    page.route("**/calls/drafts/**", lambda route: route.abort())
    say(page, "A-24817", "A-24817", "Typed without a connection")
    expect(page.locator("#draft-state")).to_contain_text("No connection: kept in this tab")
    assert CallDraft.objects.count() == 0
    page.unroute("**/calls/drafts/**")
    page.reload()
    # Drawn, sent, and drawn again.
    summary = page.locator("#id_summary")
    expect(summary).to_have_value("Typed without a connection", timeout=15_000)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    assert page.evaluate(KEPT) == []
    problems[:] = [one for one in problems if "ERR_FAILED" not in one]


def test_an_expired_session_loses_nothing(sign_in, axe, els: Purchase, problems: list[str]):
    lotte = make.agent(name="Lotte Maes", email="lotte@example.com")
    page = sign_in(lotte)
    open_form(page)
    say(page, "A-24817", "A-24817", "Asks when")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    Session.objects.all().delete()
    page.keyboard.type(" the mugs come.")
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    expect(page.locator("#again-login")).to_have_value("lotte@example.com")
    axe(page, within="#sign-in-again")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("do not belong together")
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    until_sent(page)
    assert CallDraft.objects.get().fields["summary"] == "Asks when the mugs come."
    # And once more, while saving the call itself: the second key, which promises.
    Session.objects.all().delete()
    page.locator("#id_summary").press("Control+Shift+Enter")
    expect(dialog).to_be_visible()
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/purchases/{els.pk}/")
    logged = Interaction.objects.get()
    assert (logged.summary, logged.agent) == ("Asks when the mugs come.", lotte)
    assert Promise.objects.get().made_in == logged
    problems[:] = [one for one in problems if "400" not in one]


def test_the_box_asks_to_sign_in_again_and_then_finds(sign_in, els: Purchase):
    page = sign_in(make.agent())
    open_form(page)
    Session.objects.all().delete()
    page.keyboard.type("A-24817")
    expect(page.locator("#sign-in-again")).to_be_visible()
    page.locator("#again-password").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again")).to_be_hidden()
    expect(page.locator("#call-card")).to_contain_text("A-24817")


def test_signing_out_clears_every_tab_and_the_next_person_sees_nothing(
    sign_in, els: Purchase, problems: list[str]
):
    page = sign_in(make.agent())
    open_form(page)
    second = page.context.new_page()
    second.goto("/calls/new/")
    second.route("**/calls/drafts/**", lambda route: route.abort())
    second.locator("#id_summary").fill("Between us")
    expect(second.locator("#draft-state")).to_contain_text("No connection")
    page.locator("#id_summary").fill("Nobody else's business")
    page.locator(".td-who").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/sign-in/" in url)
    second.wait_for_url(lambda url: "/sign-in/" in url)
    assert page.evaluate(KEPT) == second.evaluate(KEPT) == []
    # The last words went to the server first; they are their owner's.
    assert CallDraft.objects.get().fields["summary"] == "Nobody else's business"
    sign_in(make.agent())
    page.goto("/calls/new/")
    expect(page.locator("[data-call-tab]")).to_have_count(2)
    page.go_back()
    expect(page.get_by_text("Nobody else's business")).to_have_count(0)
    problems[:] = [one for one in problems if "ERR_FAILED" not in one]


def test_what_another_person_left_in_this_tab_is_dropped(sign_in, els: Purchase):
    page = sign_in(make.agent())
    page.goto("/queue/")
    page.evaluate("sessionStorage.setItem('td-draft:999:x', '[[\"summary\", \"Secret\"]]')")
    page.reload()
    assert page.evaluate(KEPT) == []


def test_a_call_put_away_by_its_tab_can_be_taken_back(sign_in, els: Purchase):
    page = sign_in(make.agent())
    open_form(page)
    say(page, "A-24817", "A-24817", "Never mind")
    page.get_by_role("button", name="Put away").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#id_summary")).to_have_value("Never mind")


def test_the_clock_runs_can_be_typed_over_and_is_kept(sign_in, els: Purchase):
    page = sign_in(make.agent())
    open_form(page)
    say(page, "A-24817", "A-24817", "Quick one.")
    expect(page.locator("[name=duration]")).not_to_have_value("0:00", timeout=3_000)
    page.locator("[name=duration]").fill("2:30")
    page.locator("#id_summary").press("Control+Enter")
    page.wait_for_url(f"**/purchases/{els.pk}/")
    assert Interaction.objects.get().duration_seconds == 150


def test_add_to_the_last_one_is_asked_in_place_and_answered_by_a_digit(
    sign_in, sound, els: Purchase, marc: Purchase
):
    lotte = make.agent()
    fields: Fields = {"purchase": str(marc.pk)}
    save_call_draft(person=lotte, form_key=str(uuid4()), fields=fields)
    page = sign_in(lotte)
    first = make.interaction(
        purchase=els,
        reason=Reason.objects.get(name="Late"),
        occurred_at=timezone.now() - timedelta(minutes=4),
        agent=make.agent(),
    )
    page.goto(f"/calls/new/?purchase={els.pk}")
    question = page.get_by_role("radiogroup", name="Add to the last one?")
    expect(question).to_be_visible()
    sound(page)
    page.get_by_role("radio", name="Another contact").focus()
    page.keyboard.press("Digit1")
    expect(page.locator("#id_summary")).to_be_focused()
    page.keyboard.type("Rang again: it came.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/purchases/{els.pk}/")
    expect(page.locator("#messages")).to_contain_text("Added to the last contact")
    expect(page.locator(".td-timeline .td-event")).to_have_count(1)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert Interaction.objects.current().get().summary.startswith("Asks where it is.\n")
