"""How a person is told of what: their own page, what it shows and what it hides."""

import pytest
from django.utils import timezone

from accounts.models import HistoryEntry, Role
from notices.groups import BY_WORD, READERS, STANDARD, Group
from notices.models import Mail, Notice
from notices.services import notify
from notices.texts import WORDINGS
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/me/notices/"


@pytest.fixture
def lotte(client):
    person = make.agent(name="Lotte Maes")
    client.force_login(person)
    return person


def test_every_kind_of_notice_falls_under_a_choice():
    unknown = [kind for kind in WORDINGS if kind.partition("_")[0] not in BY_WORD]
    assert not unknown, f"name the first word of these in notices.groups: {unknown}"
    assert set(STANDARD) == set(READERS) == set(Group)


def test_only_what_concerns_a_person_is_offered(client, lotte):
    offered = list(client.get(PAGE).context["form"].fields)
    assert offered == ["tickets", "deadlines", "promises", "mentions", "help", "jobs"]
    client.force_login(make.user(Role.INSPECTOR))
    assert list(client.get(PAGE).context["form"].fields) == ["bench", "jobs"]
    client.force_login(make.manager())
    assert "flags" in client.get(PAGE).context["form"].fields


def test_a_choice_is_kept_with_history(client, lotte):
    form = {**dict.fromkeys(("tickets", "deadlines", "mentions", "help", "jobs"), "page")}
    assert client.post(PAGE, {**form, "promises": "none"})["Location"] == PAGE
    lotte.refresh_from_db()
    assert lotte.notice_ways == {**form, "promises": "none"}
    entry = HistoryEntry.objects.about(lotte).get()
    assert entry.changes["notices_promises"] == [None, "none"]
    assert client.get(PAGE).context["form"]["promises"].value() == "none"
    client.post(PAGE, {**form, "promises": "none"})
    assert HistoryEntry.objects.about(lotte).count() == 1
    refused = client.post(PAGE, {**form, "promises": "shout"})
    assert refused.context["form"].errors["promises"]


def test_what_is_not_wanted_in_the_page_is_neither_listed_nor_counted(client, lotte):
    for key, kind in (("a", "promise_due"), ("b", "job_failed")):
        notify(people=[lotte], kind=kind, key=key, params={"what": "Ring back"})
    lotte.notice_ways = {"promises": "mail"}
    lotte.save()
    page = client.get("/notices/").content.decode()
    assert "Ring back" not in page
    assert "Your job failed" in page
    assert "1 unread notice" in client.get("/notices/badge/").content.decode()
    hidden = Notice.objects.get(key="a")
    assert client.post(f"/notices/{hidden.pk}/open/").status_code == 404


def test_the_page_says_that_the_last_mail_did_not_go_out(client, lotte):
    now = timezone.now()
    failed = {"state": "failed", "claimed_at": now, "ended_at": now, "error": "no route to host"}
    Mail.objects.create(person=lotte, **failed)
    assert "no route to host" in client.get(PAGE).content.decode()
    Mail.objects.create(person=lotte, state="sent", claimed_at=now, ended_at=now)
    assert "no route to host" not in client.get(PAGE).content.decode()


def test_choosing_from_the_profile_is_one_click_away(client, lotte):
    assert f'href="{PAGE}"' in client.get("/me/").content.decode()
    assert f'href="{PAGE}"' in client.get("/notices/").content.decode()
