"""Customers in the browser: listing, adding, changing."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import HistoryEntry
from purchases.models import Customer, CustomerEmail
from purchases.services import CustomerDraft, save_customer
from tests import make

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Els Vermeulen",
    "emails": "els@example.com\r\n Els.V@Work.example \r\n",
    "phones": "02 555 01 43\n+31 20 555 0100",
    "postcode": "2800",
    "city": "Mechelen",
    "country": "be",
    "ref": "K-1",
}


@pytest.fixture
def agent(client):
    person = make.agent(name="Bram")
    client.force_login(person)
    return person


def refused(**about) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        save_customer(actor=None, shop=make.shop(), **about)
    return caught.value


def test_an_agent_adds_a_customer_with_all_addresses_and_numbers(client, agent):
    response = client.post("/customers/new/", FORM)
    customer = Customer.objects.get()
    assert response["Location"] == f"/customers/{customer.pk}/"
    assert (customer.name_folded, customer.last_first_folded) == ("els vermeulen", "vermeulen els")
    assert (customer.country, customer.ref, customer.version) == ("BE", "K-1", 1)
    assert list(customer.emails.order_by("pk").values_list("address_folded", flat=True)) == [
        "els@example.com",
        "els.v@work.example",
    ]
    assert list(customer.phones.order_by("pk").values_list("number", "digits_reversed")) == [
        ("+3225550143", "3410555223"),
        ("+31205550100", "00105550213"),
    ]
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.actor, entry.subject_id) == ("created", agent, customer.pk)


def test_changing_a_customer_keeps_what_stayed_and_tells_the_history(client, agent):
    client.post("/customers/new/", FORM)
    customer = Customer.objects.get()
    mail = customer.emails.get(address="els@example.com")
    page = client.get(f"/customers/{customer.pk}/edit/").content.decode()
    assert "02 555 01 43" in page
    changed = {**FORM, "emails": "els@example.com", "city": "Gent", "ref": "", "version": "1"}

    response = client.post(f"/customers/{customer.pk}/edit/", changed)

    assert response["Location"] == f"/customers/{customer.pk}/"
    customer.refresh_from_db()
    assert (customer.city, customer.ref, customer.version) == ("Gent", None, 2)
    assert customer.emails.get() == mail
    entry = HistoryEntry.objects.get(verb="changed")
    assert entry.changes == {
        "city": ["Mechelen", "Gent"],
        "ref": ["K-1", None],
        "emails": ["els@example.com, Els.V@Work.example", "els@example.com"],
    }


def test_saving_without_a_change_changes_nothing(client, agent):
    client.post("/customers/new/", FORM)
    customer = Customer.objects.get()
    client.post(f"/customers/{customer.pk}/edit/", {**FORM, "version": "1"})
    customer.refresh_from_db()
    assert customer.version == 1
    assert HistoryEntry.objects.count() == 1


def test_a_page_from_before_somebody_elses_change_is_refused(client, agent):
    client.post("/customers/new/", FORM)
    customer = Customer.objects.get()
    client.post(f"/customers/{customer.pk}/edit/", {**FORM, "city": "Gent", "version": "1"})
    other = {**FORM, "city": "Brussel", "phones": "", "version": "1"}

    page = client.post(f"/customers/{customer.pk}/edit/", other).content.decode()

    assert "Bram changed this at" in page
    customer.refresh_from_db()
    assert (customer.city, customer.phones.count()) == ("Gent", 2)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"emails": "els"}, "“els” is not an e-mail address"),
        ({"phones": "12"}, "“12” is not a phone number"),
        ({"country": "Belgium"}, "at most 2 characters"),
        ({"name": "", "emails": "", "phones": "", "ref": ""}, "Give a name, a customer number"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(client, agent, fields, message):
    page = client.post("/customers/new/", {**FORM, **fields}).content.decode()
    assert message in page
    assert (Customer.objects.count(), CustomerEmail.objects.count()) == (0, 0)


def test_a_customer_number_is_one_customers(client, agent):
    make.customer(ref="K-1")
    page = client.post("/customers/new/", FORM).content.decode()
    assert "Another customer has this number." in page
    assert Customer.objects.count() == 1
    # SQLite names the column, PostgreSQL the constraint.
    named = "customer_ref_once|UNIQUE .*customer.ref"
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        Customer.objects.create(ref="K-1")


def test_a_merged_customer_is_not_changed_any_more(client, agent):
    into = make.customer()
    merged = make.customer(name="Gone")
    Customer.objects.filter(pk=merged.pk).update(merged_into=into)
    merged.refresh_from_db()
    assert client.get(f"/customers/{merged.pk}/edit/").url == f"/customers/{into.pk}/edit/"
    error = refused(draft=CustomerDraft(name="X"), customer=merged)
    assert "was merged into another" in error.messages[0]


def test_the_list_shows_phone_mail_and_how_much_was_bought(client, agent):
    els = make.customer(name="Els", email="els@example.com", phone="+3225550143", city="Gent")
    make.purchase(customer=els)
    make.purchase(customer=els)
    page = client.get("/customers/").content.decode()
    for text in ("Els", "02 555 01 43", "els@example.com", "Gent", '<td class="td-num">2</td>'):
        assert text in page


def test_the_list_finds_by_phone_and_name(client, agent):
    make.customer(name="Els Vermeulen", phone="+3225550143")
    make.customer(name="Jan Janssens")
    for text in ("verm", "02/555 01 43", "550143"):
        page = client.get("/customers/", {"q": text}).content.decode()
        assert "Els Vermeulen" in page
        assert "Jan Janssens" not in page
    assert "No customer fits" in client.get("/customers/?q=zzz").content.decode()


def test_the_list_asks_the_same_for_1_and_20_customers(client, agent, queries):
    def add():
        row = make.customer(email="a@example.com", phone="+3225550143")
        make.purchase(customer=row)

    add()
    with queries() as few:
        client.get("/customers/")
    for _ in range(19):
        add()
    with queries(at_most=len(few)):
        client.get("/customers/")


@pytest.mark.parametrize("role", ["inspector", "admin"])
def test_inspectors_and_admins_do_not_see_customers(client, role):
    customer = make.customer()
    client.force_login(getattr(make, role)())
    for path in ("/customers/", "/customers/new/", f"/customers/{customer.pk}/edit/"):
        assert client.get(path).status_code == 403
        assert client.post(path, FORM).status_code == 403
    assert Customer.objects.get().name == customer.name


def test_a_read_only_agent_looks_and_does_not_write(client):
    client.force_login(make.agent(read_only=True))
    assert client.get("/customers/").status_code == 200
    assert client.post("/customers/new/", FORM).status_code == 403
    assert Customer.objects.count() == 0
