"""Choosing how one is told, the bell that follows by itself, and the pages of hours and deadlines."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Hours
from notices.models import Mail, Notice
from notices.services import notify, queue_mails, send_mails
from tests import make
from tickets.models import Target, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
QUARTER = 15_500


def tell(person, kind, key):
    notify(people=[person], kind=kind, key=key, params={"what": "Ring back"}, link="/me/")


def press_on(page: Page, group: str, digit: str) -> None:
    """A digit while a group of choices has the focus."""
    page.get_by_role("radiogroup", name=group).get_by_role("radio", checked=True).focus()
    page.keyboard.press(digit)


def test_by_keyboard_one_chooses_mail_and_the_bell_follows_what_is_left(sign_in, sound):
    lotte = make.agent(name="Lotte Maes", email="lotte@example.com")
    page = sign_in(lotte)
    page.clock.install()
    page.goto("/me/notices/")
    sound(page)
    press_on(page, "Promises", "2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    lotte.refresh_from_db()
    assert lotte.notice_ways["promises"] == "mail"
    bell = page.locator("#bell")
    expect(bell).to_contain_text("Notices, none unread")
    tell(lotte, "promise_due", "a")
    tell(lotte, "job_failed", "b")
    page.clock.fast_forward(QUARTER)
    expect(bell).to_contain_text("1 unread notice")
    bell.click()
    expect(page.get_by_text("Your job failed.")).to_be_visible()
    expect(page.get_by_text("Ring back")).to_have_count(0)
    Notice.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert (queue_mails(), send_mails()) == (1, 1)
    assert [message.subject for message in mail.outbox] == ["A promise is due: Ring back"]
    assert Mail.objects.get().state == "sent"


def test_the_bell_rests_in_a_hidden_tab_and_catches_up_when_it_is_seen(sign_in):
    lotte = make.agent()
    page = sign_in(lotte)
    asked: list[str] = []
    page.on("request", lambda request: "/badge/" in request.url and asked.append(request.url))
    page.clock.install()
    page.goto("/me/")
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true})"
    page.evaluate(hide % "true")
    asked.clear()
    page.clock.fast_forward(QUARTER)
    page.clock.fast_forward(QUARTER)
    page.wait_for_timeout(300)
    assert [url for url in asked if "notices" in url] == []
    tell(lotte, "job_failed", "b")
    page.evaluate(hide % "false")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#bell")).to_contain_text("1 unread notice")


def test_an_admin_opens_the_desk_and_sets_targets_by_keyboard(sign_in, sound):
    page = sign_in(make.admin())
    page.goto("/settings/hours/")
    sound(page)
    page.get_by_label("Saturday").fill("10-13")
    page.get_by_label("Also closed on").fill("2026-13-01 Nothing")
    page.get_by_label("Saturday").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is not clear")
    sound(page)
    page.get_by_label("Also closed on").fill("2026-12-24 Christmas Eve")
    page.get_by_label("Saturday").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Hours.objects.get().spans.get(weekday=5).closes == 13 * 60
    page.goto("/settings/deadlines/")
    page.get_by_label("First answer within, High").fill("1 h 30")
    page.get_by_label("First answer within, High").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    sound(page)
    assert Target.objects.get(priority=3).response_minutes == 90


def test_a_late_ticket_says_so_in_the_queue_and_on_its_page(sign_in, sound):
    due = timezone.now() - timedelta(days=3)
    ticket: Ticket = make.ticket(
        opened_at=due, clock_at=due, response_due_at=due, resolve_due_at=due + timedelta(days=9)
    )
    Target.objects.create(priority=2, response_minutes=240, resolve_minutes=960)
    page = sign_in(make.agent())
    page.goto("/queue/?cols=subject,deadline")
    expect(page.get_by_text("First answer was due")).to_be_visible()
    sound(page)
    page.goto(f"/tickets/{ticket.pk}/")
    card = page.get_by_role("region", name="Deadlines")
    expect(card).to_contain_text("4 h of working time after")
    expect(card).to_contain_text("nobody owns it")
    sound(page)
