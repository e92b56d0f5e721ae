import pytest

from accounts.models import HistoryEntry, Role
from tests import make

pytestmark = pytest.mark.django_db
ME = "/me/"
NEW = {"name": "Zoë Çelik", "time_zone": "Asia/Tokyo", "theme": "dark", "after_saving": "next"}


@pytest.mark.parametrize("read_only", [False, True])
def test_everybody_changes_their_own_page_also_with_a_read_only_role(client, read_only):
    person = make.user(Role.AGENT, read_only=read_only)
    client.force_login(person)
    assert client.post(ME, NEW)["Location"] == ME
    person.refresh_from_db()
    assert (person.name, person.name_folded) == ("Zoë Çelik", "zoe celik")
    assert (person.time_zone, person.theme, person.shortcuts) == ("Asia/Tokyo", "dark", False)
    assert person.after_saving == "next"
    assert HistoryEntry.objects.about(person).get().actor == person


def test_roles_and_address_cannot_be_smuggled_in(client):
    person = make.agent(email="lotte@example.com")
    client.force_login(person)
    client.post(ME, {**NEW, "admin_access": "2", "email": "x@example.com", "is_active": "on"})
    person.refresh_from_db()
    assert person.admin_access == 0
    assert person.email == "lotte@example.com"


def test_the_page_follows_the_theme_and_the_keys_that_were_chosen(client):
    client.force_login(make.agent())
    client.cookies["td_theme"] = "light"
    client.post(ME, NEW)
    page = client.get(ME).content.decode()
    assert 'data-bs-theme="dark"' in page
    assert 'data-shortcuts="off"' in page


def test_a_zone_nobody_knows_is_refused(client):
    person = make.agent(name="Lotte Maes")
    client.force_login(person)
    response = client.post(ME, {**NEW, "time_zone": "Mars/Phobos"})
    assert "is not a time zone" in response.content.decode()
    person.refresh_from_db()
    assert person.name == "Lotte Maes"


def test_an_empty_zone_means_the_shops(client):
    person = make.agent(time_zone="Asia/Tokyo")
    client.force_login(person)
    client.post(ME, {**NEW, "time_zone": ""})
    person.refresh_from_db()
    assert person.time_zone == ""
