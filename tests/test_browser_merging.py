"""Merging and undoing, and files by dropping and pasting, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from purchases.services import compare_customers
from tests import make
from tickets.models import Attachment, Ticket
from tickets.services import log_interaction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]
Sound = Callable[[Page], None]

# A file that comes with a paste or a drop, as the browser hands it over.
GIVE = """([kind, bytes, name]) => {
  const file = new File([new Uint8Array(bytes)], name, {type: "image/png"});
  const given = new DataTransfer();
  given.items.add(file);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: given, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: given, bubbles: true, cancelable: true});
  document.querySelector("main").dispatchEvent(event);
}"""


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def pair(lotte: User) -> tuple[Ticket, Ticket]:
    """Els called about two orders; it is one problem."""
    make.shop(threshold=6)
    els = make.customer(name="Els Vermeulen", phone="+3225550143")
    for order in ("A-24817", "A-24818"):
        log_interaction(
            actor=lotte,
            purchase=make.purchase(order_number=order, customer=els),
            channel="phone",
            direction="inbound",
            reason=make.reason(),
            outcome="escalated",
            summary=f"The mug of {order} is cracked.",
        )
    first, second = Ticket.objects.order_by("pk")
    return first, second


def test_two_tickets_are_merged_by_keyboard_and_taken_apart_again(
    sign_in, sound: Sound, lotte, pair
):
    first, second = pair
    page = sign_in(lotte)
    page.goto(f"/tickets/{first.pk}/")
    page.get_by_role("link", name="Merge").press("Enter")
    expect(page.locator("#merge-q")).to_be_focused()
    expect(page.get_by_role("radio")).to_be_checked()
    expect(page.get_by_text("the contacts will count on A-24818")).to_be_visible()
    sound(page)
    page.locator("#id_note").focus()
    page.keyboard.type("One parcel.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/tickets/{second.pk}/")
    expect(page.locator("#messages")).to_contain_text("1 contact came with it")
    second.purchase.refresh_from_db()
    assert second.purchase.gross_interactions == 2
    sound(page)
    page.get_by_role("button", name="Undo the merge").press("Enter")
    page.wait_for_url(f"**/tickets/{first.pk}/")
    expect(page.locator("#messages")).to_contain_text("has its contacts back")
    second.purchase.refresh_from_db()
    assert second.purchase.gross_interactions == 1


def test_a_picture_is_pasted_another_is_dropped_and_one_taken_away(
    sign_in, sound: Sound, lotte, pair
):
    first, _second = pair
    page = sign_in(lotte)
    page.goto(f"/tickets/{first.pk}/")
    page.wait_for_load_state()
    page.locator("textarea").first.fill("She will send another one")
    page.evaluate(GIVE, ["paste", list(make.picture().getvalue()), "crack.png"])
    expect(page.get_by_role("link", name="crack.png", exact=True)).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("1 file is attached.")
    # What was being typed is still there.
    expect(page.locator("textarea").first).to_have_value("She will send another one")
    page.evaluate(GIVE, ["drop", list(make.picture((50, 50)).getvalue()), "box.png"])
    expect(page.get_by_role("link", name="box.png", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Preview of crack.png")).to_be_visible()
    assert Attachment.objects.there().count() == 2
    sound(page)
    page.get_by_role("button", name="Take box.png away").press("Enter")
    expect(page.locator("#messages")).to_contain_text("“box.png” is taken away.")
    assert Attachment.objects.there().count() == 1


def test_two_customers_who_are_one_are_merged_from_the_list_of_pairs(sign_in, sound: Sound, lotte):
    els = make.customer(name="Els Vermeulen", email="els@example.com")
    twin = make.customer(name="E. Vermeulen", email="els@example.com")
    compare_customers()
    page = sign_in(lotte)
    page.goto("/customers/duplicates/")
    sound(page)
    page.get_by_role("link", name="Merge E. Vermeulen").press("Enter")
    page.wait_for_url(f"**/customers/{twin.pk}/merge/**")
    sound(page)
    page.get_by_role("radio").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/customers/{els.pk}/")
    expect(page.get_by_text("E. Vermeulen was merged into this customer.")).to_be_visible()
    sound(page)
