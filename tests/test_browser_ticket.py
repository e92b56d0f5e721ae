"""A ticket in two browsers: seen by each other, colliding, nothing lost; and by keyboard alone."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Interaction, Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)
Sound = Callable[[Page], None]


@pytest.fixture
def lotte() -> User:
    make.shop(threshold=6, normal_mean=0.6, normal_nine_in_ten=2, threshold_odds=100)
    cache.clear()
    return make.agent(name="Lotte Maes")


@pytest.fixture
def bram(lotte: User) -> User:
    return make.agent(name="Bram De Smet")


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    purchase = make.purchase(order_number="A-24817", customer=make.customer(name="Els Vermeulen"))
    made = make.ticket(
        purchase=purchase, subject="Two mugs cracked", reason=make.reason(), owner=lotte
    )
    make.interaction(
        purchase=purchase, ticket=made, occurred_at=timezone.now() - timedelta(hours=3)
    )
    return made


@pytest.fixture
def hers(sign_in: Callable[[User], Page], lotte: User) -> Page:
    """Lotte's desk."""
    return sign_in(lotte)


@pytest.fixture
def his(browser: Browser, live_server: LiveServer, bram: User) -> Iterator[Page]:
    """Bram's, in a browser of his own."""
    client = Client()
    client.force_login(bram)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    yield context.new_page()
    context.close()


def test_two_agents_see_each_other_and_collide_without_losing_a_word(
    hers: Page, his: Page, sound: Sound, ticket: Ticket, problems: list[str]
):
    for page in (hers, his):
        page.goto(f"/tickets/{ticket.pk}/")
    # Within 15 s, without doing anything.
    expect(hers.get_by_text("Bram De Smet is looking at this ticket")).to_be_visible(timeout=15000)
    expect(his.get_by_text("Lotte Maes is looking at this ticket")).to_be_visible(timeout=15000)
    hers.keyboard.press("r")
    expect(hers.locator("#reply_text")).to_be_focused()
    hers.keyboard.type("It left yesterday.")
    expect(his.get_by_text("Lotte Maes is writing here")).to_be_visible(timeout=15000)

    his.keyboard.press("r")
    his.keyboard.type("It leaves today.")
    his.keyboard.press("Control+Enter")
    expect(his.locator("#messages")).to_contain_text("Tallydesk sends no mail.")
    expect(hers.get_by_text("Changed since you opened it.")).to_be_visible(timeout=15000)

    hers.keyboard.press("Control+Enter")
    collision = hers.locator(".td-collision")
    expect(collision).to_contain_text("It leaves today.")
    expect(collision).to_contain_text("It left yesterday.")
    expect(hers.locator("#reply_text")).to_have_value("It left yesterday.")
    assert Interaction.objects.filter(direction="outbound").count() == 1
    sound(hers)

    hers.locator("#reply_text").focus()
    hers.keyboard.press("Control+Enter")
    expect(hers.locator("#messages")).to_contain_text("Logged as answered.")
    assert Interaction.objects.filter(direction="outbound").count() == 2
    # Chromium reports every answer from 400 on; this one is asked for.
    problems[:] = [each for each in problems if "422" not in each]


def test_a_day_of_a_ticket_by_keyboard_alone(sign_in, sound: Sound, lotte, bram, ticket):
    page = sign_in(lotte)
    page.goto(f"/tickets/{ticket.pk}/")
    sound(page)
    page.keyboard.press("n")
    page.keyboard.type("The lot is on hold, @br")
    expect(page.get_by_role("option", name="Bram De Smet")).to_be_visible()
    sound(page)
    page.keyboard.press("Enter")
    page.keyboard.type("please look.")
    expect(page.locator("#note_text")).to_have_value(
        "The lot is on hold, @Bram De Smet please look."
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".td-talk-note")).to_contain_text("The lot is on hold")
    assert Notice.objects.get(person=bram).kind == "mentioned"
    sound(page)

    page.keyboard.press("w")
    expect(page.locator("#act_waits")).to_be_focused()
    page.keyboard.type("until tomorrow")
    sound(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".td-head .td-pill").first).to_contain_text("Waiting until")
    page.keyboard.press("u")
    expect(page.locator(".td-head .td-pill").first).to_contain_text("Open")
    page.keyboard.press("f")
    expect(page.get_by_role("button", name=re.compile("Unfollow"))).to_be_visible()
    page.get_by_role("link", name="Full history").press("Enter")
    page.wait_for_url("**/history/")
    expect(page.locator("tbody tr")).to_have_count(TicketEvent.objects.count())
    sound(page)
