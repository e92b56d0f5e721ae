"""Importing in a browser: upload, match a column, look, run, read the report, mend the rejected."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from jobs.importing.work import work_on_import
from jobs.models import Job
from purchases.models import Purchase
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("storage")]
Sound = Callable[[Page], None]
ROWS = (
    ("Bestelling", "Order date", "Artikel"),
    ("A-1", "2026-03-02", "MUG-30"),
    ("A-2", "the day after", "MUG-30"),
    ("A-3", "2026-03-03", "PLATE"),
)


@pytest.fixture
def boss() -> User:
    make.shop()
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file of another shop system: headings of its own, one moment that is none."""
    path = tmp_path / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(ROWS)
    return path


def upload(page: Page, orders: Path) -> None:
    """From the purchases to what is in the file."""
    page.goto("/purchases/")
    page.get_by_role("link", name="Import").press("Enter")
    page.wait_for_url("**/imports/?kind=purchases")
    expect(page.locator("[name=kind]:checked")).to_have_value("purchases")
    page.set_input_files("#id_file", orders)
    page.get_by_role("button", name="Upload and look").press("Enter")
    page.wait_for_url("**/imports/*/")


def match(page: Page) -> None:
    """Say which columns they are."""
    page.locator("#map_order_number").focus()
    page.keyboard.type("Bestelling")
    page.locator("#map_sku").select_option("Artikel")
    page.get_by_role("button", name="Look again").press("Enter")


def test_other_headings_are_matched_and_what_will_be_rejected_is_told(
    sign_in, sound: Sound, boss, orders
):
    page = sign_in(boss)
    page.goto("/imports/")
    sound(page)
    upload(page, orders)
    expect(page.get_by_text("Which column is it?")).to_be_visible()
    expect(page.get_by_text("Required: choose a heading.")).to_be_visible()
    expect(page.get_by_role("button", name="Import 3 rows")).to_have_count(0)
    sound(page)
    match(page)
    expect(page.get_by_text("tried with all rows; nothing is written yet")).to_be_visible()
    expect(page.get_by_text("Order date: Write the moment as")).to_be_visible()
    page.get_by_text("The first of them").press("Enter")
    expect(page.get_by_role("cell", name="the day after").last).to_be_visible()
    expect(page.get_by_role("button", name="Import 3 rows")).to_be_visible()
    assert Purchase.objects.count() == 0
    sound(page)


def test_the_import_reports_by_itself_and_gives_the_rejected_rows_back(
    sign_in, sound: Sound, boss, orders
):
    page = sign_in(boss)
    upload(page, orders)
    match(page)
    page.get_by_role("button", name="Import 3 rows").press("Enter")
    page.wait_for_url("**/jobs/*/")
    sound(page)
    work_on_import(job_id=Job.objects.get().pk)
    # Nobody reloads the page: it asks for itself.
    expect(page.get_by_text("2 rows went in")).to_be_visible()
    assert set(Purchase.objects.values_list("order_number", flat=True)) == {"A-1", "A-3"}
    sound(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").press("Enter")
    assert started.value.suggested_filename == "orders-rejected.csv"
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    headings, *refused = csv.reader(text.splitlines())
    assert tuple(headings[:3]) == ROWS[0]
    assert [tuple(row[:3]) for row in refused] == [ROWS[2]]
    page.goto("/jobs/")
    expect(page.get_by_role("link", name="orders.csv")).to_be_visible()
    sound(page)


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_the_persons_menu_leads_to_jobs_and_from_there_to_a_new_import(sign_in, axe, role):
    page = sign_in(getattr(make, role)())
    page.goto("/notices/")
    page.locator("summary.td-who").press("Enter")
    axe(page)
    page.get_by_role("link", name="Imports and jobs").press("Enter")
    page.wait_for_url("**/jobs/")
    page.get_by_role("link", name="Import a file").press("Enter")
    page.wait_for_url("**/imports/")


def test_an_agent_is_not_offered_what_answers_no(sign_in):
    page = sign_in(make.agent())
    page.goto("/jobs/")
    page.locator("summary.td-who").press("Enter")
    expect(page.get_by_role("link", name="My settings")).to_be_visible()
    expect(page.get_by_role("link", name="Import")).to_have_count(0)


def test_a_manager_comes_from_goods_to_their_plans(sign_in, sound):
    plan = make.plan()
    without = make.product(name="Polder plate")
    page = sign_in(make.manager())
    page.goto("/lots/")
    sound(page)
    page.get_by_role("link", name="Inspection plans").press("Enter")
    page.wait_for_url("**/plans/")
    page.goto(f"/products/{plan.product_id}/edit/")
    sound(page)
    page.get_by_role("link", name="Its inspection plan").press("Enter")
    page.wait_for_url(f"**/plans/{plan.pk}/")
    page.goto(f"/products/{without.pk}/edit/")
    page.get_by_role("link", name="Write an inspection plan").press("Enter")
    page.wait_for_url(f"**/plans/new/?product={without.pk}")
    expect(page.locator("[name=product]")).to_have_value(str(without.pk))
