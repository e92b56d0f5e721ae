"""Views of the queue that people keep: their own, and those that managers share."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import HistoryEntry, User
from tests import make
from tickets.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def view(owner: User, **fields) -> SavedView:
    return SavedView.objects.create(owner=owner, **{"name": "Mugs", "query": "", **fields})


def rail(client: Client) -> list[tuple[str, str]]:
    page = client.get("/queue/").content.decode()
    return re.findall(
        r'saved=\d+[^>]*>.*?<span>([^<]*)</span><span class="td-pane-count">(\d+)', page
    )


def test_a_view_keeps_filters_sort_and_columns_and_not_the_page(desk, lotte):
    query = "view=mine&owner=me&priority=3&sort=-tally&cols=tally,age&after=xyz&saved=9&x=1"
    answer = desk.post("/queue/views/new/", {"name": " Urgent ", "query": query})
    made = SavedView.objects.get()
    assert (made.owner, made.name, made.shared) == (lotte, "Urgent", False)
    assert made.query == "view=mine&owner=me&priority=3&sort=-tally&cols=tally%2Cage"
    assert answer["Location"] == f"/queue/?saved={made.pk}&{made.query}"
    assert HistoryEntry.objects.about(made).get().verb == "created"


def test_it_counts_what_it_shows_for_whoever_looks(desk, lotte):
    boss = make.manager()
    view(boss, name="Of me", query="owner=me", shared=True)
    make.ticket(owner=lotte)
    make.ticket(owner=boss)
    make.ticket(owner=lotte)
    assert rail(desk) == [("Of me", "2")]
    assert rail(as_person(boss)) == [("Of me", "1")]


def test_a_personal_view_is_nobody_elses(desk):
    other = make.manager()
    theirs = view(other)
    assert rail(desk) == []
    assert desk.get(f"/queue/views/{theirs.pk}/").status_code == 404
    assert desk.post(f"/queue/views/{theirs.pk}/delete/").status_code == 404
    assert desk.get(f"/queue/?saved={theirs.pk}").status_code == 200
    assert SavedView.objects.count() == 1


def test_an_agent_shares_nothing_and_a_manager_does(desk):
    desk.post("/queue/views/new/", {"name": "A", "query": "", "shared": "on"})
    assert SavedView.objects.get(name="A").shared is False
    boss = as_person(make.manager())
    boss.post("/queue/views/new/", {"name": "B", "query": "", "shared": "on"})
    assert SavedView.objects.get(name="B").shared is True
    assert rail(desk) == [("A", "0"), ("B", "0")]


def test_any_manager_changes_a_shared_view_and_agents_do_not(desk):
    shared = view(make.manager(), shared=True)
    fields = {"name": "Cups", "query": "priority=3", "shared": "on", "version": "1"}
    assert desk.post(f"/queue/views/{shared.pk}/", fields).status_code == 404
    as_person(make.manager()).post(f"/queue/views/{shared.pk}/", fields)
    shared.refresh_from_db()
    assert (shared.name, shared.query, shared.version) == ("Cups", "priority=3", 2)


def test_an_old_page_changes_nothing(desk, lotte):
    mine = view(lotte)
    answer = desk.post(f"/queue/views/{mine.pk}/", {"name": "Cups", "query": "", "version": "7"})
    assert answer.status_code == 422
    mine.refresh_from_db()
    assert mine.name == "Mugs"


@pytest.mark.parametrize("name", ["", "  ", "Mugs"])
def test_a_name_is_needed_and_ones_own_once(desk, lotte, name):
    view(lotte)
    view(make.manager())
    assert desk.post("/queue/views/new/", {"name": name, "query": ""}).status_code == 422
    assert SavedView.objects.filter(owner=lotte).count() == 1


def test_deleting_takes_only_the_view_away(desk, lotte):
    mine = view(lotte, query="priority=3")
    make.ticket(priority=3)
    key = mine.pk
    desk.post(f"/queue/views/{mine.pk}/delete/")
    assert not SavedView.objects.exists()
    entry = HistoryEntry.objects.get(subject_type="tickets.savedview", subject_id=key)
    assert (entry.verb, entry.changes) == ("deleted", {"query": ["priority=3", None]})
    assert rail(desk) == []


def test_the_page_of_an_opened_view_offers_to_save_what_was_changed(desk, lotte):
    mine = view(lotte, query="priority=3")
    page = desk.get(f"/queue/?saved={mine.pk}&priority=3").content.decode()
    assert "<h1>Mugs</h1>" in page
    assert "Change the view" in page
    page = desk.get(f"/queue/?saved={mine.pk}&priority=3&owner=me").content.decode()
    assert "Save the change" in page


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("UPDATE tickets_savedview SET name = ''", "saved_view_has_a_name"),
        ("UPDATE tickets_savedview SET name = 'same'", "saved_view_name_once"),
        ("UPDATE accounts_user SET after_saving = 'fly'", "user_after_saving_known"),
    ],
)
def test_the_database_refuses(lotte, sql, name):
    view(lotte)
    view(lotte, name="Cups")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        connection.cursor().execute(sql)
    told = str(refused.value)
    assert name in told or "tickets_savedview.name" in told
