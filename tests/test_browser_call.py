"""The call form by keyboard alone, from `c` to saved."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Promise, Reason, Ticket
from tickets.services import recount_purchases

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reasons(db: None) -> list[Reason]:
    """Two groups of two leaves, in this order."""
    found = []
    for position, group in enumerate(("Goods", "Delivery")):
        for place, name in enumerate((f"{group} one", f"{group} two")):
            found.append(make.reason(group=group, name=name, position=place))
        Reason.objects.filter(name=group).update(position=position)
    return found


@pytest.fixture
def purchase(reasons: list[Reason]) -> Purchase:
    """Els has called four times about this one; she has an older one as well."""
    make.shop(threshold=6, normal_mean=0.6, normal_nine_in_ten=2, threshold_odds=100)
    els = make.customer(name="Els Vermeulen", phone="+3225550143")
    make.purchase(
        order_number="A-20000",
        customer=els,
        ordered_at=timezone.now() - timedelta(days=200),
    )
    made = make.purchase(order_number="A-24817", customer=els, lots=(make.lot(),))
    for days in range(5, 1, -1):
        make.interaction(
            purchase=made,
            reason=reasons[0],
            occurred_at=timezone.now() - timedelta(days=days),
        )
    recount_purchases(purchase_ids=[made.pk])
    return made


def open_form(page: Page) -> None:
    page.goto("/queue/")
    page.keyboard.press("c")
    expect(page.locator("#call-q")).to_be_focused()
    page.wait_for_load_state("load")


class Hands:
    """The keyboard, which counts groups of keys (a text, a chord, digits in a row) and keystrokes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.groups: list[str] = []
        self.keys = 0

    def press(self, *keys: str) -> None:
        """One group of keys that belong together."""
        for key in keys:
            self.page.keyboard.press(key)
        self.groups.append(" ".join(keys))
        self.keys += sum(len(key.split("+")) for key in keys)

    def write(self, text: str) -> None:
        """One group: a text."""
        self.page.keyboard.type(text)
        self.groups.append(text)
        self.keys += len(text)

    @property
    def seconds(self) -> float:
        """Human time by the keystroke-level model: 0.28 s a key, 1.35 s of thought a group."""
        return self.keys * 0.28 + len(self.groups) * 1.35


def documented_groups() -> int:
    """The rows of the table in docs/keyboard.md that says how a known customer is logged."""
    text = (settings.BASE_DIR / "docs" / "keyboard.md").read_text(encoding="utf-8")
    return len(re.findall(r"^\| \d+ \|", text.split("## Logging a call")[1], re.M))


def test_a_known_customer_is_logged_in_twenty_seconds_without_a_mouse(sign_in, purchase: Purchase):
    page = sign_in(make.agent(name="Lotte Maes"))
    clicks: list[str] = []

    def clicked(kind: str) -> None:
        clicks.append(kind)

    page.expose_function("clicked", clicked)
    page.add_init_script("addEventListener('pointerdown', event => clicked(event.type), true)")
    page.goto("/queue/")
    hands = Hands(page)
    hands.press("c")
    expect(page.locator("#call-q")).to_be_focused()
    hands.write("02 555 01 43")
    expect(page.locator("#call-card")).to_contain_text("From 6 a manager is asked to look.")
    hands.press("Enter")
    hands.press("Digit2", "Digit1")
    expect(page.locator("#id_summary")).to_be_focused()
    hands.write("Asks where it is.")
    hands.press("Control+Enter")
    page.wait_for_url(f"**/purchases/{purchase.pk}/")
    expect(page.locator("#messages")).to_contain_text("This makes 5")
    expect(page.locator(".td-hero .td-tally-number")).to_have_text("5")
    logged = Interaction.objects.latest("pk")
    assert (logged.reason.name, logged.outcome, logged.summary, logged.channel) == (
        "Delivery one",
        "resolved",
        "Asks where it is.",
        "phone",
    )
    assert logged.duration_seconds is not None
    assert len(hands.groups) == documented_groups() == 6
    assert hands.seconds <= 20
    assert clicks == []


def test_an_unknown_caller_is_logged_on_a_number_and_attached_later(sign_in, purchase: Purchase):
    page = sign_in(make.agent())
    page.goto("/calls/new/?phone=+3295550177")
    expect(page.locator("#call-q")).to_have_value("+3295550177")
    expect(page.locator("#call-card")).to_contain_text("Unknown caller")
    page.keyboard.press("Enter")
    page.keyboard.press("Digit1")
    page.keyboard.press("Digit1")
    page.keyboard.type("Says it is for Vermeulen.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/interactions/")
    loose = Interaction.objects.latest("pk")
    assert (loose.caller, loose.purchase, loose.standing) == ("+3295550177", None, "unattributed")
    page.goto(f"/interactions/{loose.pk}/attach/")
    page.locator("#attach-q").press("Control+a")
    page.keyboard.type("vermeulen")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="A-24817").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/purchases/{purchase.pk}/")
    expect(page.locator(".td-hero .td-tally-number")).to_have_text("5")
    loose.refresh_from_db()
    purchase.refresh_from_db()
    assert (loose.purchase, loose.caller, loose.standing) == (purchase, "+3295550177", "net")
    assert (purchase.gross_interactions, purchase.net_interactions) == (5, 5)


def test_the_second_key_promises_a_call_back(sign_in, purchase: Purchase):
    page = sign_in(make.agent())
    page.goto(f"/purchases/{purchase.pk}/")
    page.keyboard.press("c")
    expect(page.locator("#call-card")).to_contain_text("A-24817")
    page.keyboard.press("Numpad1")
    page.keyboard.press("Numpad2")
    page.keyboard.type("Wants a date.")
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_url(f"**/purchases/{purchase.pk}/")
    assert Promise.objects.get().what == "Call back"
    assert Ticket.objects.get().open_promises == 1


def test_the_arrows_choose_another_purchase_and_digits_answer_each_group(
    sign_in, purchase: Purchase
):
    page = sign_in(make.agent())
    open_form(page)
    page.keyboard.type("vermeulen")
    expect(page.locator("[data-match][aria-current]")).to_contain_text("A-24817")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-match][aria-current]")).to_contain_text("A-20000")
    page.keyboard.press("Tab")
    page.keyboard.press("Digit2")
    expect(page.get_by_role("radio", name="E-mail")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Digit2")
    expect(page.get_by_role("radio", name="We contacted them")).to_be_checked()
    expect(page.locator(".td-preview-not")).to_be_visible()
    expect(page.locator(".td-preview-counts")).to_be_hidden()


def test_what_is_typed_last_is_what_is_saved_however_fast_it_is_sent(
    sign_in, purchase: Purchase, reasons: list[Reason]
):
    page = sign_in(make.agent())
    page.goto("/calls/new/")
    page.get_by_role("radio", name="Goods one").check()
    page.locator("#id_summary").fill("In a hurry.")
    page.locator("#call-q").fill("A-24817")
    page.locator("#id_summary").press("Control+Enter")
    page.wait_for_url(f"**/purchases/{purchase.pk}/")
    assert Interaction.objects.latest("pk").purchase == purchase


def test_without_a_script_everything_still_posts(
    browser, live_server, reasons: list[Reason], purchase: Purchase, sign_in
):
    signed = sign_in(make.agent())
    plain = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    plain.add_cookies(signed.context.cookies())
    page = plain.new_page()
    page.goto("/calls/new/")
    page.locator("#call-q").fill("A-24817")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("radio", name="Delivery two").check()
    page.locator("#id_summary").fill("No script here.")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("#messages")).to_contain_text("Draft saved.")
    expect(page.locator("#id_summary")).to_have_value("No script here.")
    page.get_by_role("button", name="Save as resolved").click()
    page.wait_for_url(f"**/purchases/{purchase.pk}/")
    assert Interaction.objects.latest("pk").reason.name == "Delivery two"
    plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_desk_pages_pass_axe_and_never_scroll_sideways(
    sign_in, axe, purchase: Purchase, scheme: str, width: int
):
    page = sign_in(make.agent())
    ticket = make.ticket(purchase=purchase, reason=Reason.objects.leaves().first())
    Promise.objects.create(
        ticket=ticket, what="Ring back", due_at=timezone.now(), owner=make.agent()
    )
    Ticket.objects.filter(pk=ticket.pk).update(
        open_promises=1, next_promise_at=timezone.now(), waiting_since=timezone.now()
    )
    loose = make.interaction(caller="+3295550177")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        "/calls/new/",
        f"/calls/new/?purchase={purchase.pk}",
        f"/purchases/{purchase.pk}/",
        f"/customers/{purchase.customer_id}/",
        "/queue/",
        f"/tickets/{ticket.pk}/",
        "/interactions/",
        f"/interactions/{loose.pk}/",
        f"/interactions/{loose.pk}/attach/?q=vermeulen",
        f"/interactions/{loose.pk}/correct/",
    ):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_what_is_typed_before_the_scripts_are_there_is_found(sign_in, purchase: Purchase):
    page = sign_in(make.agent())
    # Scripts run after the page is read: until then the box takes what is typed.
    page.add_init_script(
        "document.addEventListener('readystatechange', () => {"
        " if (document.readyState === 'interactive')"
        " document.getElementById('call-q').value = '02 555 01 43'; })"
    )
    page.goto("/calls/new/")
    expect(page.locator("#call-card")).to_contain_text("From 6 a manager is asked to look.")


def test_many_matches_scroll_in_their_strip_and_widen_no_page(sign_in, purchase: Purchase):
    desk = sign_in(make.agent())
    for n in range(10):
        make.purchase(order_number=f"A-3000{n}", customer=purchase.customer)
    for width in (1440, 900, 390):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.goto("/calls/new/?q=vermeulen")
        expect(desk.locator("[data-match]").first).to_be_visible()
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
