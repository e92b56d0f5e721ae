from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Access, HistoryEntry, Invitation, Role, User
from accounts.services import InvitationError, accept_invitation, invite_again, invite_person
from notices.models import Notice
from tests import make

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Lotte Maes",
    "email": "Lotte@Example.com",
    "agent_access": "2",
    "inspector_access": "0",
    "manager_access": "1",
    "admin_access": "0",
}
CHOSEN = {"password": "zilvervis in de klei", "password_again": "zilvervis in de klei"}


@pytest.fixture
def admin():
    return make.admin(name="Nadia El Amrani")


@pytest.fixture
def invitation(admin):
    return invite_person(
        name="Lotte Maes",
        email="lotte@example.com",
        access={Role.AGENT: Access.FULL},
        team=None,
        actor=admin,
    )


def test_an_admin_invites_and_sees_the_link(client, admin):
    client.force_login(admin)
    team = make.team("Desk")
    response = client.post("/settings/people/invite/", {**NEW, "team": team.pk})
    person = User.objects.get(email="lotte@example.com")
    assert response["Location"] == f"/settings/people/{person.pk}/"
    assert not person.is_active
    assert not person.has_usable_password()
    assert (person.agent_access, person.manager_access) == (Access.FULL, Access.READ)
    assert person.team == team
    link = f"http://testserver/invitations/{person.invitations.get().token}/"
    assert link in client.get(response["Location"]).content.decode()
    assert mail.outbox == []


def test_the_link_is_mailed_when_asked(client, admin):
    client.force_login(admin)
    client.post("/settings/people/invite/", {**NEW, "send": "on"})
    [message] = mail.outbox
    assert message.to == ["lotte@example.com"]
    assert message.subject == "Nadia El Amrani invites you to Tallydesk"
    assert Invitation.objects.get().token in message.body


def test_a_mail_server_that_fails_costs_the_mail_and_not_the_invitation(client, admin, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client.force_login(admin)
    response = client.post("/settings/people/invite/", {**NEW, "send": "on"}, follow=True)
    assert "the mail server did not take our message" in response.content.decode()
    assert Invitation.objects.open().count() == 1


def test_an_address_in_use_is_refused_by_the_name_of_who_has_it(client, admin):
    make.agent(email="lotte@example.com", name="Lotte Claes")
    client.force_login(admin)
    response = client.post("/settings/people/invite/", NEW)
    assert "Lotte Claes already has this address" in response.content.decode()
    assert Invitation.objects.count() == 0


def test_without_any_role_there_is_no_invitation(client, admin):
    client.force_login(admin)
    response = client.post(
        "/settings/people/invite/", {**NEW, "agent_access": "0", "manager_access": "0"}
    )
    assert "Choose at least one role" in response.content.decode()
    assert not User.objects.filter(email="lotte@example.com").exists()


def test_a_read_only_admin_sees_neither_the_link_nor_a_way_to_invite(client, invitation):
    client.force_login(make.admin(read_only=True))
    page = client.get(f"/settings/people/{invitation.user_id}/").content.decode()
    assert invitation.token not in page
    assert client.post("/settings/people/invite/", NEW).status_code == 403


def test_the_invited_person_chooses_a_password_and_is_in(client, admin, invitation):
    page = f"/invitations/{invitation.token}/"
    assert "Welcome, Lotte Maes" in client.get(page).content.decode()
    assert client.post(page, CHOSEN)["Location"] == "/"
    person = invitation.user
    person.refresh_from_db()
    assert person.is_active
    assert person.check_password("zilvervis in de klei")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert [entry.verb for entry in HistoryEntry.objects.about(person)] == ["joined", "invited"]
    notice = Notice.objects.get()
    assert notice.person == admin
    assert notice.sentence == "Lotte Maes accepted your invitation."
    assert notice.link == f"/settings/people/{person.pk}/"


def test_opening_the_link_uses_nothing_up(client, invitation):
    client.get(f"/invitations/{invitation.token}/")
    client.get(f"/invitations/{invitation.token}/")
    invitation.refresh_from_db()
    assert invitation.used_at is None


def test_a_weak_password_is_refused_and_the_link_still_works(client, invitation):
    page = f"/invitations/{invitation.token}/"
    response = client.post(page, {"password": "short", "password_again": "short"})
    assert "too short" in response.content.decode()
    assert Invitation.objects.open().get() == invitation


def test_the_link_works_once(client, invitation):
    accept_invitation(token=invitation.token, password="zilvervis in de klei")
    response = client.post(f"/invitations/{invitation.token}/", CHOSEN)
    assert response.status_code == 404
    assert "This link was used" in response.content.decode()
    with pytest.raises(InvitationError):
        accept_invitation(token=invitation.token, password="another long one")
    invitation.user.refresh_from_db()
    assert invitation.user.check_password("zilvervis in de klei")


def test_the_link_ends_after_fourteen_days(client, invitation):
    now = timezone.now()
    assert abs(invitation.ends_at - now - timedelta(days=14)) < timedelta(minutes=1)
    Invitation.objects.update(invited_at=now - timedelta(days=15), ends_at=now)
    response = client.get(f"/invitations/{invitation.token}/")
    assert response.status_code == 404
    assert "too old" in response.content.decode()
    with pytest.raises(InvitationError):
        accept_invitation(token=invitation.token, password="zilvervis in de klei")


def test_a_withdrawn_link_does_not_work(client, admin, invitation):
    client.force_login(admin)
    client.post(f"/settings/invitations/{invitation.pk}/withdraw/")
    visitor = type(client)()
    response = visitor.get(f"/invitations/{invitation.token}/")
    assert response.status_code == 404
    assert "withdrawn" in response.content.decode()
    again = client.post(f"/settings/invitations/{invitation.pk}/withdraw/", follow=True)
    assert "no longer open" in again.content.decode()


def test_an_unknown_word_says_that_the_link_is_not_complete(client):
    make.admin()
    response = client.get("/invitations/abc/")
    assert response.status_code == 404
    assert "not complete" in response.content.decode()


def test_inviting_again_makes_a_new_link_and_ends_the_old(client, admin, invitation):
    client.force_login(admin)
    client.post(f"/settings/people/{invitation.user_id}/invite/")
    fresh = Invitation.objects.open().get()
    assert fresh.token != invitation.token
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_who_can_sign_in_is_not_invited_again(admin):
    with pytest.raises(ValidationError, match="can already sign in"):
        invite_again(person=make.agent(), actor=admin)
    assert Invitation.objects.count() == 0


def test_somebody_from_an_import_needs_an_address_before_the_invitation(admin):
    person = make.user(Role.AGENT, name="B. De Smet", email=None, is_active=False)
    with pytest.raises(ValidationError, match="Add an e-mail address"):
        invite_again(person=person, actor=admin)


def test_the_database_keeps_one_unanswered_invitation_a_person(admin, invitation):
    with pytest.raises(IntegrityError), transaction.atomic():  # invitation_one_unanswered
        Invitation.objects.create(user=invitation.user, invited_by=admin)


def test_the_database_refuses_an_invitation_that_ends_before_it_began(invitation):
    with pytest.raises(IntegrityError), transaction.atomic():  # invitation_ends_later
        Invitation.objects.update(ends_at=invitation.invited_at)


def test_the_database_refuses_an_invitation_both_used_and_withdrawn(invitation):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():  # invitation_used_or_withdrawn
        Invitation.objects.update(used_at=now, withdrawn_at=now)
