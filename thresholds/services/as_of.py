"""Judging history as of a day (METHOD 3.10): a revision of its own, and who it would flag.

Nothing live changes: no flag is raised and no number comes into force.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Shop, User
from jobs.models import Job
from jobs.services import claim_job, create_job, finish_job, report_progress
from purchases.models import Purchase
from thresholds.models import AsOfResult, ThresholdRevision
from thresholds.rules.maturity import exposure_rows
from thresholds.rules.threshold import fit_threshold
from thresholds.services.learning import revision_of, settings_of
from thresholds.services.number import settings_in_use, the_threshold
from thresholds.services.past import Progress, StoppedError, end_of, read_past

JOB_KIND = "threshold_as_of"
# As wide as the shop's own setting may be.
LEAST_WINDOW, MOST_WINDOW = 7, 3650
BATCH = 2000
# What two runs over the same facts have in common.
UNEQUAL = {"id", "made_at", "published_at"}


@dataclass(frozen=True)
class Answer:
    """``evaluated`` purchases were judged, ``flagged`` reach the revision's number; ``is_new`` is
    False when the same question had got the same answer before."""

    revision: ThresholdRevision
    evaluated: int
    flagged: int
    is_new: bool


def judge_as_of(
    *, day: date, window_days: int | None = None, progress: Progress = lambda done: True
) -> Answer:
    """Learn the number as of the end of a day (in the shop's zone) and find who reaches it.

    ``window_days`` replaces the shop's window. The same question over the same facts gives the
    revision it gave before. ValidationError for a day to come; StoppedError when ``progress`` says so.
    """
    shop = Shop.objects.get(pk=1)
    check_question(day=day, window_days=window_days, shop=shop)
    settings = settings_in_use(the_threshold(), shop)
    settings = replace(settings, window_days=window_days or settings.window_days)
    now = end_of(day, shop.zone)
    least = min(settings.floor, settings.starting_number)
    past = read_past(now=now, shop=shop, settings=settings, least=least, progress=progress)
    fit = fit_threshold(exposure_rows(past.facts.curve, past.facts.counted), settings)
    revision = revision_of(
        fit=fit,
        facts=past.facts,
        history_days=past.history_days,
        made_at=timezone.now(),
        as_of=day,
    )
    over = past.at_or_over(fit.number)
    stored, is_new = _keep(revision, over)
    return Answer(stored, evaluated=past.judged, flagged=len(over), is_new=is_new)


def check_question(*, day: date, window_days: int | None, shop: Shop) -> None:
    """ValidationError for a day that is not over the calendar yet, or a window out of range."""
    if day > timezone.localdate(timezone=shop.zone):
        raise ValidationError(
            {"day": _("This day has not come yet. Choose today or a day in the past.")}
        )
    if window_days is not None and not LEAST_WINDOW <= window_days <= MOST_WINDOW:
        raise ValidationError(
            {
                "window_days": _("The window must be from %(least)d to %(most)d days.")
                % {"least": LEAST_WINDOW, "most": MOST_WINDOW}
            }
        )


def ask_as_of(*, day: date, window_days: int | None, actor: User) -> Job:
    """Have a worker judge history as of a day. ValidationError as ``judge_as_of``."""
    shop = Shop.objects.get(pk=1)
    check_question(day=day, window_days=window_days, shop=shop)
    return create_job(
        kind=JOB_KIND,
        task="thresholds.tasks.as_of",
        params={"day": day.isoformat(), "window_days": window_days},
        actor=actor,
        total=Purchase.objects.filter(ordered_at__lte=end_of(day, shop.zone)).count(),
    )


def run_as_of_job(*, job_id: int) -> None:
    """Work on an asked question until it is answered or cancelled; safe twice."""
    job = claim_job(job_id=job_id)
    if job is None:
        return
    try:
        answer = judge_as_of(
            day=date.fromisoformat(job.params["day"]),
            window_days=job.params["window_days"],
            progress=partial(_still_wanted, job),
        )
    except StoppedError:
        return
    finish_job(
        job=job,
        report={
            "revision": answer.revision.pk,
            "evaluated": answer.evaluated,
            "flagged": answer.flagged,
            "threshold": answer.revision.number,
            "link": reverse("as_of_answer", args=[answer.revision.pk]),
        },
    )


def _still_wanted(job: Job, done: int) -> bool:
    return report_progress(job=job, progress=done)


@transaction.atomic
def _keep(
    revision: ThresholdRevision, over: Sequence[tuple[int, int]]
) -> tuple[ThresholdRevision, bool]:
    """Store the answer, unless the newest one to the same question says the same."""
    the_threshold(lock=True)
    before = ThresholdRevision.objects.answers().filter(
        as_of=revision.as_of, window_days=revision.window_days
    )
    for known in before[:5]:
        if _says_the_same(known, revision, over):
            return known, False
    revision.save(force_insert=True)
    AsOfResult.objects.bulk_create(
        (AsOfResult(revision=revision, purchase_id=key, net=net) for key, net in over),
        batch_size=BATCH,
    )
    return revision, True


def _says_the_same(
    known: ThresholdRevision, revision: ThresholdRevision, over: Sequence[tuple[int, int]]
) -> bool:
    mine, theirs = (
        {name: value for name, value in model_to_dict(each).items() if name not in UNEQUAL}
        for each in (revision, known)
    )
    if mine != theirs or settings_of(known) != settings_of(revision):
        return False
    stored = known.as_of_results.order_by("purchase_id").values_list("purchase_id", "net")
    return list(stored) == list(over)
