"""The call form by keyboard alone, from `c` to saved."""

from datetime import timedelta

import pytest
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


def test_a_known_customer_is_logged_without_a_mouse(sign_in, purchase: Purchase):
    page = sign_in(make.agent(name="Lotte Maes"))
    open_form(page)
    page.keyboard.type("02 555 01 43")
    expect(page.locator("#call-card")).to_contain_text("From 6 a manager is asked to look.")
    page.keyboard.press("Enter")
    page.keyboard.press("Digit2")
    page.keyboard.press("Digit1")
    expect(page.locator("#id_summary")).to_be_focused()
    page.keyboard.type("Asks where it is.")
    page.keyboard.press("Control+Enter")
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
