"""Goodwill: alone up to one's limit, above it by another person, its cost always known."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import HistoryEntry, User
from notices.models import Notice
from tests import make
from tickets.models import Goodwill, GoodwillLimits, Ticket, TicketEvent
from tickets.services import (
    GoodwillDraft,
    approve_goodwill,
    grant_goodwill,
    refuse_goodwill,
    set_goodwill_limits,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    make.shop(currency="EUR")
    return make.agent(name="Lotte Maes")


@pytest.fixture
def nadia(db: None) -> User:
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    return make.ticket(purchase=make.purchase(), owner=lotte)


def give(ticket: Ticket, actor: User, cost: str) -> Goodwill:
    draft = GoodwillDraft("refund", Decimal(cost), "Cracked twice.")
    return grant_goodwill(ticket=ticket, draft=draft, shop=make.shop(), actor=actor)


def test_within_the_limit_it_is_granted_at_once(ticket: Ticket, lotte: User, nadia: User):
    given = give(ticket, lotte, "50.00")
    assert (given.state, given.own_limit, given.currency, given.decided_by) == (
        "granted",
        Decimal(50),
        "EUR",
        None,
    )
    event = TicketEvent.objects.get()
    assert (event.kind, event.changes, event.note) == (
        "granted",
        {"kind": [None, "refund"], "cost": [None, "50.00 EUR"]},
        "Cracked twice.",
    )
    assert Notice.objects.count() == 0


def test_a_cent_above_the_limit_it_waits_and_all_who_can_approve_are_told(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    root = make.admin(name="Root")
    given = give(ticket, lotte, "50.01")
    assert given.state == "waiting"
    assert TicketEvent.objects.count() == 0
    for person in (nadia, root):
        notice = Notice.objects.of(person).get()
        assert notice.sentence == "Lotte Maes asks you to approve goodwill of 50.01 EUR."
        assert notice.link == f"/goodwill/{given.pk}/"
        client.force_login(person)
        asked = client.get(notice.link).content.decode()
        assert f"/goodwill/{given.pk}/approve/" in asked
        assert ticket.subject in asked
        # An admin sees what is asked, and is led to nothing that is shut.
        assert (f'href="/tickets/{ticket.pk}/' in asked) == (person == nadia)
    client.force_login(lotte)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Nadia El Amrani" in page
    assert "Waits for approval by" in page
    assert "none given yet" in client.get(f"/purchases/{ticket.purchase_id}/").content.decode()


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_another_manager_or_admin_approves_with_one_press(
    ticket: Ticket, lotte: User, client: Client, role: str
):
    approver = getattr(make, role)(name="Nadia El Amrani")
    given = give(ticket, lotte, "80")
    client.force_login(approver)
    assert f"/goodwill/{given.pk}/approve/" in client.get("/goodwill/").content.decode()
    client.post(f"/goodwill/{given.pk}/approve/")
    given.refresh_from_db()
    assert (given.state, given.decided_by) == ("granted", approver)
    assert Notice.objects.of(lotte).get().sentence == (
        f"Nadia El Amrani approved goodwill of 80.00 EUR on ticket #{ticket.pk}."
    )
    client.force_login(lotte)
    page = client.get(f"/purchases/{ticket.purchase_id}/").content.decode()
    assert "80.00 EUR in all" in page
    assert "Goodwill granted" in page


def test_a_manager_who_asks_is_approved_by_another(ticket: Ticket, nadia: User, client: Client):
    tom = make.manager(name="Tom Peeters")
    given = give(ticket, nadia, "500.01")
    with pytest.raises(ValidationError, match="another person decides"):
        approve_goodwill(goodwill=given, actor=nadia)
    client.force_login(nadia)
    assert "you asked: another decides" in client.get("/goodwill/").content.decode()
    client.post(f"/goodwill/{given.pk}/approve/")
    given.refresh_from_db()
    assert given.state == "waiting"
    assert approve_goodwill(goodwill=given, actor=tom).state == "granted"


def test_an_agent_does_not_decide(ticket: Ticket, lotte: User, nadia: User):
    given = give(ticket, lotte, "80")
    with pytest.raises(ValidationError, match="Managers and admins"):
        approve_goodwill(goodwill=given, actor=make.agent())


def test_it_is_refused_with_a_reason(ticket: Ticket, lotte: User, nadia: User, client: Client):
    given = give(ticket, lotte, "80")
    client.force_login(nadia)
    assert client.post(f"/goodwill/{given.pk}/refuse/", {"refusal": " "}).status_code == 422
    with pytest.raises(ValidationError, match="why not"):
        refuse_goodwill(goodwill=given, refusal=" ", actor=nadia)
    client.post(f"/goodwill/{given.pk}/refuse/", {"refusal": "The carrier pays."})
    given.refresh_from_db()
    assert (given.state, given.refusal, given.decided_by) == ("refused", "The carrier pays.", nadia)
    assert "The carrier pays." in Notice.objects.of(lotte).get().sentence
    with pytest.raises(ValidationError, match="decided already: Refused"):
        approve_goodwill(goodwill=given, actor=nadia)
    client.force_login(lotte)
    page = client.get(f"/purchases/{ticket.purchase_id}/").content.decode()
    assert "Goodwill refused" in page
    assert "none given yet" in page


def test_above_the_limit_with_nobody_to_approve_it_is_refused_at_once(ticket: Ticket, lotte: User):
    with pytest.raises(ValidationError, match="nobody else who could approve"):
        give(ticket, lotte, "80")
    assert Goodwill.objects.count() == 0


def test_the_form_says_the_limit_and_names_who_approves(
    ticket: Ticket, lotte: User, nadia: User, client: Client
):
    client.force_login(lotte)
    page = client.get(f"/tickets/{ticket.pk}/goodwill/").content.decode()
    assert "50.00" in page
    assert "Nadia El Amrani" in page
    form = {
        "form_key": "6f1de0f7-6d5f-4f0d-8a5e-0d1c1b7c9d13",
        "kind": "gift",
        "cost": "12.5",
        "why": "A bowl.",
    }
    for _time in range(2):
        client.post(f"/tickets/{ticket.pk}/goodwill/", form)
    given = Goodwill.objects.get()
    assert (given.kind, given.cost, given.state) == ("gift", Decimal("12.50"), "granted")
    for cost in ("", "0", "-1", "x"):
        answer = client.post(f"/tickets/{ticket.pk}/goodwill/", {**form, "cost": cost})
        assert answer.status_code == 422
    assert Goodwill.objects.count() == 1


def test_the_highest_limit_of_a_persons_roles_holds(ticket: Ticket, nadia: User):
    both = make.manager(agent_access=2)
    assert give(ticket, both, "500").state == "granted"
    reader = make.agent(manager_access=1)
    assert give(ticket, reader, "51").state == "waiting"


# The settings ------------------------------------------------------------------------------------


def test_an_admin_sets_the_limits_and_the_history_says_so(ticket: Ticket, client: Client):
    root = make.admin(name="Root")
    waiting = give(ticket, make.agent(), "80")
    client.force_login(root)
    assert 'value="50.00"' in client.get("/settings/goodwill/").content.decode()
    form = {"version": "1", "agent": "80.00", "manager": "900"}
    client.post("/settings/goodwill/", form)
    limits = GoodwillLimits.objects.get()
    assert (limits.agent, limits.manager, limits.version) == (Decimal(80), Decimal(900), 2)
    entry = HistoryEntry.objects.about(limits).get()
    assert entry.changes == {"agent": ["50.00", "80.00"], "manager": ["500.00", "900"]}
    assert give(ticket, make.agent(), "80").state == "granted"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.own_limit) == ("waiting", Decimal(50))
    assert client.post("/settings/goodwill/", form | {"agent": "1"}).status_code == 422
    assert client.post("/settings/goodwill/", form | {"agent": "-1"}).status_code == 422
    limits.refresh_from_db()
    assert limits.agent == Decimal(80)


def test_limits_are_not_saved_over_somebodys_newer_ones(nadia: User):
    set_goodwill_limits(version=1, values={"agent": Decimal(60)}, actor=nadia)
    with pytest.raises(ValidationError, match="Nadia El Amrani changed this"):
        set_goodwill_limits(version=1, values={"agent": Decimal(70)}, actor=nadia)
    assert GoodwillLimits.objects.get().agent == Decimal(60)


@pytest.mark.parametrize("show", ["waiting", "all"])
def test_the_list_asks_the_same_queries_for_one_row_and_for_twenty(
    nadia: User, client: Client, queries, show: str
):
    client.force_login(nadia)

    def fill(count: int) -> None:
        for _n in range(count):
            made = make.ticket(purchase=make.purchase())
            make.goodwill(ticket=made, asked_by=make.agent())

    fill(1)
    with queries() as one:
        client.get(f"/goodwill/?show={show}")
    fill(19)
    with queries() as twenty:
        client.get(f"/goodwill/?show={show}")
    assert len(one) == len(twenty), "\n".join(twenty)


def test_the_ticket_asks_the_same_queries_for_one_of_each_and_for_twenty(
    ticket: Ticket, lotte: User, nadia: User, client: Client, queries
):
    client.force_login(lotte)

    def fill(count: int) -> None:
        for _n in range(count):
            make.goodwill(ticket=ticket, asked_by=make.agent())
            make.help_request(ticket=ticket, asked_by=make.agent())

    fill(1)
    # What is remembered from page to page is read by the first one.
    client.get(f"/tickets/{ticket.pk}/")
    with queries() as one:
        client.get(f"/tickets/{ticket.pk}/")
    fill(19)
    with queries() as twenty:
        client.get(f"/tickets/{ticket.pk}/")
    assert len(one) == len(twenty), "\n".join(twenty)


# The database ------------------------------------------------------------------------------------

DECIDED = {"decided_by": "lotte", "decided_at": timezone.now()}


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "song"}, "goodwill_kind_known"),
        ({"state": "lost"}, "goodwill_state_known"),
        ({"cost": Decimal(0)}, "goodwill_costs_something"),
        ({"why": ""}, "goodwill_says_why"),
        ({"state": "granted"}, "goodwill_above_limit_is_approved"),
        ({"state": "granted", **DECIDED}, "goodwill_decided_by_another"),
        ({"state": "refused", "refusal": "No.", **DECIDED}, "goodwill_decided_by_another"),
        ({"decided_by": "nadia", "decided_at": timezone.now()}, "goodwill_decided_whole"),
        ({"state": "granted", "decided_by": "nadia"}, "goodwill_decided_whole"),
        (
            {"state": "refused", "decided_by": "nadia", "decided_at": timezone.now()},
            "goodwill_refused_says_why",
        ),
        ({"refusal": "No."}, "goodwill_refused_says_why"),
    ],
)
def test_the_database_refuses_goodwill_that_cannot_be(
    ticket: Ticket, lotte: User, nadia: User, fields: dict[str, object], constraint: str
):
    people = {"lotte": lotte, "nadia": nadia}
    values = {
        name: people.get(value, value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make.goodwill(ticket=ticket, asked_by=lotte, **values)


def test_the_database_refuses_that_the_granter_approves_above_the_limit(
    ticket: Ticket, lotte: User, nadia: User
):
    given = give(ticket, lotte, "80")
    rows = Goodwill.objects.filter(pk=given.pk)
    now = timezone.now()
    with (
        pytest.raises(IntegrityError, match="goodwill_decided_by_another"),
        transaction.atomic(),
    ):
        rows.update(state="granted", decided_by=lotte, decided_at=now)
    with (
        pytest.raises(IntegrityError, match="goodwill_above_limit_is_approved"),
        transaction.atomic(),
    ):
        rows.update(state="granted")
    with pytest.raises(IntegrityError, match="goodwill_is_frozen"), transaction.atomic():
        rows.update(own_limit=Decimal(100))
    with pytest.raises(IntegrityError, match="goodwill_is_frozen"), transaction.atomic():
        rows.update(asked_by=nadia)
    given.refresh_from_db()
    assert given.state == "waiting"


def test_the_database_keeps_what_was_decided(ticket: Ticket, lotte: User):
    given = give(ticket, lotte, "20")
    rows = Goodwill.objects.filter(pk=given.pk)
    with pytest.raises(IntegrityError, match="goodwill_is_decided_once"), transaction.atomic():
        rows.update(state="waiting")
    with pytest.raises(IntegrityError, match="goodwill_is_kept"), transaction.atomic():
        rows.delete()
    make.goodwill(ticket=ticket, asked_by=lotte, form_key="k")
    with (
        pytest.raises(IntegrityError, match=r"goodwill_once_per_form|form_key"),
        transaction.atomic(),
    ):
        make.goodwill(ticket=ticket, asked_by=lotte, form_key="k")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"pk": 2}, "goodwill_limits_are_one"),
        ({"agent": Decimal(-1)}, "goodwill_limits_not_negative"),
        ({"manager": Decimal(-1)}, "goodwill_limits_not_negative"),
    ],
)
def test_the_database_refuses_limits_that_cannot_be(fields: dict[str, object], constraint: str):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GoodwillLimits.objects.create(**{"pk": 1, **fields})
