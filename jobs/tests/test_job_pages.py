"""Looking at jobs and stopping them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from jobs.models import Job
from jobs.services import claim_job, create_job, fail_job, finish_job, report_progress
from tests import make

pytestmark = pytest.mark.django_db


def job(actor: User) -> Job:
    return create_job(kind="import_purchases", task="tests.work", params={}, actor=actor, total=200)


def running(actor: User) -> Job:
    claimed = claim_job(job_id=job(actor).pk)
    assert claimed is not None
    return claimed


def text(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_a_person_sees_their_own_jobs_and_a_manager_all(client: Client) -> None:
    ada, bo = make.agent(name="Ada"), make.agent(name="Bo")
    mine, other = job(ada), job(bo)
    client.force_login(ada)
    page = text(client, "job_list")
    assert reverse("job_page", args=[mine.pk]) in page
    assert reverse("job_page", args=[other.pk]) not in page
    for name in ("job_page", "job_progress"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
    for boss in (make.manager(), make.admin()):
        client.force_login(boss)
        assert "Bo" in text(client, "job_list")
        text(client, "job_page", other.pk)


def test_an_empty_list_says_what_will_stand_here(client: Client) -> None:
    client.force_login(make.agent())
    assert "Imports, exports and recomputations appear here" in text(client, "job_list")


def test_the_page_follows_a_running_job_and_rests_when_it_ended(client: Client) -> None:
    owner = make.manager()
    client.force_login(owner)
    one = running(owner)
    report_progress(
        job=one,
        progress=50,
        report={"rows": 50, "created": 4800, "rejected": 2, "reasons": {"date: Nonsense.": 2}},
    )
    page = text(client, "job_page", one.pk)
    assert f'hx-get="{reverse("job_progress", args=[one.pk])}"' in page
    assert f'href="{reverse("job_page", args=[one.pk])}"' in page
    assert 'value="50" max="200"' in page
    assert "4,800" in page
    assert "date: Nonsense." in page
    finish_job(job=one, message="All rows are in.")
    fragment = text(client, "job_progress", one.pk)
    assert "hx-get" not in fragment
    assert "All rows are in." in fragment
    assert "<html" not in fragment


def test_a_failed_job_says_why(client: Client) -> None:
    owner = make.agent()
    client.force_login(owner)
    one = running(owner)
    fail_job(job=one, message="The file is gone. Upload it again.")
    assert "The file is gone. Upload it again." in text(client, "job_page", one.pk)


def test_the_owner_stops_a_job(client: Client) -> None:
    owner = make.agent()
    client.force_login(owner)
    one = running(owner)
    response = client.post(reverse("job_cancel", args=[one.pk]), follow=True)
    assert "The job is stopped." in response.content.decode()
    assert Job.objects.get(pk=one.pk).state == "cancelled"
    again = client.post(reverse("job_cancel", args=[one.pk]), follow=True)
    assert "This job has ended already" in again.content.decode()


def test_nobody_else_stops_it_but_a_manager_who_may_write(client: Client) -> None:
    one = running(make.agent())
    for person in (make.agent(), make.manager(read_only=True)):
        client.force_login(person)
        assert client.post(reverse("job_cancel", args=[one.pk])).status_code == 404
    assert Job.objects.get(pk=one.pk).state == "running"
    client.force_login(make.manager())
    assert client.post(reverse("job_cancel", args=[one.pk])).status_code == 302
    assert Job.objects.get(pk=one.pk).state == "cancelled"


def test_looking_does_not_stop_a_job(client: Client) -> None:
    owner = make.agent()
    client.force_login(owner)
    assert client.get(reverse("job_cancel", args=[running(owner).pk])).status_code == 405


def test_the_list_costs_the_same_queries_for_one_job_and_for_twenty(client: Client) -> None:
    boss = make.manager()
    client.force_login(boss)
    job(make.agent())
    text(client, "job_list")
    with CaptureQueriesContext(connection) as one:
        text(client, "job_list")
    for _n in range(19):
        running(make.agent())
    with CaptureQueriesContext(connection) as twenty:
        text(client, "job_list")
    assert len(twenty) == len(one)
