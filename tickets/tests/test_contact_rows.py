"""The rows of a conversation: what people typed stays text, on the ticket and on the customer."""

from datetime import timedelta
from html import escape

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.markup import read
from tickets.models import Interaction, Promise
from tickets.services import PromiseDraft, log_interaction

pytestmark = pytest.mark.django_db
NAUGHTY = ("<script>x()</script>", '"><img src=x onerror=x()>', "{0} {{ x }} %s %(n)s", "&lt;b>'")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.agent(name="Lotte Maes"))
    return client


@pytest.mark.parametrize("text", NAUGHTY)
def test_what_was_said_is_never_taken_for_html(desk, text):
    agent = make.agent(name=f"w{text} w")
    contact = log_interaction(
        actor=agent,
        channel="phone",
        direction="inbound",
        reason=make.reason(name=f"r{text}"),
        outcome="promised",
        summary=f"s{text}",
        purchase=make.purchase(order_number=f"o{text}"[:40]),
        promise=PromiseDraft("Ring back", timezone.now() + timedelta(days=1)),
    )
    assert Promise.objects.get().ticket_id == contact.ticket_id
    for address in (f"/tickets/{contact.ticket_id}/", f"/customers/{contact.customer_id}/"):
        page = desk.get(address).content.decode()
        row = page[page.index('<li class="td-event') : page.index("</ol>", page.index("td-event"))]
        for letter in "swr":
            assert escape(f"{letter}{text}") in row
        assert not read(row).refused
        assert "<img" not in row
        assert (escape(f"o{text}"[:40]) in row) is ("customers" in address)


def test_a_proof_is_chosen_from_the_contacts_that_stand(desk):
    agent = make.agent()
    contact = log_interaction(
        actor=agent,
        channel="phone",
        direction="inbound",
        reason=make.reason(),
        outcome="promised",
        summary="<b>" + "x" * 70,
        purchase=make.purchase(),
        promise=PromiseDraft("Ring back", timezone.now() + timedelta(days=1)),
    )
    page = desk.get(f"/tickets/{contact.ticket_id}/").content.decode()
    choice = f"Phone: &lt;b&gt;{'x' * 56}…</option>"
    assert choice in page
    Interaction.objects.filter(pk=contact.pk).update(
        superseded_at=timezone.now(), standing="superseded"
    )
    page = desk.get(f"/tickets/{contact.ticket_id}/").content.decode()
    assert choice not in page
