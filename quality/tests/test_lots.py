"""A lot's page, what a manager decides, and the lots on a purchase."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests import make

pytestmark = pytest.mark.django_db


def decide(client, lot, decision: str, reason: str = "because"):
    data = {"decision": decision, "reason": reason}
    return client.post(reverse("lot_decide", args=[lot.pk]), data)


def test_the_page_tells_state_maker_rounds_results_and_sales(client):
    signed = make.signed_inspection(mass="348")
    make.signed_inspection(lot=signed.lot, stage="re_inspection")
    make.purchase(order_number="A-77", lots=(signed.lot,))
    client.force_login(make.inspector())
    page = client.get(reverse("lot_page", args=[signed.lot_id])).content.decode()
    for text in ("Released", signed.lot.maker.name, "348", "A-77", "Does not conform"):
        assert text in page
    assert page.index("Round 2") < page.index("Round 1")


def test_an_inspector_sees_no_customer_and_no_decision(client):
    signed = make.signed_inspection()
    customer = make.customer(name="Els Vermeulen")
    purchase = make.purchase(customer=customer, lots=(signed.lot,))
    client.force_login(make.inspector())
    page = client.get(reverse("lot_page", args=[signed.lot_id])).content.decode()
    assert "Els Vermeulen" not in page
    assert f"/purchases/{purchase.pk}/" not in page
    assert reverse("lot_decide", args=[signed.lot_id]) not in page
    assert decide(client, signed.lot, "hold").status_code == 403


def test_anothers_unfinished_inspection_is_not_on_an_inspectors_page(client):
    inspection = make.inspection()
    client.force_login(make.inspector())
    page = client.get(reverse("lot_page", args=[inspection.lot_id])).content.decode()
    assert reverse("inspection_page", args=[inspection.pk]) not in page


def test_a_manager_holds_releases_and_rejects_with_a_reason(client):
    manager, lot = make.manager(), make.signed_inspection().lot
    client.force_login(manager)
    for decision, state in (("hold", "on_hold"), ("release", "released"), ("reject", "rejected")):
        assert decide(client, lot, decision, f"why {decision}").status_code == 302
        lot.refresh_from_db()
        assert (lot.state, lot.state_reason) == (state, f"why {decision}")
    page = client.get(reverse("lot_page", args=[lot.pk])).content.decode()
    assert page.count("changed the state") == 5


@pytest.mark.parametrize(
    ("decision", "reason"), [("hold", ""), ("release", "fine"), ("burn", "x"), ("hold", "x" * 301)]
)
def test_a_decision_that_is_not_allowed_stays_on_the_page(client, decision, reason):
    lot = make.lot_to_inspect()
    client.force_login(make.manager())
    response = decide(client, lot, decision, reason)
    assert response.status_code == 422
    assert 'id="decide-error"' in response.content.decode()
    lot.refresh_from_db()
    assert lot.state == "made"


def test_the_page_costs_the_same_with_1_and_20_inspections(client, queries):
    lot = make.signed_inspection().lot
    client.force_login(make.manager())
    url = reverse("lot_page", args=[lot.pk])
    with queries() as one:
        client.get(url)
    for _ in range(20):
        make.signed_inspection(lot=lot, stage="re_inspection")
        make.purchase(lots=(lot,))
    with queries(exactly=len(one)):
        client.get(url)


def test_an_agent_sees_the_state_and_reason_of_a_purchases_lots_and_nothing_more(client, queries):
    held = make.signed_inspection(mass="348").lot
    purchase = make.purchase(lots=(held, make.lot()), products=(make.product(),))
    client.force_login(make.agent())
    url = reverse("lot_fragment", args=[purchase.pk])
    with queries(at_most=6):
        page = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in page
    for text in (held.number, "On hold", "3 g over the upper limit", "Not inspected"):
        assert text in page
    assert f'"{reverse("lot_page", args=[held.pk])}"' not in page
    assert client.get(reverse("lot_page", args=[held.pk])).status_code == 403
    assert "<html" in client.get(url).content.decode()


def test_an_inspector_has_no_purchase_fragment(client):
    client.force_login(make.user(Role.INSPECTOR))
    assert client.get(reverse("lot_fragment", args=[make.purchase().pk])).status_code == 403


@pytest.mark.parametrize(("mass", "held"), [("348", True), ("340", False)])
def test_a_held_lot_is_told_on_the_purchase_in_the_call_and_on_the_ticket(client, mass, held):
    lot = make.signed_inspection(mass=mass).lot
    purchase = make.purchase(lots=(lot,))
    ticket = make.ticket(purchase=purchase)
    client.force_login(make.agent())
    for address in (
        reverse("purchase_page", args=[purchase.pk]),
        f"{reverse('call_create')}?purchase={purchase.pk}",
        reverse("ticket_page", args=[ticket.pk]),
    ):
        page = client.get(address).content.decode()
        assert ("do not send from it" in page) is held, address
