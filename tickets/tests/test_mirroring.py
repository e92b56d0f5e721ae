"""What a ticket keeps of its purchase: the queue sorts and filters by it."""

import pytest

from accounts.models import User
from purchases.models import Purchase
from purchases.services.orders import LineDraft, PurchaseDraft, save_purchase
from tests import make
from tickets.models import Ticket
from tickets.services import (
    attach_interaction,
    log_interaction,
    mirror_all,
    recount_purchases,
    set_flag_state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return make.agent()


def log(agent: User, purchase: Purchase | None, **fields):
    told = {"channel": "chat", "direction": "inbound", "reason": None, "outcome": "escalated"}
    return log_interaction(actor=agent, purchase=purchase, summary="Cracked.", **{**told, **fields})


def kept(ticket: Ticket | None) -> tuple[int | None, bool, int | None, str]:
    assert ticket
    ticket.refresh_from_db()
    return ticket.tally, ticket.flagged, ticket.product_id, ticket.channel


def test_a_ticket_that_a_contact_opens_knows_its_purchase(agent):
    mug = make.product()
    purchase = make.purchase(products=(mug,), flag_state="open")
    contact = log(agent, purchase)
    assert kept(contact.ticket) == (1, True, mug.pk, "chat")


def test_a_contact_that_joins_brings_the_count_up_to_date(agent):
    purchase = make.purchase()
    ticket = make.ticket(purchase=purchase, channel="phone")
    make.interaction(purchase=purchase, occurred_at=purchase.ordered_at)
    log(agent, purchase)
    assert kept(ticket) == (2, False, None, "phone")


def test_without_a_purchase_there_is_no_count_until_the_contact_is_attached(agent):
    mug = make.product()
    contact = log(agent, None, caller="0470 12 34 56")
    assert kept(contact.ticket) == (None, False, None, "chat")
    attach_interaction(interaction=contact, purchase=make.purchase(products=(mug,)), actor=agent)
    assert kept(contact.ticket) == (1, False, mug.pk, "chat")


def test_a_flag_shows_on_all_tickets_of_the_purchase_and_goes_again():
    purchase = make.purchase()
    ticket = make.ticket(purchase=purchase)
    other = make.ticket(purchase=make.purchase())
    set_flag_state(purchase_ids=[purchase.pk], state="open")
    assert kept(ticket)[1] is True
    set_flag_state(purchase_ids=[purchase.pk], state="acknowledged")
    assert kept(ticket)[1] is True
    set_flag_state(purchase_ids=[purchase.pk], state="dismissed")
    assert kept(ticket)[1] is False
    assert kept(other)[1] is False


def test_a_changed_order_reaches_its_ticket_with_the_recount_that_follows(agent):
    old, new = make.product(), make.product()
    purchase = make.purchase(products=(old,))
    ticket = make.ticket(purchase=purchase, product=old, tally=0)
    save_purchase(
        actor=agent,
        shop=make.shop(),
        draft=PurchaseDraft(
            order_number=purchase.order_number,
            customer=purchase.customer,
            ordered_at=purchase.ordered_at,
            lines=(LineDraft(new),),
        ),
        purchase=purchase,
        version=purchase.version,
    )
    recount_purchases(purchase_ids=[purchase.pk])
    assert kept(ticket)[2] == new.pk


def test_the_daily_comparison_repairs_a_ticket_that_is_wrong_though_its_purchase_is_right():
    mug = make.product()
    purchase = make.purchase(products=(mug,))
    ticket = make.ticket(purchase=purchase)
    Ticket.objects.filter(pk=ticket.pk).update(tally=7, flagged=True, product=None)
    assert mirror_all() == 1
    assert mirror_all() == 0
    assert kept(ticket) == (0, False, mug.pk, "")
