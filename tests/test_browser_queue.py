"""The queue by keyboard: filter, mark, a bulk action that a rule refuses in part, the next ticket."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from tests import make
from tickets.models import CannedText, Macro, Reason, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
Sound = Callable[[Page], None]


@pytest.fixture
def reason() -> Reason:
    make.shop(threshold=6)
    return make.reason(group="Goods", name="cracked")


@pytest.fixture
def lotte(reason: Reason) -> User:
    return make.agent(name="Lotte Maes", after_saving="next")


@pytest.fixture
def tickets(reason: Reason, lotte: User) -> list[Ticket]:
    """Three, the longest waiting first; the second has no reason yet."""
    now = timezone.now()
    els = make.customer(name="Els Vermeulen")
    return [
        make.ticket(
            subject=f"Mug {n}",
            purchase=make.purchase(customer=els, products=(make.product(name="Polder mug"),)),
            reason=None if n == 1 else reason,
            owner=lotte if n == 2 else None,
            waiting_since=now - timedelta(hours=9 - n),
        )
        for n in range(3)
    ]


def states(tickets: list[Ticket]) -> list[str]:
    rows = Ticket.objects.in_bulk([ticket.pk for ticket in tickets])
    return [rows[ticket.pk].state for ticket in tickets]


def test_bulk_resolve_is_refused_for_want_of_a_reason_and_the_others_go_through(
    sign_in, sound: Sound, lotte, tickets, problems: list[str]
):
    page = sign_in(lotte)
    page.goto("/queue/")
    sound(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#marked")).to_contain_text("2 marked")
    page.keyboard.press("e")
    panel = page.locator("#queue-panel")
    expect(panel.get_by_role("heading", name="Resolve")).to_be_visible()
    sound(page)
    page.keyboard.press("Tab")
    page.keyboard.type("Sent a new mug.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("1 ticket was refused")
    assert ["422" in told for told in problems] == [True]
    problems.clear()
    refused = page.get_by_role("listitem").filter(has_text="Mug 1")
    expect(refused).to_contain_text("Choose what the ticket was about.")
    assert states(tickets) == ["resolved", "new", "new"]
    sound(page)
    about = page.get_by_label("What they were about")
    about.select_option(label="Goods: cracked")
    about.press("Control+Enter")
    page.wait_for_url(lambda url: url.endswith("/queue/"))
    assert states(tickets) == ["resolved", "resolved", "new"]


def test_filters_and_columns_open_over_the_list_and_stand_in_the_address(
    sign_in, sound: Sound, lotte, tickets
):
    page = sign_in(lotte)
    page.goto("/queue/")
    page.keyboard.press("f")
    panel = page.locator("#queue-panel")
    expect(panel.get_by_role("heading", name="Filter the queue")).to_be_visible()
    sound(page)
    panel.get_by_label("me", exact=True).press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/queue/?owner=me")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Owner: me").press("Enter")
    page.wait_for_url("**/queue/?")
    expect(page.get_by_role("row")).to_have_count(4)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    sound(page)


def test_a_text_and_a_macro_are_used_without_a_mouse_and_the_next_ticket_follows(
    sign_in, sound: Sound, lotte, tickets
):
    CannedText.objects.create(owner=lotte, name="Sorry", text="Dear {{customer}}, sorry.")
    Macro.objects.create(owner=None, name="Urgent, mine", priority=3, takes="me")
    page = sign_in(lotte)
    page.goto("/queue/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{tickets[0].pk}/?back=view%3Dall")
    page.keyboard.press("n")
    words = page.locator("#note_text")
    expect(words).to_be_focused()
    page.keyboard.type("::so")
    expect(page.get_by_role("option", name="Sorry")).to_be_visible()
    page.keyboard.press("Enter")
    expect(words).to_have_value("Dear Els Vermeulen, sorry.")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("m")
    page.get_by_role("link", name="Urgent, mine").press("Enter")
    expect(page.get_by_text("Sets the priority to High")).to_be_visible()
    sound(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/tickets/{tickets[1].pk}/?back=view%3Dall")
    tickets[0].refresh_from_db()
    assert (tickets[0].owner, tickets[0].priority) == (lotte, 3)
