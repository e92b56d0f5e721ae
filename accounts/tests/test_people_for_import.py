import pytest

from accounts.models import User
from accounts.services import people_for_import, person_for_import
from tests import make

pytestmark = pytest.mark.django_db


def test_a_person_is_found_by_address_in_any_case():
    person = make.agent(email="lotte@example.com", name="Lotte Maes")
    assert person_for_import(" Lotte@Example.COM ") == person


def test_a_person_is_found_by_folded_name():
    person = make.agent(name="Zoë Çelik")
    assert person_for_import("zoe  celik") == person


def test_who_can_sign_in_is_found_before_a_namesake_who_cannot():
    make.user(name="Jan Peeters", is_active=False)
    person = make.agent(name="Jan Peeters")
    make.user(name="Jan Peeters", is_active=False)
    assert person_for_import("Jan Peeters") == person


def test_of_namesakes_the_oldest_is_found():
    first = make.agent(name="Jan Peeters")
    make.agent(name="Jan Peeters")
    assert person_for_import("Jan Peeters") == first


def test_an_unknown_name_becomes_a_person_who_cannot_sign_in():
    person = person_for_import("  Maker   Jan ")
    assert (person.name, person.name_folded) == ("Maker Jan", "maker jan")
    assert not person.is_active
    assert person.email is None
    assert not person.has_usable_password()


def test_importing_twice_finds_the_same_people():
    first = people_for_import(["Jan", "Piet", "jan@example.com"])
    second = people_for_import(["piet", "JAN", "jan@example.com", ""])
    assert second["JAN"] == first["Jan"]
    assert second["piet"] == first["Piet"]
    assert second["jan@example.com"] == first["jan@example.com"]
    assert "" not in second
    assert User.objects.count() == 3


def test_spellings_of_one_name_in_one_file_are_one_person():
    people = people_for_import(["Zoë Çelik", "ZOE CELIK", "zoe  celik"])
    assert len({person.pk for person in people.values()}) == 1


def test_a_name_without_letters_or_far_too_long_is_kept():
    people = people_for_import(["---", "x" * 500])
    assert people["---"].name == "---"
    assert people["x" * 500].name == "x" * 120
    assert people_for_import(["x" * 500])["x" * 500] == people["x" * 500]


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError, match="needs a name"):
        person_for_import("   ")


def test_a_thousand_names_cost_few_queries(queries):
    texts = [f"Maker {n}" for n in range(1000)]
    with queries(at_most=25):
        people_for_import(texts)
    with queries(at_most=8):
        people_for_import(texts)
    assert User.objects.count() == 1000
