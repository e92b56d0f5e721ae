"""People are told when their long work has ended."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.services import cancel_job, claim_job, create_job, fail_job, finish_job
from notices.models import Notice
from notices.services import tell_of_ended_jobs
from tests import make

pytestmark = pytest.mark.django_db


def running(actor: User | None) -> Job:
    made = create_job(kind="import_purchases", task="tests.work", params={}, actor=actor)
    claimed = claim_job(job_id=made.pk)
    assert claimed is not None
    return claimed


def test_the_owner_is_told_once_how_it_ended() -> None:
    owner = make.manager()
    good, bad = running(owner), running(owner)
    finish_job(job=good, report={"rejected": 3})
    fail_job(job=bad, message="No.")
    assert tell_of_ended_jobs() == 2
    assert tell_of_ended_jobs() == 0
    told = {notice.key: notice for notice in Notice.objects.all()}
    assert set(told) == {f"job:{good.pk}", f"job:{bad.pk}"}
    notice = told[f"job:{good.pk}"]
    assert (notice.person, notice.kind) == (owner, "job_done")
    assert notice.params == {"job_kind": "import_purchases", "rejected": 3}
    assert notice.link == reverse("job_page", args=[good.pk])
    assert told[f"job:{bad.pk}"].kind == "job_failed"


def test_what_runs_was_stopped_is_nobodys_or_is_old_is_no_news() -> None:
    owner = make.manager()
    running(owner)
    cancel_job(job=running(owner))
    finish_job(job=running(None))
    old = running(owner)
    finish_job(job=old)
    long_ago = timezone.now() - timedelta(days=4)
    Job.objects.filter(pk=old.pk).update(created_at=long_ago, finished_at=long_ago)
    assert tell_of_ended_jobs() == 0
    assert not Notice.objects.exists()
