"""The life of a job, through the services that its task calls."""

from datetime import timedelta

import pytest
from celery import current_app
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from helpdesk.lib.nudge import wake
from jobs.models import Job
from jobs.services import (
    MOST_STALLED,
    cancel_job,
    claim_job,
    create_job,
    fail_job,
    finish_job,
    report_progress,
    start_waiting_jobs,
)
from tests import make

pytestmark = pytest.mark.django_db
SILENCE = timedelta(minutes=2, seconds=1)


def job(**fields: object) -> Job:
    made = create_job(
        kind="import_purchases", task="tests.work", params={"a": 1}, actor=make.manager(), total=100
    )
    Job.objects.filter(pk=made.pk).update(**fields)
    return made


def running() -> Job:
    claimed = claim_job(job_id=job().pk)
    assert claimed is not None
    return claimed


def fresh(one: Job) -> Job:
    return Job.objects.get(pk=one.pk)


def fall_silent(one: Job) -> None:
    Job.objects.filter(pk=one.pk).update(heartbeat_at=timezone.now() - SILENCE)


def test_a_waiting_job_is_claimed_once() -> None:
    waiting = job()
    claimed = claim_job(job_id=waiting.pk)
    assert claimed is not None
    assert (claimed.state, claimed.attempts, claimed.params) == ("running", 1, {"a": 1})
    assert claimed.started_at is not None
    assert claim_job(job_id=waiting.pk) is None


def test_a_job_whose_worker_went_silent_is_claimed_by_another_and_the_first_may_not_write() -> None:
    first = running()
    fall_silent(first)
    second = claim_job(job_id=first.pk)
    assert second is not None
    assert second.started_at == first.started_at
    assert report_progress(job=first, progress=90, report={"rows": 90}) is False
    assert finish_job(job=first, report={"rows": 100}) is False
    assert fail_job(job=first, message="late") is False
    kept = fresh(first)
    assert (kept.state, kept.progress, kept.report, kept.message) == ("running", 0, {}, "")
    assert finish_job(job=second, report={"rows": 100}, message="All in.") is True
    assert (fresh(first).state, fresh(first).message) == ("done", "All in.")


def test_a_job_that_spoke_lately_is_left_to_its_worker() -> None:
    one = running()
    Job.objects.filter(pk=one.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=110))
    assert claim_job(job_id=one.pk) is None


def test_progress_without_a_report_is_written_at_most_once_a_second() -> None:
    one = running()
    assert report_progress(job=one, progress=5) is True
    assert fresh(one).progress == 0
    assert one.heartbeat_at is not None
    one.heartbeat_at -= timedelta(seconds=1)
    assert report_progress(job=one, progress=6, total=60) is True
    assert (fresh(one).progress, fresh(one).total) == (6, 60)


def test_a_report_is_always_written_and_progress_never_goes_back() -> None:
    one = running()
    for progress in (10, 20, 5):
        assert report_progress(job=one, progress=progress, report={"rows": progress}) is True
    assert (fresh(one).progress, fresh(one).report) == (20, {"rows": 5})


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    one = job()
    for _start in range(MOST_STALLED):
        assert claim_job(job_id=one.pk) is not None
        fall_silent(one)
    assert claim_job(job_id=one.pk) is None
    assert fresh(one).state == "failed"
    assert "started 5 times" in fresh(one).message


def test_a_long_job_that_gets_on_is_never_given_up() -> None:
    one = job()
    for start in range(MOST_STALLED * 2):
        claimed = claim_job(job_id=one.pk)
        assert claimed is not None
        report_progress(job=claimed, progress=start + 1, report={})
        fall_silent(one)


def test_a_cancelled_job_stops_its_worker_and_cannot_end_again() -> None:
    one = running()
    cancel_job(job=one)
    assert report_progress(job=one, progress=50, report={"rows": 50}) is False
    assert finish_job(job=one) is False
    assert claim_job(job_id=one.pk) is None
    with pytest.raises(ValidationError, match="ended already"):
        cancel_job(job=one)
    assert (fresh(one).state, fresh(one).report) == ("cancelled", {})
    assert fresh(one).finished_at is not None


def test_a_finished_job_is_at_its_total() -> None:
    one = running()
    finish_job(job=one)
    assert (fresh(one).progress, fresh(one).total) == (100, 100)


@pytest.fixture
def work() -> list[int]:
    """A task that does what the task of a real job does; the ids it was run with."""
    done: list[int] = []

    @current_app.task(name="tests.work")
    def run(job_id: int) -> None:
        claimed = claim_job(job_id=job_id)
        if claimed is not None:
            done.append(job_id)
            finish_job(job=claimed)

    return done


def test_the_sweep_starts_what_waits_or_was_left_and_nothing_else(
    work: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis+socket:///nowhere.sock")
    wake()
    waiting, left, busy, over = job(), running(), running(), running()
    fall_silent(left)
    finish_job(job=over)
    assert start_waiting_jobs() == 2
    assert work == [waiting.pk, left.pk]
    assert fresh(busy).state == "running"
    assert start_waiting_jobs() == 0
    wake()


def test_creating_succeeds_with_a_dead_broker(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis+socket:///nowhere.sock")
    wake()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        one = job()
    assert len(callbacks) == 1
    assert fresh(one).state == "waiting"
    wake()


@pytest.mark.parametrize(
    "change",
    [
        "state = 'asleep'",
        "state = 'done'",
        "state = 'failed', finished_at = NULL",
        "finished_at = created_at",
        "state = 'done', finished_at = '2001-01-01 00:00:00+00:00'",
        "progress = -1",
    ],
)
def test_the_database_refuses_a_state_that_cannot_be(change: str) -> None:
    one = running()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE jobs_job SET {change} WHERE id = {one.pk}")
    assert fresh(one).state == "running"
