"""Telling people in the page; notices.services.mails takes it to the post."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from notices.models import Notice


def notify(
    *, people: Iterable[User], kind: str, key: str, params: Mapping[str, object], link: str = ""
) -> int:
    """Tell people of a matter, once each: the same key for the same person is not told again.

    In the page and by mail, as each of them chose (notices.groups). Returns how many notices were asked for. Call it in the transaction of the matter itself.
    """
    rows = [
        Notice(person=person, kind=kind, key=key, params=dict(params), link=link, to_mail=True)
        for person in people
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def read_notice(*, notice: Notice) -> None:
    """The person opened it. Safe twice: the first moment stays."""
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=timezone.now())


def read_all_notices(*, person: User) -> int:
    """The person has seen them all; returns how many were unread."""
    return Notice.objects.of(person).unread().update(read_at=timezone.now())


# A notice of something that ended longer ago than this helps nobody.
_STILL_NEWS = timedelta(days=3)


@transaction.atomic
def tell_of_ended_jobs() -> int:
    """Tell people of their long work that ended well or badly; how many jobs were told of.

    Jobs stand below notices and cannot call us, so we look: jobs that ended lately and have no
    notice yet. What somebody cancelled is no news to anybody.
    """
    ended = Job.objects.filter(
        state__in=[Job.State.DONE, Job.State.FAILED],
        started_by__isnull=False,
        finished_at__gte=timezone.now() - _STILL_NEWS,
    ).select_related("started_by")
    keys = {_job_key(job): job for job in ended}
    told = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    news = [job for key, job in keys.items() if key not in told]
    for job in news:
        notify(
            people=[job.started_by] if job.started_by else [],
            kind=f"job_{job.state}",
            key=_job_key(job),
            params={"job_kind": job.kind, "rejected": job.report.get("rejected", 0)},
            link=reverse("job_page", args=[job.pk]),
        )
    return len(news)


def _job_key(job: Job) -> str:
    return f"job:{job.pk}"
