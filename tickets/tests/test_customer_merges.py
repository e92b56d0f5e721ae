"""Two customers who are one: found, merged, and taken apart again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import HistoryEntry, User
from purchases.finding import find_customers
from purchases.models import Customer, CustomerEmail, DuplicatePair, Purchase
from purchases.services import CustomerDraft, compare_customers, dismiss_pair, save_customer
from tests import make
from tickets.models import CustomerMerge, Interaction, Ticket, TicketEvent
from tickets.services import (
    log_interaction,
    merge_customers,
    recount_all,
    save_call_draft,
    undo_customer_merge,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=900)


@pytest.fixture
def lotte(client: Client) -> User:
    person = make.agent(name="Lotte Maes")
    client.force_login(person)
    return person


@pytest.fixture
def twins(lotte: User) -> tuple[Customer, Customer]:
    """Els twice: the newer row has a purchase with a call, and a call without a purchase."""
    els = make.customer(name="Els Vermeulen", email="els@example.com", ref="K1")
    twin = make.customer(
        name="E. Vermeulen",
        email="els@example.com",
        phone="+3225550143",
        ref="K2",
        postcode="9000",
        city="Gent",
    )
    make.purchase(customer=els)
    said = {"channel": "phone", "direction": "inbound", "reason": make.reason()}
    said |= {"outcome": "escalated", "summary": "Cracked."}
    log_interaction(actor=lotte, purchase=make.purchase(customer=twin), **said)
    log_interaction(actor=lotte, customer=twin, **said)
    return els, twin


def everything() -> list[object]:
    """What an undo has to give back."""
    return [
        list(Customer.objects.order_by("pk").values_list("pk", "name", "postcode", "merged_into")),
        list(CustomerEmail.objects.order_by("pk").values_list("pk", "customer", "address")),
        list(Purchase.objects.order_by("pk").values_list("pk", "customer", "net_interactions")),
        list(Ticket.objects.order_by("pk").values_list("pk", "customer")),
        list(Interaction.objects.order_by("pk").values_list("pk", "customer", "standing")),
    ]


def test_everything_goes_to_the_other_and_no_count_changes(twins, lotte):
    els, twin = twins
    counts = list(Purchase.objects.order_by("pk").values_list("pk", "net_interactions"))
    merge_customers(customer=twin, into=els, actor=lotte)
    els.refresh_from_db()
    assert els.purchases.count() == 2
    assert (els.tickets.count(), els.interactions.count()) == (2, 2)
    assert (els.name, els.postcode, els.city) == ("Els Vermeulen", "9000", "Gent")
    assert els.phones.get().number == "+3225550143"
    # The address they share stays on either row once.
    assert (els.emails.count(), twin.emails.count()) == (1, 1)
    assert list(Purchase.objects.order_by("pk").values_list("pk", "net_interactions")) == counts
    assert recount_all() == 0
    assert list(HistoryEntry.objects.about(twin).values_list("verb", flat=True)) == ["merged"]
    assert list(HistoryEntry.objects.about(els).values_list("verb", flat=True)) == ["took over"]
    assert TicketEvent.objects.filter(kind="moved", interaction__isnull=False).count() == 2


def test_an_undo_restores_exactly_what_was_there_and_does_it_once(twins, lotte):
    els, twin = twins
    before = everything()
    merge = merge_customers(customer=twin, into=els, actor=lotte)
    assert merge_customers(customer=twin, into=els, actor=lotte) == merge
    undo_customer_merge(merge=merge, actor=lotte)
    assert everything() == before
    undo_customer_merge(merge=merge, actor=lotte)
    assert everything() == before
    assert CustomerMerge.objects.get().undone_by == lotte


def test_what_came_to_their_purchase_since_goes_back_with_it(twins, lotte):
    els, twin = twins
    purchase = twin.purchases.get()
    merge = merge_customers(customer=twin, into=els, actor=lotte)
    said = {"channel": "phone", "direction": "inbound", "reason": make.reason()}
    said |= {"outcome": "escalated", "summary": "And now?"}
    hers = log_interaction(actor=lotte, purchase=purchase, **said)
    loose = log_interaction(actor=lotte, customer=twin, **said)
    assert (hers.customer_id, loose.customer_id) == (els.pk, els.pk)
    undo_customer_merge(merge=merge, actor=lotte)
    hers.refresh_from_db()
    loose.refresh_from_db()
    assert (hers.customer_id, loose.customer_id) == (twin.pk, els.pk)


def test_merges_that_cannot_be_are_refused(twins, lotte):
    els, twin = twins
    third = make.customer()
    with pytest.raises(ValidationError, match="customer itself"):
        merge_customers(customer=els, into=els, actor=lotte)
    first = merge_customers(customer=twin, into=els, actor=lotte)
    with pytest.raises(ValidationError, match="merged meanwhile"):
        merge_customers(customer=third, into=twin, actor=lotte)
    merge_customers(customer=els, into=third, actor=lotte)
    with pytest.raises(ValidationError, match="Undo that first"):
        undo_customer_merge(merge=first, actor=lotte)
    assert twin.purchases.count() == 0


def test_old_links_and_the_customer_number_lead_to_the_surviving_one(client, twins, lotte):
    els, twin = twins
    merge_customers(customer=twin, into=els, actor=lotte)
    for name in ("customer_page", "customer_edit"):
        answer = client.get(reverse(name, args=[twin.pk]))
        assert answer.url == reverse(name, args=[els.pk])
    assert [one.customer for one in find_customers("K2", shop=make.shop())] == [els]


def test_merge_and_undo_from_the_pages(client, twins, lotte):
    els, twin = twins
    url = reverse("customer_merge", args=[twin.pk])
    page = client.get(url, {"q": "els@example.com"})
    assert list(page.context["found"]) == [els]
    assert list(client.get(url, {"into": els.pk}).context["found"]) == [els]
    assert client.post(url, {}).status_code == 422
    done = client.post(url, {"into": els.pk}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("customer_page", args=[els.pk])
    assert "E. Vermeulen was merged into this customer." in done.content.decode()
    undone = client.post(reverse("customer_unmerge", args=[twin.pk]), follow=True)
    assert undone.redirect_chain[-1][0] == reverse("customer_page", args=[twin.pk])
    assert client.post(reverse("customer_unmerge", args=[els.pk])).status_code == 404


def test_pairs_are_found_by_what_they_share(twins):
    els, twin = twins
    ann, anna = (make.customer(name="Ann Maes", postcode="9000") for _n in range(2))
    caller, called = (make.customer(phone="+3225550199") for _n in range(2))
    make.customer(name="Ann Maes", postcode="2000")
    assert compare_customers() == 7
    assert compare_customers() == 0
    assert set(DuplicatePair.objects.values_list("first", "second", "why")) == {
        (els.pk, twin.pk, "email"),
        (ann.pk, anna.pk, "name"),
        (caller.pk, called.pk, "phone"),
    }


def test_an_address_that_many_share_says_nothing():
    for _n in range(13):
        make.customer(email="orders@marketplace.example")
    compare_customers()
    assert not DuplicatePair.objects.exists()


def test_a_pair_goes_when_they_share_nothing_any_more_and_stays_away_when_dismissed(twins, lotte):
    els, _twin = twins
    compare_customers()
    pair = DuplicatePair.objects.get()
    shop = make.shop()
    draft = CustomerDraft(name="Els Vermeulen", emails=("els@work.example",))
    save_customer(actor=lotte, shop=shop, draft=draft, customer=els, version=els.version)
    assert (compare_customers(), DuplicatePair.objects.count()) == (1, 0)
    draft = CustomerDraft(name="Els Vermeulen", emails=("els@example.com",))
    els.refresh_from_db()
    save_customer(actor=lotte, shop=shop, draft=draft, customer=els, version=els.version)
    compare_customers()
    pair = DuplicatePair.objects.get()
    assert dismiss_pair(pair=pair, actor=lotte)
    assert not dismiss_pair(pair=pair, actor=lotte)
    Customer.objects.update(compared_at=None)
    compare_customers()
    assert not DuplicatePair.objects.waiting().exists()


def test_the_list_of_pairs_takes_the_same_queries_for_one_and_twenty(client, lotte, queries):
    def pair(n: int) -> None:
        for _n in range(2):
            make.customer(email=f"p{n}@example.com", phone=f"+32255501{n:02}")
        compare_customers()

    url = reverse("duplicate_list")
    assert "No duplicates found" in client.get(url).content.decode()
    pair(1)
    with queries() as one:
        client.get(url)
    for n in range(2, 21):
        pair(n)
    with queries(exactly=len(one)):
        page = client.get(url)
    assert len(page.context["rows"]) == 20
    first = page.context["rows"][0][0]
    client.post(reverse("duplicate_dismiss", args=[first.pk]))
    assert len(client.get(url).context["rows"]) == 19


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("duplicate_pair_why_known", {"why": "hair"}),
        ("duplicate_pair_dismissed_by_somebody", {"dismissed_at": timezone.now()}),
    ],
)
def test_the_database_refuses_a_pair_that_cannot_be(twins, name, change):
    els, twin = twins
    DuplicatePair.objects.create(first=els, second=twin, why="name")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DuplicatePair.objects.update(**change)
    with pytest.raises(IntegrityError, match="duplicate_pair_in_order"), transaction.atomic():
        DuplicatePair.objects.create(first=twin, second=els, why="name")
    once = r"duplicate_pair_once|UNIQUE"
    with pytest.raises(IntegrityError, match=once), transaction.atomic():
        DuplicatePair.objects.create(first=els, second=twin, why="phone")


def test_the_database_refuses_a_merge_of_customers_that_cannot_be(twins, lotte):
    els, twin = twins
    merge = merge_customers(customer=twin, into=els, actor=lotte)
    rows = CustomerMerge.objects.filter(pk=merge.pk)
    for name, fields in (
        ("customer_merge_is_of_two_customers", {"into": twin}),
        ("customer_merge_undone_after_it", {"undone_at": LONG_AGO}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**fields)
    with pytest.raises(IntegrityError, match=r"customer_merged_once|UNIQUE"), transaction.atomic():
        CustomerMerge.objects.create(merged=twin, into=els)


def test_a_draft_about_a_merged_customer_goes_on_with_the_surviving_one(client, lotte):
    old, new = make.customer(name="Els Vermeulen"), make.customer(name="Elsje Vermeulen-Dams")
    client.force_login(lotte)
    key = "5d6d5a8e-2f5e-4b61-9d3b-0d7f6f6b7a11"
    save_call_draft(person=lotte, form_key=key, fields={"customer": str(old.pk)})
    merge_customers(customer=old, into=new, actor=lotte)
    page = client.get("/calls/new/", {"key": key}).content.decode()
    assert f'name="customer" value="{new.pk}"' in page
    assert "Elsje Vermeulen-Dams" in page
