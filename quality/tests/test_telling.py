"""Notices of the bench: actions in time, and silence to managers alone; the spreadsheet."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role, User
from jobs.models import Job
from notices.models import Notice
from notices.texts import sentence_of
from quality.models import Inspection
from quality.services.exporting import work_on_export
from quality.services.nonconformances import finish_action
from quality.services.telling import tell_of_actions, tell_of_silence
from tests import benchwork, make

pytestmark = pytest.mark.django_db


def told() -> set[tuple[str, str]]:
    """(kind, name of the person) of all notices."""
    return set(Notice.objects.values_list("kind", "person__name"))


def test_an_action_is_told_of_when_it_is_due_and_again_when_it_is_to_be_checked():
    owner = make.inspector(name="Ola Owner")
    wrong = benchwork.nonconformance()
    action = benchwork.action(nonconformance=wrong, owner=owner)
    agreed = action.made_by.name
    tell_of_actions()
    assert told() == {("action_due", "Ola Owner")}
    finish_action(action=action, actor=owner)
    tell_of_actions()
    tell_of_actions()
    check = {("action_check", "Ola Owner"), ("action_check", agreed)}
    assert told() == {("action_due", "Ola Owner")} | check
    notice = Notice.objects.filter(kind="action_check").first()
    assert notice.link == f"/nonconformances/{wrong.pk}/"
    said = sentence_of(notice.kind, notice.params)
    assert said == f"Look whether it helped: Dry handles slower (lot {wrong.lot.number})"
    assert Notice.objects.count() == 3


def test_what_is_not_due_yet_and_who_may_not_read_it_hears_nothing():
    later = timezone.localdate() + timedelta(days=3)
    benchwork.action(nonconformance=benchwork.nonconformance(), day=later, owner=make.inspector())
    benchwork.action(nonconformance=benchwork.nonconformance(), owner=make.agent())
    tell_of_actions()
    assert told() == set()


def weeks(found: list[tuple[int, int]]) -> None:
    """First inspections of one product: (lots, wrong) of each week, the last one the last whole."""
    product, maker, inspector = make.product(name="Polder mug"), make.user(), make.inspector()
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    middle = timezone.now().replace(hour=12) - timedelta(
        days=(timezone.localdate() - monday).days - 1
    )
    rows = []
    for ago, (lots, wrong) in enumerate(reversed(found), start=1):
        for number in range(lots):
            lot = make.lot(product=product, maker=maker)
            moment = middle - timedelta(weeks=ago)
            said = {"lot": lot, "product": product, "inspector": inspector, "maker": maker}
            said |= {
                "verdict": "fail" if number < wrong else "pass",
                "external_id": f"{ago}-{number}",
            }
            rows.append(Inspection(opened_at=moment, signed_at=moment, **said))
    Inspection.objects.bulk_create(rows)


def test_managers_alone_are_told_where_suspiciously_little_was_found():
    make.manager(name="Lea Lead")
    weeks([(40, 16), (40, 14)] * 12 + [(40, 0)])
    assert tell_of_silence() == 1
    assert told() == {("inspection_silence", "Lea Lead")}
    tell_of_silence()
    assert Notice.objects.count() == 1
    notice = Notice.objects.get()
    assert "found suspiciously little" in sentence_of(notice.kind, notice.params)
    assert notice.link.startswith("/inspections/figures/?product=")


@pytest.mark.parametrize("last", [(40, 15), (40, 38)])
def test_a_usual_week_and_one_that_found_much_are_no_silence(last):
    make.manager()
    weeks([(40, 16), (40, 14)] * 12 + [last])
    assert tell_of_silence() == 0


def test_under_twenty_weeks_nobody_is_told():
    make.manager()
    weeks([(40, 16), (40, 0)])
    assert tell_of_silence() == 0


@pytest.fixture
def lead(client) -> User:
    person = make.manager()
    client.force_login(person)
    return person


def test_the_spreadsheet_is_written_in_a_job_and_takes_no_formula(client, lead):
    signed = make.signed_inspection(lot=make.lot_to_inspect(number="=1+1"), mass="348")
    make.signed_inspection(lot=make.lot_to_inspect(seconds="every"))
    benchwork.known_bad()
    answer = client.post("/inspections/figures/spreadsheet/")
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    work_on_export(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.result_file.name) == ("done", "inspections.xlsx")
    with default_storage.open(job.result_file.path) as file:
        head, row, *rest = load_workbook(file).active.iter_rows(values_only=True)
    assert head[:3] == ("lot", "sku", "stage")
    assert (row[0], row[2], row[4], row[8]) == ("'=1+1", "first", signed.inspector.name, "fail")
    assert row[7].tzinfo is None
    assert rest == []


def test_somebody_who_is_no_manager_any_more_gets_no_file(client, lead):
    client.post("/inspections/figures/spreadsheet/")
    lead.manager_access = 0
    lead.inspector_access = 2
    lead.save()
    assert not lead.may(Role.MANAGER)
    job = Job.objects.get()
    work_on_export(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.result_file) == ("failed", None)
