import pytest
from django.db import IntegrityError, transaction

from accounts.models import HistoryEntry, Team
from tests import make

pytestmark = pytest.mark.django_db
TEAMS = "/settings/teams/"


@pytest.fixture
def as_admin(client):
    client.force_login(make.admin())
    return client


def test_a_team_is_added(as_admin):
    assert as_admin.post(TEAMS, {"name": "Desk"})["Location"] == TEAMS
    team = Team.objects.get()
    assert team.name == "Desk"
    assert HistoryEntry.objects.about(team).get().verb == "created"


def test_a_name_is_taken_in_whatever_case(as_admin):
    make.team("Desk")
    response = as_admin.post(TEAMS, {"name": "desk"})
    assert "Another team has this name" in response.content.decode()
    assert Team.objects.count() == 1


def test_the_database_refuses_the_same_name_twice():
    make.team("Desk")
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(name="Desk")


def test_a_team_is_renamed_with_history(as_admin):
    team = make.team("Desk")
    as_admin.post(f"{TEAMS}{team.pk}/", {"name": "Front desk", "version": 1})
    team.refresh_from_db()
    assert team.name == "Front desk"
    assert HistoryEntry.objects.about(team).get().changes == {"name": ["Desk", "Front desk"]}


def test_the_name_of_another_team_is_refused_when_renaming(as_admin):
    make.team("Quality")
    team = make.team("Desk")
    response = as_admin.post(f"{TEAMS}{team.pk}/", {"name": "QUALITY", "version": 1})
    assert "Another team has this name" in response.content.decode()
    team.refresh_from_db()
    assert team.name == "Desk"


def test_a_retired_team_keeps_its_people_and_can_be_taken_back(as_admin):
    team = make.team("Desk")
    person = make.agent(team=team)
    as_admin.post(f"{TEAMS}{team.pk}/retire/", {"version": 1})
    as_admin.post(f"{TEAMS}{team.pk}/retire/", {"version": 1})
    team.refresh_from_db()
    person.refresh_from_db()
    assert team.retired_at is not None
    assert person.team == team
    as_admin.post(f"{TEAMS}{team.pk}/restore/", {"version": 2})
    team.refresh_from_db()
    assert team.retired_at is None
    assert [e.verb for e in HistoryEntry.objects.about(team)] == ["restored", "retired"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("", {"name": "Desk two", "version": 1}),
        ("retire/", {"version": 1}),
        ("retire/", {}),
    ],
)
def test_a_second_tab_drawn_before_a_change_is_refused_and_told_who(client, change, told):
    client.force_login(make.admin(name="Ann Peeters"))
    team = make.team("Desk")
    page = client.get(TEAMS).content.decode()
    assert 'name="version" value="1"' in page
    client.post(f"{TEAMS}{team.pk}/", {"name": "Front desk", "version": 1})
    refused = client.post(f"{TEAMS}{team.pk}/{change}", told, follow=True)
    assert "Ann Peeters changed this at" in refused.content.decode()
    team.refresh_from_db()
    assert (team.name, team.retired_at, team.version) == ("Front desk", None, 2)
    assert HistoryEntry.objects.about(team).count() == 1


def test_an_old_tab_does_not_take_a_team_back(as_admin):
    team = make.team("Desk")
    as_admin.post(f"{TEAMS}{team.pk}/retire/", {"version": 1})
    as_admin.post(f"{TEAMS}{team.pk}/", {"name": "Front desk", "version": 2})
    as_admin.post(f"{TEAMS}{team.pk}/restore/", {"version": 2})
    team.refresh_from_db()
    assert (team.name, team.version) == ("Front desk", 3)
    assert team.retired_at is not None


def test_the_list_says_how_many_can_sign_in(as_admin):
    team = make.team("Desk")
    make.agent(team=team)
    make.agent(team=team, is_active=False)
    assert [t.size for t in as_admin.get(TEAMS).context["teams"]] == [1]


def test_twenty_teams_cost_as_many_queries_as_one(as_admin, queries):
    make.team()
    as_admin.get(TEAMS)
    with queries() as for_one:
        as_admin.get(TEAMS)
    for _team in range(19):
        make.team()
    with queries(exactly=len(for_one)):
        as_admin.get(TEAMS)
