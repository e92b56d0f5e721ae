import pytest

from accounts.models import Role
from accounts.services import invite_again, person_for_import
from tests import make

pytestmark = pytest.mark.django_db
PEOPLE = "/settings/people/"


@pytest.fixture
def as_admin(client):
    client.force_login(make.admin(name="Nadia El Amrani"))
    return client


def names(response):
    return [person.name for person in response.context["page"].items]


def test_people_stand_in_order_of_their_names_whatever_the_case(as_admin):
    make.agent(name="bram de smet")
    make.agent(name="Élodie Petit")
    assert names(as_admin.get(PEOPLE)) == ["bram de smet", "Élodie Petit", "Nadia El Amrani"]


def test_who_cannot_sign_in_is_shown_only_among_everybody(as_admin):
    person_for_import("Maker Jan")
    assert names(as_admin.get(PEOPLE)) == ["Nadia El Amrani"]
    assert names(as_admin.get(PEOPLE, {"show": "all"})) == ["Maker Jan", "Nadia El Amrani"]


def test_an_invited_person_is_listed_as_invited(as_admin):
    admin = make.admin(name="Other")
    person = make.user(Role.AGENT, name="Lotte Maes", is_active=False)
    invite_again(person=person, actor=admin)
    response = as_admin.get(PEOPLE)
    assert names(response) == ["Lotte Maes", "Nadia El Amrani", "Other"]
    assert "Invited" in response.content.decode()


def test_a_name_is_found_without_its_accents(as_admin):
    make.agent(name="Élodie Petit")
    assert names(as_admin.get(PEOPLE, {"q": "ELODIE"})) == ["Élodie Petit"]
    assert "Nobody by that name" in as_admin.get(PEOPLE, {"q": "zzz"}).content.decode()


def test_twenty_people_cost_as_many_queries_as_one(as_admin, queries):
    as_admin.get(PEOPLE)
    with queries() as for_one:
        as_admin.get(PEOPLE)
    for _person in range(20):
        make.agent(team=make.team())
    with queries(exactly=len(for_one)):
        assert len(names(as_admin.get(PEOPLE))) == 21
