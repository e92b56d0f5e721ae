"""What we owe, in a browser: promises kept, missed and broken; goodwill that another approves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Goodwill, Interaction, Promise, Ticket
from tickets.services import remind_of_promises

pytestmark = pytest.mark.django_db(transaction=True)
Sound = Callable[[Page], None]


@pytest.fixture
def lotte() -> User:
    make.shop(threshold=6, normal_mean=0.6, normal_nine_in_ten=2, threshold_odds=100)
    return make.agent(name="Lotte Maes", team=make.team("Desk"))


@pytest.fixture
def purchase(lotte: User) -> Purchase:
    els = make.customer(name="Els Vermeulen", phone="+3225550143")
    return make.purchase(order_number="A-24817", customer=els)


@pytest.fixture
def ticket(purchase: Purchase, lotte: User) -> Ticket:
    return make.ticket(
        purchase=purchase, subject="Two mugs cracked", reason=make.reason(), owner=lotte
    )


def promised(ticket: Ticket, owner: User, what: str, *, minutes: float) -> Promise:
    """Made yesterday, due in so many minutes."""
    now = timezone.now()
    made = Promise.objects.create(
        ticket=ticket,
        what=what,
        due_at=now + timedelta(minutes=minutes),
        made_at=now - timedelta(days=1),
        owner=owner,
    )
    rows = Promise.objects.open().filter(ticket=ticket)
    soonest = rows.values_list("due_at", flat=True).first()
    Ticket.objects.filter(pk=ticket.pk).update(open_promises=len(rows), next_promise_at=soonest)
    return made


def test_a_promise_is_brought_to_mind_and_tried(sign_in, sound: Sound, lotte, ticket):
    promised(ticket, lotte, "Ring back about the mugs", minutes=10)
    remind_of_promises()
    page = sign_in(lotte)
    page.goto("/queue/")
    expect(page.locator("#promises-due")).to_contain_text("1")
    expect(page.locator("#bell")).to_contain_text("1 unread notice")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/promises/")
    sound(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="02 555 01 43")).to_be_visible()
    expect(page.get_by_role("radio", name="Reached")).to_be_focused()
    sound(page)

    page.keyboard.press("Digit2")
    expect(page.get_by_role("radiogroup", name="Try again")).to_be_visible()
    sound(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("You are reminded to try again")
    expect(page.get_by_role("row", name="Ring back about the mugs")).to_contain_text("tried once")
    assert (Promise.objects.get().attempts, Interaction.objects.count()) == (1, 0)
    page.get_by_role("link", name="Ring back about the mugs").press("Enter")
    expect(page.get_by_text("No answer, again")).to_be_visible()


def test_a_promise_is_kept_by_ringing_back(sign_in, lotte, ticket):
    promised(ticket, lotte, "Ring back about the mugs", minutes=10)
    page = sign_in(lotte)
    page.goto("/promises/")
    expect(page.locator("#promises-due .td-count-warn")).to_have_text("1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Reached")).to_be_focused()
    page.keyboard.press("Digit1")
    page.keyboard.press("Tab")
    page.keyboard.type("The new set leaves today.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("the promise has ended: Kept.")
    expect(page.get_by_text("Nothing is promised")).to_be_visible()
    expect(page.locator("#promises-due .td-count")).to_have_count(0)
    promise = Promise.objects.select_related("proof").get()
    assert promise.proof is not None
    assert (promise.state, promise.proof.summary, promise.proof.direction) == (
        "kept",
        "The new set leaves today.",
        "outbound",
    )


def test_a_missed_promise_is_loud_and_kept_late_when_it_is_kept(
    sign_in, sound: Sound, lotte, ticket
):
    promise = promised(ticket, lotte, "Ring back", minutes=-90)
    page = sign_in(lotte)
    page.goto("/promises/")
    expect(page.locator("#promises-due .td-count-alarm")).to_have_text("1")
    expect(page.get_by_role("row", name="Ring back")).to_contain_text("late by 1 h 30")
    sound(page)
    page.goto(f"/promises/{promise.pk}/")
    page.keyboard.press("Digit1")
    page.keyboard.press("Tab")
    page.keyboard.type("Said sorry.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Kept late")
    page.goto("/promises/kept/")
    expect(page.get_by_text("0 of 1")).to_have_count(2)
    sound(page)


def test_a_broken_promise_shows_on_the_purchase_and_is_no_contact(
    sign_in, sound: Sound, lotte, ticket, purchase
):
    promise = promised(ticket, lotte, "Third set here by Tuesday", minutes=-90)
    page = sign_in(lotte)
    page.goto(f"/promises/{promise.pk}/")
    page.locator("summary", has_text="another way").press("Enter")
    page.get_by_label("How it ended").select_option("broken")
    page.get_by_role("button", name="End the promise").press("Enter")
    expect(page.locator("#messages")).to_contain_text("The promise has ended: Broken")
    page.goto(f"/purchases/{purchase.pk}/")
    expect(page.get_by_text("1 broken promise")).to_be_visible()
    expect(page.get_by_text("Promise broken")).to_be_visible()
    expect(page.locator(".td-hero .td-tally-number")).to_have_text("0")
    sound(page)


def test_goodwill_above_the_limit_is_approved_by_another_in_two_presses(
    sign_in, sound: Sound, lotte, ticket
):
    nadia = make.manager(name="Nadia El Amrani")
    page = sign_in(lotte)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_role("link", name="Give goodwill").press("Enter")
    page.wait_for_url("**/goodwill/")
    expect(page.get_by_text("Nadia El Amrani")).to_be_visible()
    page.get_by_label("What it costs us").fill("80")
    page.get_by_label("Why").fill("The third set was cracked too.")
    sound(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("another person is asked to approve it")
    expect(page.get_by_text("Waits for approval by")).to_be_visible()
    sound(page)

    sign_in(nadia)
    page.goto("/notices/")
    page.get_by_role("button", name="approve goodwill of 80.00 EUR").click()
    page.wait_for_url(f"**/goodwill/{Goodwill.objects.get().pk}/")
    sound(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#messages")).to_contain_text("Approved: 80.00 EUR. Lotte Maes is told.")
    given = Goodwill.objects.get()
    assert (given.state, given.asked_by, given.decided_by) == ("granted", lotte, nadia)
    page.goto(f"/goodwill/{given.pk}/")
    page.get_by_label("Why it is undone").fill("The carrier pays after all.")
    sound(page)
    page.get_by_role("button", name="Undo it").click()
    expect(page.locator("#messages")).to_contain_text("Undone: 80.00 EUR.")
    expect(page.get_by_text("The carrier pays after all.").first).to_be_visible()
    sound(page)


def test_a_manager_is_asked_past_the_queue_and_the_answer_stays_on_the_ticket(
    sign_in, sound: Sound, lotte, ticket
):
    nadia = make.manager(name="Nadia El Amrani")
    page = sign_in(lotte)
    page.goto(f"/tickets/{ticket.pk}/help/")
    expect(page.get_by_label("What you need")).to_be_focused()
    page.keyboard.type("May I send a third set?")
    sound(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("You are told when there is an answer.")
    sign_in(nadia)
    page.goto("/help/")
    sound(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_label("Your answer").fill("Yes, from the new lot.")
    sound(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Answered. Lotte Maes is told.")
    sign_in(lotte)
    page.goto(f"/tickets/{ticket.pk}/")
    expect(page.get_by_text("Yes, from the new lot.").first).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.handoffs) == (lotte, 0)


def test_an_admin_sets_the_limits(sign_in, sound: Sound):
    make.shop()
    page = sign_in(make.admin())
    page.goto("/settings/goodwill/")
    sound(page)
    page.get_by_label("an agent alone", exact=False).fill("75")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    sound(page)
