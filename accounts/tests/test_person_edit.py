import threading

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Access, HistoryEntry, Role, User
from accounts.services import deactivate_person, edit_person
from tests import make


@pytest.fixture
def admin(db):
    return make.admin(name="Nadia El Amrani")


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def posted(person, **changes):
    values = {
        "version": person.version,
        "name": person.name,
        "email": person.email or "",
        "team": person.team_id or "",
        **{f"{role.value}_access": person.access(role).value for role in Role},
    }
    return {**values, **changes}


def address(person):
    return f"/settings/people/{person.pk}/"


def test_roles_team_and_address_are_changed_with_history(as_admin, admin):
    person, team = make.agent(name="Lotte Maes", email="lotte@example.com"), make.team("Desk")
    changes = {"manager_access": 1, "team": team.pk, "email": "L.Maes@Example.com"}
    response = as_admin.post(address(person), posted(person, **changes))
    assert response["Location"] == address(person)
    person.refresh_from_db()
    assert (person.agent_access, person.manager_access) == (Access.FULL, Access.READ)
    assert (person.team, person.email) == (team, "l.maes@example.com")
    entry = HistoryEntry.objects.about(person).get()
    assert entry.actor == admin
    assert entry.changes == {
        "email": ["lotte@example.com", "l.maes@example.com"],
        "team": [None, "Desk"],
        "manager_access": ["0", "1"],
    }
    shown = [(str(line.label), str(line.old), str(line.new)) for line in entry.lines]
    assert ("Manager", "No", "Read only") in shown


def test_the_page_tells_the_history_in_words(as_admin, admin):
    person = make.agent()
    as_admin.post(address(person), posted(person, manager_access=1))
    told = as_admin.get(address(person)).content.decode()
    assert "Nadia El Amrani" in told
    assert "<del>No</del>" in told
    assert "<ins>Read only</ins>" in told


def test_what_did_not_change_is_not_told(as_admin):
    person = make.agent()
    as_admin.post(address(person), posted(person))
    person.refresh_from_db()
    assert person.version == 1
    assert HistoryEntry.objects.about(person).count() == 0


def test_an_old_page_changes_nothing_and_says_who_was_first(as_admin, admin):
    person = make.agent(name="Lotte Maes")
    old = posted(person, name="Lotte Claes")
    as_admin.post(address(person), posted(person, manager_access=2))
    response = as_admin.post(address(person), old)
    assert "Nadia El Amrani changed this at" in response.content.decode()
    person.refresh_from_db()
    assert person.name == "Lotte Maes"


def test_a_page_without_a_version_changes_nothing(as_admin):
    person = make.agent(name="Lotte Maes")
    values = posted(person, name="Lotte Claes")
    del values["version"]
    as_admin.post(address(person), values)
    person.refresh_from_db()
    assert person.name == "Lotte Maes"


def test_the_name_is_found_by_its_folded_form(as_admin):
    person = make.agent()
    as_admin.post(address(person), posted(person, name="Zoë Çelik"))
    assert User.objects.named("zoe cel").get() == person


def test_an_address_in_use_is_refused(as_admin):
    make.agent(email="bram@example.com", name="Bram De Smet")
    person = make.agent(email="lotte@example.com")
    response = as_admin.post(address(person), posted(person, email="Bram@example.com"))
    assert "Bram De Smet already has this address" in response.content.decode()
    person.refresh_from_db()
    assert person.email == "lotte@example.com"


def test_who_signs_in_keeps_an_address(as_admin):
    person = make.agent(email="lotte@example.com")
    response = as_admin.post(address(person), posted(person, email=""))
    assert "Who signs in needs an e-mail address" in response.content.decode()


def test_the_old_address_lets_nobody_in_after_a_change(as_admin):
    person = make.agent(email="lotte@example.com")
    EmailAddress.objects.create(user=person, email="lotte@example.com", primary=True)
    as_admin.post(address(person), posted(person, email="maes@example.com"))
    visitor = type(as_admin)()
    tried = {"login": "lotte@example.com", "password": make.PASSWORD}
    assert "do not belong together" in visitor.post("/sign-in/", tried).content.decode()
    tried["login"] = "maes@example.com"
    assert visitor.post("/sign-in/", tried).status_code == 302


def test_a_retired_team_cannot_be_joined_but_is_kept(as_admin):
    team = make.team("Desk")
    person = make.agent(team=team)
    as_admin.post(f"/settings/teams/{team.pk}/retire/", {"version": 1})
    assert as_admin.post(address(person), posted(person, manager_access=1)).status_code == 302
    other = make.agent()
    response = as_admin.post(address(other), posted(other, team=team.pk))
    assert "Select a valid choice" in response.content.decode()


def test_a_sign_in_taken_away_ends_open_sessions_at_once(as_admin):
    person = make.agent()
    theirs = type(as_admin)()
    theirs.force_login(person)
    assert theirs.get("/me/").status_code == 200
    as_admin.post(address(person) + "deactivate/", {"version": person.version})
    assert theirs.get("/me/")["Location"] == "/sign-in/?next=/me/"
    person.refresh_from_db()
    assert not person.is_active
    assert HistoryEntry.objects.about(person).get().verb == "deactivated"


def test_old_sessions_stay_ended_when_the_person_returns(as_admin):
    person = make.agent()
    theirs = type(as_admin)()
    theirs.force_login(person)
    as_admin.post(address(person) + "deactivate/", {"version": person.version})
    as_admin.post(address(person) + "invite/")
    token = person.invitations.get().token
    chosen = {"password": "zilvervis in de klei", "password_again": "zilvervis in de klei"}
    assert type(as_admin)().post(f"/invitations/{token}/", chosen)["Location"] == "/"
    assert theirs.get("/me/").status_code == 302


def test_the_old_password_is_forgotten_with_the_sign_in(as_admin):
    person = make.agent(email="lotte@example.com")
    as_admin.post(address(person) + "deactivate/", {"version": person.version})
    tried = {"login": "lotte@example.com", "password": make.PASSWORD}
    assert "do not belong together" in type(as_admin)().post("/sign-in/", tried).content.decode()


def test_nobody_takes_their_own_sign_in_away(as_admin, admin):
    make.admin()
    response = as_admin.post(
        address(admin) + "deactivate/", {"version": admin.version}, follow=True
    )
    assert "You cannot take away your own sign-in" in response.content.decode()
    admin.refresh_from_db()
    assert admin.is_active


def test_the_last_full_admin_stays_admin(as_admin, admin):
    make.admin(read_only=True)
    response = as_admin.post(address(admin), posted(admin, admin_access=1))
    assert "is the only admin with full access" in response.content.decode()
    admin.refresh_from_db()
    assert admin.admin_access == Access.FULL


def test_with_a_second_admin_the_first_can_step_back(as_admin, admin):
    make.admin()
    as_admin.post(address(admin), posted(admin, admin_access=0))
    admin.refresh_from_db()
    assert admin.admin_access == Access.NONE


def test_the_database_itself_keeps_the_last_admin(admin):
    for change in ({"admin_access": 1}, {"is_active": False}):
        with pytest.raises(IntegrityError, match="last_admin_stays"), transaction.atomic():
            User.objects.filter(pk=admin.pk).update(**change)
    make.admin()
    assert User.objects.filter(pk=admin.pk).update(admin_access=0) == 1


def test_the_database_refuses_to_take_the_role_from_all_admins_at_once(admin):
    make.admin()
    with pytest.raises(IntegrityError, match="last_admin_stays"), transaction.atomic():
        User.objects.update(admin_access=0)
    assert User.objects.full_admins().count() == 2


@pytest.mark.locking
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections that lock")
def test_two_admins_who_remove_each_other_at_once_leave_one():
    people = [make.admin(), make.admin()]
    start, refused = threading.Barrier(2), []

    def remove(person, actor):
        start.wait()
        try:
            deactivate_person(person=person, version=person.version, actor=actor)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    pairs = [people, people[::-1]]
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.full_admins().count() == 1


@pytest.mark.parametrize("role", list(Role))
def test_the_database_knows_three_reaches_of_a_role(admin, role):
    person = make.agent()
    # user_agent_access_known, user_inspector_access_known, user_manager_access_known and
    # user_admin_access_known
    name = f"user_{role.value}_access_known"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**{f"{role.value}_access": 3})


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"email": None}, "user_active_has_email"),
        ({"email": "Lotte@example.com"}, "user_email_lower_case"),
        ({"theme": "pink"}, "user_theme_known"),
    ],
)
def test_the_database_refuses_a_person_who_cannot_be(admin, change, name):
    person = make.agent()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**change)


def test_history_cannot_be_rewritten(admin):
    person = make.agent()
    access = {Role.AGENT: Access.READ}
    edit_person(
        person=person,
        version=1,
        name="X",
        email="x@example.com",
        team=None,
        access=access,
        actor=admin,
    )
    with pytest.raises(IntegrityError, match="history_is_append_only"), transaction.atomic():
        HistoryEntry.objects.update(verb="joined")
