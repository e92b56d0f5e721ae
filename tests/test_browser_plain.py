"""A day at the desk where no script runs: everything still posts; and a file out of the queue."""

from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from accounts.models import User
from jobs.models import Job
from tests import make
from tickets.models import Interaction, Promise, Reason, Ticket, TicketEvent
from tickets.queue.work import work_on_export

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]


@pytest.fixture
def reason() -> Reason:
    make.shop(threshold=6)
    return make.reason(group="Goods", name="cracked")


@pytest.fixture
def lotte(reason: Reason) -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def ticket(lotte: User, reason: Reason) -> Ticket:
    return make.ticket(subject="Mug cracked", purchase=make.purchase(), owner=lotte, reason=reason)


def test_answering_promising_and_resolving_work_without_scripts(without_scripts, lotte, ticket):
    page: Page = without_scripts(lotte)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_text("Answer to the customer").click()
    page.locator("#reply_text").fill("A new mug leaves today.")
    page.get_by_role("button", name="Log the answer").click()
    expect(page.get_by_text("A new mug leaves today.").first).to_be_visible()
    assert Interaction.objects.get().direction == "outbound"
    page.get_by_role("link", name="Promise something").click()
    page.locator("#act_what").fill("Ring when it is there")
    page.get_by_role("button", name="Promise it").click()
    expect(page.get_by_role("link", name="Ring when it is there")).to_be_visible()
    page.get_by_role("link", name="Ring when it is there").click()
    page.get_by_text("Give it to somebody else").click()
    expect(page.get_by_role("button", name="Give the promise")).to_be_visible()
    page.get_by_text("It has ended in another way").click()
    page.locator("#ending_ending").select_option("released")
    page.locator("#ending_note").fill("She does not mind.")
    page.get_by_role("button", name="End the promise").click()
    assert Promise.objects.get().state == "released"
    page.goto(f"/tickets/{ticket.pk}/resolve/")
    page.locator("#act_resolution").fill("Sent a new mug.")
    page.get_by_role("button", name="Resolve").last.click()
    expect(page.get_by_text("What was done")).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == ("resolved", "Sent a new mug.")


def test_several_tickets_are_claimed_without_scripts(without_scripts, lotte, ticket):
    other = make.ticket(subject="Lid missing", waiting_since=timezone.now() - timedelta(hours=2))
    page: Page = without_scripts(lotte)
    page.goto("/queue/")
    page.get_by_label(f"Mark #{other.pk}").check()
    page.get_by_role("button", name="Claim").first.click()
    page.get_by_role("button", name="I take them").click()
    expect(page.get_by_text("Done on 1 ticket.")).to_be_visible()
    other.refresh_from_db()
    assert (other.owner, TicketEvent.objects.filter(ticket=other).count()) == (lotte, 1)


def test_the_spreadsheet_of_the_queue_is_made_and_fetched(sign_in, lotte, ticket, tmp_path):
    page: Page = sign_in(lotte)
    page.goto("/queue/?view=mine")
    page.get_by_text("Export").first.click()
    page.get_by_role("button", name="Spreadsheet (XLSX)").click()
    page.wait_for_url("**/jobs/*/")
    work_on_export(job_id=Job.objects.get().pk)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "tickets.xlsx")
    rows = list(load_workbook(tmp_path / "tickets.xlsx")["tickets"].values)
    assert (len(rows), rows[1][0]) == (2, ticket.pk)
