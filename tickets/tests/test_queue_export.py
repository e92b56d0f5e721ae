"""What is on the screen as a file: filters, sort, columns and rights, and no formulas."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from jobs.models import Job
from tests import make
from tickets.queue.work import work_on_export

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte() -> User:
    make.shop(threshold=6)
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


def rows_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_has_the_filters_the_sort_and_the_columns_of_the_screen(desk, lotte):
    purchase = make.purchase(order_number="A-1", customer=make.customer(name="Els"))
    make.ticket(subject="=1+1", purchase=purchase, owner=lotte, tally=3, channel="chat")
    other = make.ticket(subject="+32 2 555", owner=lotte, tally=9)
    make.ticket(subject="Somebody else’s")
    answer = desk.get("/queue/export.csv?view=mine&sort=-tally&cols=tally,customer,channel")
    assert answer["Content-Disposition"] == 'attachment; filename="tickets.csv"'
    assert rows_of(answer) == [
        ["Ticket", "Order", "Tally", "Subject", "Customer", "Channel"],
        [str(other.pk), "", "9", "'+32 2 555", "", ""],
        [str(other.pk - 1), "A-1", "3", "'=1+1", "Els", "Chat"],
    ]


def test_moments_are_in_the_time_of_the_person_who_asks(desk, lotte):
    User.objects.filter(pk=lotte.pk).update(time_zone="Asia/Tokyo")
    make.ticket(opened_at=datetime(2026, 1, 31, 20, 30, 15, 250, tzinfo=UTC))
    rows = rows_of(desk.get("/queue/export.csv?cols=age"))
    assert rows[1][-1] == "2026-02-01T05:30:15"


def test_it_goes_to_the_last_page_and_asks_no_more_for_more_rows(desk, queries):
    make.ticket()
    with queries() as one:
        assert len(rows_of(desk.get("/queue/export.csv"))) == 2
    for _n in range(40):
        make.ticket(customer=make.customer(), owner=make.agent(), product=make.product())
    with queries() as many:
        assert len(rows_of(desk.get("/queue/export.csv"))) == 42
    assert len(one) == len(many)


def test_the_spreadsheet_is_written_in_a_job_and_is_its_owners(desk, lotte):
    make.ticket(subject="=cmd()", owner=lotte, tally=4)
    make.ticket(subject="Not mine")
    answer = desk.post("/queue/export/", {"query": "view=mine&cols=tally,age"})
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    work_on_export(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.started_by) == ("done", lotte)
    assert job.result_file
    assert (job.result_file.name, job.result_file.uploaded_by) == ("tickets.xlsx", lotte)
    with default_storage.open(job.result_file.path) as stream:
        rows = list(load_workbook(stream)["tickets"].values)
    assert rows[0] == ("Ticket", "Order", "Tally", "Subject", "Opened")
    assert rows[1][2:4] == (4, "'=cmd()")
    assert isinstance(rows[1][4], datetime)
    assert len(rows) == 2


def test_whoever_lost_the_role_gets_no_file(desk, lotte):
    desk.post("/queue/export/", {"query": ""})
    job = Job.objects.get()
    User.objects.filter(pk=lotte.pk).update(agent_access=0)
    work_on_export(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.result_file) == ("failed", None)
    assert "may no longer see the queue" in job.message
