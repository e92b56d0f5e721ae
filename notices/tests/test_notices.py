from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from helpdesk.lib.telling import tell
from notices.models import Notice
from notices.services import notify
from notices.texts import WORDINGS, sentence_of
from tests import make

pytestmark = pytest.mark.django_db
FLAG = {"order": "A-24817", "net": 6}


def told(person, key="flag:1:raised", kind="flag_raised", params=FLAG, link="/me/"):
    notify(people=[person], kind=kind, key=key, params=params, link=link)
    return Notice.objects.get(person=person, key=key)


@pytest.fixture
def person(client):
    person = make.agent()
    client.force_login(person)
    return person


def test_the_same_matter_is_told_once():
    person = make.agent()
    told(person)
    told(person)
    assert Notice.objects.count() == 1


def test_the_database_tells_the_same_matter_once():
    notice = told(make.agent())
    with pytest.raises(IntegrityError), transaction.atomic():  # notice_once_per_matter
        Notice.objects.create(person=notice.person, kind="x", key=notice.key)


def test_a_lower_room_tells_through_the_same_service():
    person = make.agent()
    tell(people=[person], kind="flag_raised", key="k", params=FLAG)
    assert Notice.objects.get().sentence == "Purchase A-24817 was flagged: 6 contacts."


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        ("flag_again", FLAG, "Purchase A-24817 was flagged again: now 6 contacts."),
        ("flags_raised", {"count": 12}, "12 purchases reached the threshold."),
        ("job_done", {"rejected": 0}, "Your job is done."),
        (
            "job_done",
            {"rejected": 1},
            "Your job is done; 1 row was not taken. The report says why.",
        ),
        ("job_failed", {}, "Your job failed. Its page says why and what to do."),
        ("promise_due", {"what": "Ring back"}, "A promise is due: Ring back"),
        (
            "newly_over_the_line",
            FLAG,
            "Purchase A-24817 is over the line since the number came down: 6 contacts.",
        ),
        ("invitation_accepted", {"person": "Lotte"}, "Lotte accepted your invitation."),
    ],
)
def test_each_kind_has_its_sentence(kind, params, sentence):
    assert sentence_of(kind, params) == sentence


@pytest.mark.parametrize("kind", [*WORDINGS, "of a later version"])
def test_missing_parameters_cost_the_sentence_and_not_the_page(client, person, kind):
    told(person, kind=kind, params={"rejected": "?", "count": "many"})
    assert client.get("/notices/").status_code == 200


def test_the_newest_notice_stands_first(client, person):
    old = told(person, key="old")
    new = told(person, key="new")
    Notice.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert client.get("/notices/").context["page"].items == [new, old]


def test_unread_only_leaves_out_what_was_opened(client, person):
    told(person, key="read")
    Notice.objects.update(read_at=timezone.now())
    unread = told(person, key="unread")
    assert client.get("/notices/?show=unread").context["page"].items == [unread]
    Notice.objects.update(read_at=timezone.now())
    assert "Nothing unread" in client.get("/notices/?show=unread").content.decode()


def test_nobody_sees_the_notices_of_others(client, person):
    other = told(make.agent())
    assert client.get("/notices/").context["page"].items == []
    assert client.post(f"/notices/{other.pk}/open/").status_code == 404
    client.post("/notices/read-all/")
    other.refresh_from_db()
    assert other.read_at is None


def test_opening_marks_it_read_and_goes_where_it_points(client, person):
    notice = told(person)
    assert client.post(f"/notices/{notice.pk}/open/")["Location"] == "/me/"
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    client.post(f"/notices/{notice.pk}/open/")
    notice.refresh_from_db()
    assert notice.read_at == first


def test_looking_marks_nothing_read(client, person):
    notice = told(person)
    client.get("/notices/")
    client.get("/notices/badge/")
    assert client.get(f"/notices/{notice.pk}/open/").status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize("link", ["", "https://evil.example/", "//evil.example/"])
def test_a_notice_leads_nowhere_but_here(client, person, link):
    notice = told(person, link=link)
    assert client.post(f"/notices/{notice.pk}/open/")["Location"] == "/notices/"


def test_all_are_marked_read_at_once(client, person):
    told(person, key="a")
    told(person, key="b")
    response = client.post("/notices/read-all/", follow=True)
    assert "2 notices marked as read." in response.content.decode()
    assert Notice.objects.unread().count() == 0


def test_the_bell_answers_304_until_something_happens(client, person):
    first = client.get("/notices/badge/")
    assert "none unread" in first.content.decode()
    again = client.get("/notices/badge/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    told(person)
    after = client.get("/notices/badge/", headers={"if-none-match": first["ETag"]})
    assert after.status_code == 200
    assert "1 unread notice" in after.content.decode()
    assert after["Cache-Control"] == "private, no-cache"


def test_the_bell_counts_no_further_than_a_hundred(client, person):
    rows = [Notice(person=person, kind="job_failed", key=f"k{n}") for n in range(120)]
    Notice.objects.bulk_create(rows)
    assert Notice.objects.of(person).bell_count() == 100
    assert "More than 99" in client.get("/notices/badge/").content.decode()


def test_every_page_shows_the_bell_with_its_dot(client, person):
    told(person)
    page = client.get("/me/").content.decode()
    assert 'hx-get="/notices/badge/"' in page
    assert "1 unread notice" in page


def test_asking_the_bell_costs_four_queries(client, person, queries):
    with queries(exactly=4):  # session, person, shop, count
        client.get("/notices/badge/")


def test_twenty_notices_cost_as_many_queries_as_one(client, person, queries):
    told(person)
    with queries() as for_one:
        client.get("/notices/")
    for n in range(19):
        told(person, key=f"k{n}")
    with queries(exactly=len(for_one)):
        assert len(client.get("/notices/").context["page"].items) == 20
