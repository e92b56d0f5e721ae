"""Every page of the product, by the access table: axe in both themes, on a desk and on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests import make
from tests.access_table import TABLE
from tests.access_world import World
from tickets.starter import plant_starter_reasons

pytestmark = pytest.mark.django_db(transaction=True)
# What answers a GET with no page of its own: a file, a figure for the bell, a part of a page
# that is judged inside the page that loads it, or the way to another page.
NO_PAGE = frozenset(
    {
        "account_logout",
        "admin_door",
        "as_of_answer",
        "attachment_download",
        "attachment_preview",
        "result_photo",
        "line_picture",
        "procedure_file",
        "procedure_picture",
        "procedures_export",
        "record_photo",
        "run_page",
        "bench_worker",
        "board_panel",
        "call_procedures",
        "file_download",
        "first_admin",
        "flag_fragment",
        "health",
        "home",
        "inspection_export",
        "inspection_screens",
        "job_progress",
        "lot_fragment",
        "lot_label",
        "lot_report",
        "mention_list",
        "notice_badge",
        "promise_badge",
        "queue_csv",
        "search_box",
        "session_state",
        "text_pick",
        "ticket_presence",
    }
)
SIGNED_IN = [name for name, row in TABLE.items() if row.get and row.roles and name not in NO_PAGE]
# A part is a test: a failure names its pages, and the parts may run beside each other.
PARTS = [SIGNED_IN[start::4] for start in range(4)]


def judge(page: Page, axe) -> list[str]:
    """What is wrong with the page as it stands, for each size and theme."""
    wrong = []
    for width, theme in ((1440, "light"), (1440, "dark"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        try:
            axe(page)
        except AssertionError as broken:
            wrong.append(f"{width} px, {theme}: {broken}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            wrong.append(f"{width} px: {page.url} is {wide} px wide")
    return wrong


@pytest.mark.parametrize("names", PARTS, ids=lambda names: f"from {names[0]}")
def test_every_page_keeps_to_the_rules_of_access(sign_in, axe, names: list[str]):
    world = World()
    person = make.user(*Role, name="Nadia El Amrani")
    plant_starter_reasons(actor=person)
    for name in ("duplicate", "merged_customer", "merged_ticket", "promise", "help", "goodwill"):
        getattr(world, name)
    for name in ("call_draft", "held_file", "notice", "job", "view", "text", "macro"):
        getattr(world, name)(person)
    world.attachment, world.interaction, world.flag  # noqa: B018 made when first asked for
    page = sign_in(person)
    wrong: list[str] = []
    for name in names:
        answer = page.goto(reverse(name, args=TABLE[name].args(world, person)))
        assert answer is not None
        if answer.status != 200 or "html" not in answer.headers["content-type"]:
            wrong.append(f"{name}: {answer.status} {answer.headers['content-type']}")
            continue
        wrong += judge(page, axe)
    assert not wrong, "\n".join(wrong)


def test_a_row_that_answers_with_no_page_is_a_row_of_the_table():
    assert NO_PAGE - set(TABLE) == frozenset()
