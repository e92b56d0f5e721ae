"""Repeats, first contacts and load: exact figures of a shop made by hand, and what the board says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.reading import Board
from helpdesk.lib.shares import percent_text
from tests import make
from thresholds.rules.intervals import share_interval
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought, call

pytestmark = pytest.mark.django_db
WINDOW = 14


@pytest.fixture
def mug():
    """Ten mature purchases of a mug: three solved at once, one came again, one is too recent."""
    make.shop(window_days=WINDOW)
    mug = make.product(name="Mug", category="Mugs")
    for ages, outcome in [([1], "resolved")] * 3 + [([1, 3], "resolved"), ([1, 10], "promised")]:
        call(bought(days_ago=30, products=(mug,)), *ages, outcome=outcome)
    for _n in range(4):
        bought(days_ago=30, products=(mug,))
    # Its window is over, but its first contact may be younger than seven days.
    call(bought(days_ago=WINDOW + 3), 13, outcome="resolved")
    # Not mature.
    call(bought(days_ago=5), 1, outcome="resolved")
    sweep()
    return mug


def board(**params):
    return Board(params, make.shop(), timezone.now())


def test_only_mature_purchases_and_first_contacts_older_than_seven_days_count(mug):
    contacts = board().contacts
    assert (contacts.net, contacts.repeats) == (8, 1)
    assert (contacts.firsts, contacts.resolved) == (5, 3)
    assert contacts.settled_until == board().today - timedelta(days=WINDOW + 8)
    assert (contacts.repeat_share, contacts.resolved_share) == (0.125, 0.6)
    assert contacts.repeat_bounds == share_interval(1, 8)
    assert contacts.resolved_bounds == share_interval(3, 5)
    assert contacts.net == board().cohorts.interactions


def test_a_part_of_the_shop_has_its_own(mug):
    contacts = board(product=str(mug.pk)).contacts
    assert (contacts.net, contacts.repeats, contacts.firsts, contacts.resolved) == (7, 1, 5, 3)


def test_a_period_without_contacts_has_no_shares():
    make.shop(window_days=WINDOW)
    contacts = board().contacts
    assert (contacts.repeat_share, contacts.resolved_share) == (None, None)
    assert (contacts.repeat_bounds, contacts.resolved_bounds) == (None, None)


def test_the_board_says_them_with_their_numbers_and_not_for_one_channel(client, mug):
    client.force_login(make.manager())
    html = client.get("/board/").content.decode()
    assert "Came again within 7 days" in html
    assert "first contacts older than 7 days" in html
    assert f"<strong>{percent_text(0.6)}</strong>" in html
    html = client.get("/board/?channel=phone").content.decode()
    assert "Came again within 7 days" not in html
    assert "nor can one channel tell" in html


def test_load_is_contacts_received_per_purchase_delivered_and_only_of_the_whole_shop(client, mug):
    client.force_login(make.manager())
    # Nine contacts, one of which nobody could attach: ten received, eleven purchases.
    make.interaction(occurred_at=timezone.now() - timedelta(days=2))
    sweep()
    html = client.get("/board/data/").content.decode()
    assert "Load: 0.91 contacts received per purchase delivered in the period" in html
    html = client.get("/board/data/?category=Mugs").content.decode()
    assert "contacts received per purchase" not in html
