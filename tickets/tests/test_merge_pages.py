"""Merging, undoing, splitting and moving over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import evaluate_purchases
from tickets.models import Interaction, Ticket, TicketMerge
from tickets.services import log_interaction, merge_tickets, recount_purchases

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(client: Client) -> User:
    person = make.agent(name="Lotte Maes")
    client.force_login(person)
    return person


@pytest.fixture
def pair(lotte: User) -> tuple[Ticket, Ticket]:
    """Two tickets of one customer about two purchases, the first with one contact."""
    els = make.customer(name="Els Vermeulen")
    purchases = [make.purchase(customer=els, order_number=f"A-{n}") for n in (1, 2)]
    for purchase in purchases:
        log_interaction(
            actor=lotte,
            purchase=purchase,
            channel="phone",
            direction="inbound",
            reason=make.reason(),
            outcome="escalated",
            summary="Cracked.",
        )
    first, second = Ticket.objects.order_by("pk")
    return first, second


def test_the_page_offers_the_other_tickets_of_the_customer(client, pair):
    first, second = pair
    page = client.get(reverse("ticket_merge", args=[first.pk]))
    assert [one.ticket for one in page.context["candidates"]] == [second]
    assert "the contacts will count on A-2" in page.content.decode()
    for text in (f"#{second.pk}", str(second.pk), "A-2"):
        found = client.get(reverse("ticket_merge", args=[first.pk]), {"q": text})
        assert [one.ticket for one in found.context["candidates"]] == [second]
    none = client.get(reverse("ticket_merge", args=[first.pk]), {"q": "9" * 30})
    assert "answers to" in none.content.decode()


def test_a_merge_and_its_undo_from_the_pages(client, pair):
    first, second = pair
    url = reverse("ticket_merge", args=[first.pk])
    sent = {"into": second.pk, "version": first.version, "note": "Same set."}
    answer = client.post(url, sent, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("ticket_page", args=[second.pk])
    shown = answer.content.decode()
    assert "1 contact came with it" in shown
    assert "was merged into this one" in shown
    gone = client.get(reverse("ticket_page", args=[first.pk])).content.decode()
    link = f'<a href="{reverse("ticket_page", args=[second.pk])}">#{second.pk}</a>'
    assert f"This ticket was merged into {link}" in gone
    undone = client.post(reverse("ticket_unmerge", args=[first.pk]), follow=True)
    assert undone.redirect_chain[-1][0] == reverse("ticket_page", args=[first.pk])
    assert "has its contacts back" in undone.content.decode()
    assert "Undo the merge" not in undone.content.decode()
    assert client.post(reverse("ticket_unmerge", args=[second.pk])).status_code == 404
    first.refresh_from_db()
    assert (first.state, first.interactions.count()) == ("new", 1)


def test_a_refused_merge_and_a_refused_undo_say_why(client, pair, lotte):
    first, second = pair
    url = reverse("ticket_merge", args=[first.pk])
    for sent, words in (
        ({}, "Find the other ticket and choose it."),
        ({"into": 999_999}, "There is no such ticket."),
        ({"into": first.pk}, "This is the ticket itself"),
    ):
        answer = client.post(url, {"version": first.version, **sent})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    merge_tickets(ticket=first, into=second, version=first.version, actor=lotte)
    make.ticket(purchase=first.purchase)
    answer = client.post(reverse("ticket_unmerge", args=[first.pk]), follow=True)
    assert "was opened on the same purchase since" in answer.content.decode()
    assert TicketMerge.objects.get().undone_at is None


def test_an_interaction_is_split_off_from_its_page(client, pair, lotte):
    first, _second = pair
    other = log_interaction(
        actor=lotte,
        purchase=first.purchase,
        channel="email",
        direction="inbound",
        reason=make.reason(),
        outcome="escalated",
        summary="The invoice is wrong.",
    )
    page = client.get(reverse("interaction_page", args=[other.pk])).content.decode()
    url = reverse("interaction_split", args=[other.pk])
    assert f'href="{url}"' in page
    assert client.get(url).context["form"].initial["subject"] == "The invoice is wrong."
    answer = client.post(url, {"subject": "Invoice", "take": "on"}, follow=True)
    new = Ticket.objects.latest("pk")
    assert (new.subject, new.owner, new.split_from) == ("Invoice", lotte, first)
    assert answer.redirect_chain[-1][0] == reverse("ticket_page", args=[new.pk])
    assert client.post(url, {"subject": "Again"}).status_code == 422


def test_a_moved_contact_closes_the_flag_it_had_raised_as_moved(client, lotte):
    make.shop(threshold=2)
    wrong, right = make.purchase(), make.purchase()
    for days in (6, 3):
        make.interaction(
            purchase=wrong,
            reason=make.reason(),
            occurred_at=timezone.now() - timedelta(days=days),
        )
    recount_purchases(purchase_ids=[wrong.pk])
    evaluate_purchases(purchase_ids=[wrong.pk])
    contact = Interaction.objects.earliest("pk")
    url = reverse("interaction_attach", args=[contact.pk])
    refused = client.post(url + "?q=" + right.order_number, {"purchase": right.pk})
    assert (refused.status_code, "Say why it moves" in refused.content.decode()) == (422, True)
    client.post(url, {"purchase": right.pk, "note": "It was about the other set."})
    evaluate_purchases(purchase_ids=[wrong.pk, right.pk])
    flag = Flag.objects.get()
    assert (flag.purchase, flag.state, flag.net_when_closed) == (wrong, "moved", 1)
    for purchase, words in ((right, "Interaction moved here"), (wrong, "Timeline")):
        shown = client.get(reverse("purchase_page", args=[purchase.pk])).content.decode()
        assert words in shown


def test_the_timelines_tell_of_a_merge(client, pair, lotte):
    first, second = pair
    merge_tickets(ticket=first, into=second, version=first.version, actor=lotte, note="Same set.")
    for purchase in (first.purchase, second.purchase):
        shown = client.get(reverse("purchase_page", args=[purchase.pk])).content.decode()
        assert "merged" in shown
        assert "“Same set.”" in shown


def test_the_ticket_page_takes_the_same_queries_however_much_was_merged(
    client, pair, lotte, queries
):
    first, second = pair
    url = reverse("ticket_page", args=[second.pk])
    client.get(url)
    with queries() as none:
        client.get(url)
    merge_tickets(ticket=first, into=second, version=first.version, actor=lotte)
    # One more: the notes of what was merged here.
    with queries(exactly=len(none) + 1):
        client.get(url)
    for _n in range(5):
        loose = make.ticket()
        merge_tickets(ticket=loose, into=second, version=1, actor=lotte)
    with queries(exactly=len(none) + 1):
        client.get(url)
