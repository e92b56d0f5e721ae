import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import HistoryEntry
from tests import make

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def send(client, email, password):
    return client.post(SIGN_IN, {"login": email, "password": password})


def test_the_right_password_leads_to_where_work_begins(client):
    person = make.admin(email="nadia@example.com")
    response = send(client, "Nadia@Example.com", make.PASSWORD)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_address_asked_for_is_opened_after_signing_in(client):
    make.admin(email="nadia@example.com")
    response = client.get("/settings/people/")
    assert response["Location"] == "/sign-in/?next=/settings/people/"
    response = client.post(
        response["Location"],
        {"login": "nadia@example.com", "password": make.PASSWORD, "next": "/settings/people/"},
    )
    assert response["Location"] == "/settings/people/"


def test_nobody_is_sent_to_another_site_after_signing_in(client):
    make.admin(email="nadia@example.com")
    response = client.post(
        SIGN_IN,
        {"login": "nadia@example.com", "password": make.PASSWORD, "next": "https://evil.example/"},
    )
    assert response["Location"] == "/"


def test_a_wrong_password_says_so_beside_the_form(client):
    make.admin(email="nadia@example.com")
    response = send(client, "nadia@example.com", "wrong")
    assert "do not belong together" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_reads_the_same_as_a_wrong_password(client):
    make.admin(email="nadia@example.com")
    known = send(client, "nadia@example.com", "wrong").content.decode()
    unknown = send(client, "nobody@example.com", "wrong").content.decode()
    assert "do not belong together" in known
    assert "do not belong together" in unknown


def test_after_five_failed_tries_even_the_right_password_waits(client):
    make.admin(email="nadia@example.com")
    for _try in range(5):
        assert (
            "do not belong together" in send(client, "nadia@example.com", "wrong").content.decode()
        )
    response = send(client, "nadia@example.com", make.PASSWORD)
    assert "Too many failed tries" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_other_people_still_come_in_while_one_address_is_closed(client):
    make.admin(email="nadia@example.com")
    make.agent(email="lotte@example.com")
    for _try in range(5):
        send(client, "nadia@example.com", "wrong")
    assert send(client, "lotte@example.com", make.PASSWORD).status_code == 302


def test_a_flood_of_tries_from_one_place_is_told_to_wait(client):
    make.admin()
    answers = [send(client, f"n{n}@example.com", "wrong") for n in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [200] * 30
    assert answers[30].status_code == 429
    assert "Too many tries" in answers[30].content.decode()


def test_somebody_whose_sign_in_was_taken_away_does_not_come_in(client):
    person = make.agent(email="lotte@example.com")
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    make.admin()
    response = send(client, "lotte@example.com", make.PASSWORD)
    assert response["Location"] == "/sign-in/refused/"
    assert "Your sign-in is closed" in client.get("/sign-in/refused/").content.decode()


def test_signing_out_needs_a_post(client):
    client.force_login(make.agent())
    assert "Sign out?" in client.get("/sign-out/").content.decode()
    assert "_auth_user_id" in client.session
    assert client.post("/sign-out/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_signing_up_is_answered_with_how_people_come_in(client):
    make.admin()
    response = client.get("/sign-up/")
    assert response.status_code == 403
    assert "by invitation" in response.content.decode()
    client.post("/sign-up/", {"email": "a@example.com", "password1": "correct horse battery"})
    assert not type(make.agent()).objects.filter(email="a@example.com").exists()


def test_an_empty_shop_sends_the_first_visitor_to_set_it_up(client):
    assert client.get(SIGN_IN)["Location"] == "/welcome/"


def test_changing_the_password_needs_the_present_one_and_is_in_the_history(client):
    person = make.agent()
    client.force_login(person)
    change = {"password1": "zilvervis in de klei", "password2": "zilvervis in de klei"}
    response = client.post("/password/", {"oldpassword": "wrong", **change})
    assert response.status_code == 200
    person.refresh_from_db()
    assert person.check_password(make.PASSWORD)
    client.post("/password/", {"oldpassword": make.PASSWORD, **change})
    person.refresh_from_db()
    assert person.check_password("zilvervis in de klei")
    assert HistoryEntry.objects.about(person).get().verb == "changed password"
    assert client.get(reverse("profile")).status_code == 200


def test_changing_the_password_ends_the_sessions_elsewhere(client):
    person = make.agent()
    elsewhere = type(client)()
    elsewhere.force_login(person)
    client.force_login(person)
    change = {"password1": "zilvervis in de klei", "password2": "zilvervis in de klei"}
    client.post("/password/", {"oldpassword": make.PASSWORD, **change})
    assert elsewhere.get(reverse("profile")).status_code == 302


def test_a_forgotten_password_is_replaced_by_a_mailed_link_that_works_once(client):
    person = make.agent(email="lotte@example.com", name="Lotte Maes")
    response = client.post("/password/forgotten/", {"email": "lotte@example.com"})
    assert response["Location"] == "/password/forgotten/sent/"
    [message] = mail.outbox
    assert message.to == ["lotte@example.com"]
    assert message.subject == "A new password for Tallydesk"
    link = next(line for line in message.body.splitlines() if line.startswith("http://"))
    form = client.get(link)["Location"]
    change = {"password1": "zilvervis in de klei", "password2": "zilvervis in de klei"}
    assert client.post(form, change)["Location"] == "/password/changed/"
    person.refresh_from_db()
    assert person.check_password("zilvervis in de klei")
    assert "This link cannot be used" in type(client)().get(link).content.decode()


def test_asking_for_an_unknown_address_looks_the_same_and_mails_nobody(client):
    make.admin()
    response = client.post("/password/forgotten/", {"email": "nobody@example.com"})
    assert response["Location"] == "/password/forgotten/sent/"
    assert mail.outbox == []


def test_an_invited_person_cannot_use_the_forgotten_password_as_a_way_in(client):
    person = make.agent(email="lotte@example.com", is_active=False)
    make.admin()
    client.post("/password/forgotten/", {"email": person.email})
    assert mail.outbox == []


def test_every_answer_carries_the_strict_policy(client):
    make.admin()
    policy = client.get(SIGN_IN)["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert client.get("/nowhere/")["Content-Security-Policy"] == policy
    client.force_login(make.admin())
    assert client.get("/admin/")["Content-Security-Policy"] == policy
