"""How long a call took, and who it was: what a link, a clock and a hand can say."""

import re
import time

import pytest
from django.test import Client

from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Reason

pytestmark = pytest.mark.django_db
CALL = "/calls/new/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.agent())
    return client


@pytest.fixture
def purchase(db: None) -> Purchase:
    els = make.customer(name="Els Vermeulen", phone="+3225550143", postcode="1012 AB")
    lot = make.lot(number="PLD-2609-2", product=make.product(sku="MUG-30"))
    return make.purchase(order_number="A-24817", customer=els, lots=(lot,))


def log(desk: Client, **fields: object) -> int:
    """The status of a post that is complete but for ``fields``."""
    reason = Reason.objects.leaves().first() or make.reason()
    said = {
        "channel": "phone",
        "direction": "inbound",
        "reason": reason.pk,
        "outcome": "resolved",
        "summary": "Asks.",
        "caller": "Els",
    }
    return int(desk.post(CALL, {**said, **fields}).status_code)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("1:42", 102), ("0:05", 5), ("1:02:03", 3723), ("5", 300), (" 2 : 30 ", 150), ("0:00", 0)],
)
def test_a_duration_is_read_as_people_write_it(desk: Client, typed: str, seconds: int):
    assert log(desk, duration=typed) == 302
    assert Interaction.objects.get().duration_seconds == seconds


@pytest.mark.parametrize("typed", ["1:75", "-1", "soon", "1:2:3", "99:59:59", "1500"])
def test_what_is_no_duration_is_refused_beside_the_field(desk: Client, typed: str):
    assert log(desk, duration=typed) == 422
    assert Interaction.objects.count() == 0


@pytest.mark.parametrize("timing", ["", "typed", "running", "x" * 12, "99999999999"])
def test_nobody_has_to_say_how_long_it_took(desk: Client, timing: str):
    assert log(desk, timing=timing, duration="") == 302
    assert Interaction.objects.get().duration_seconds is None


def test_without_a_clock_in_the_page_the_server_times_it_from_its_opening(desk: Client):
    page = desk.get(CALL).content.decode()
    drawn = re.search(r'name="timing" value="(\d+)"', page)
    assert drawn
    assert log(desk, timing=int(drawn[1]) - 90) == 302
    assert 90 <= (Interaction.objects.get().duration_seconds or 0) < 120


def test_a_form_that_was_forgotten_for_hours_says_nothing_of_the_duration(desk: Client):
    assert log(desk, timing=int(time.time()) - 4 * 3600 - 60) == 302
    assert Interaction.objects.get().duration_seconds is None


@pytest.mark.parametrize(
    "query",
    [
        "q=1012ab",
        "q=1012 AB",
        "q=PLD-2609-2",
        "q=mug-30",
        "q=0032 2 555 01 43",
        "q=%2B32 2 555 01 43",
        "phone=+3225550143&q=",
        "phone=+3299999999&q=A-24817",
        "phone=+3225550143&q=nobody",
    ],
)
def test_whatever_the_box_or_a_telephone_system_names_finds_the_purchase(
    desk: Client, purchase: Purchase, query: str
):
    page = desk.get(f"{CALL}?{query}").content.decode()
    assert f'name="purchase" value="{purchase.pk}"' in page


def test_the_number_of_an_unknown_caller_fills_the_box(desk: Client, purchase: Purchase):
    page = desk.get(f"{CALL}?phone=+3295550177&q=nobody").content.decode()
    assert 'name="caller" value="+3295550177"' in page
    assert 'value="+3295550177"' in page


def test_the_button_to_log_a_call_is_on_every_page_for_those_who_may(client: Client):
    for person, shown in (
        (make.agent(), True),
        (make.manager(), True),
        (make.inspector(), False),
        (make.agent(read_only=True), False),
    ):
        client.force_login(person)
        page = client.get("/notices/").content.decode()
        assert ("td-top-call" in page) == shown
