"""Learning the number from history, and publishing it when it should be (METHOD 3)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Shop
from accounts.services import record_history
from purchases.models import EvaluationMark
from thresholds.models import Threshold, ThresholdRevision
from thresholds.rules.cautions import Caution, cautions
from thresholds.rules.maturity import exposure_rows
from thresholds.rules.publication import Run, should_publish
from thresholds.rules.threshold import (
    RULE_VERSION,
    Fit,
    FitKind,
    ThresholdSettings,
    fit_threshold,
)
from thresholds.services.facts import Facts, purchases_in_history, read_facts
from thresholds.services.number import (
    number_in_force,
    put_in_force,
    settings_in_use,
    the_threshold,
)

# A laptop sleeps: the hourly question is "was the last run more than a day ago?".
RUN_EVERY = timedelta(hours=24)
# With more purchases waiting to be counted, a run would learn from what is known to be wrong.
MOST_UNCOUNTED = 1000


def learn_when_due(
    *, now: datetime | None = None, counted: bool = False
) -> ThresholdRevision | None:
    """Learn when it is time to (see ``is_due``); else None."""
    now = now or timezone.now()
    return learn(now=now) if is_due(now=now, counted=counted) else None


def is_due(*, now: datetime, counted: bool = False) -> bool:
    """Whether to learn now: the last run is a day old, its settings are no longer those in use, or
    nothing but a starting number or an early estimate is known yet (a young shop is asked hourly).

    Never while many purchases still carry clocks and counters of earlier settings or facts;
    ``counted``: the caller has just counted them all.
    """
    if not (counted or _is_counted()):
        return False
    last = ThresholdRevision.objects.live().newest()
    if last is None or last.made_at <= now - RUN_EVERY or last.kind != FitKind.LEARNED:
        return True
    return _settings_changed()


def learn_if_settings_changed() -> ThresholdRevision | None:
    """Learn if the last run was made with other settings; the sweep asks when its queue is empty."""
    return learn() if _settings_changed() and _is_counted() else None


def learn(*, now: datetime | None = None) -> ThresholdRevision:
    """Fit the number to the history, store the run as a revision and publish it if it should be.

    Two runs beside each other both store a revision; the row's lock lets one after the other
    decide about publishing.
    """
    now = now or timezone.now()
    settings = settings_in_use(the_threshold(), Shop.objects.get(pk=1))
    recent = purchases_in_history(now=now, history_days=settings.history_days)
    history_days = settings.days_to_look_back(recent)
    facts = read_facts(now=now, history_days=history_days, window_days=settings.window_days)
    fit = fit_threshold(exposure_rows(facts.curve, facts.counted), settings)
    with transaction.atomic():
        threshold = the_threshold(lock=True)
        revision = store_revision(fit=fit, facts=facts, history_days=history_days, made_at=now)
        _publish_if_due(threshold, revision)
        Threshold.objects.filter(pk=1).update(last_run_at=now)
    return revision


def store_revision(
    *, fit: Fit, facts: Facts, history_days: int, made_at: datetime, as_of: date | None = None
) -> ThresholdRevision:
    """Keep a run with everything that explains its number."""
    revision = revision_of(
        fit=fit, facts=facts, history_days=history_days, made_at=made_at, as_of=as_of
    )
    revision.save(force_insert=True)
    return revision


def revision_of(
    *, fit: Fit, facts: Facts, history_days: int, made_at: datetime, as_of: date | None = None
) -> ThresholdRevision:
    """A run as a row, not yet stored."""
    settings = fit.settings
    return ThresholdRevision(
        made_at=made_at,
        as_of=as_of,
        kind=fit.kind.value,
        number=fit.number,
        mu=fit.mu,
        k=fit.k,
        raw_mean=fit.raw_mean,
        nine_in_ten=fit.nine_in_ten,
        number_low=fit.number_low,
        number_high=fit.number_high,
        alpha=settings.alpha,
        floor=settings.floor,
        trim=settings.trim,
        starting_number=settings.starting_number,
        window_days=settings.window_days,
        merge_hours=settings.merge_hours,
        history_days=history_days,
        history_setting=settings.history_days,
        purchases=facts.purchases,
        exposure=round(fit.sum_exposure, 3),
        excluded_rows=fit.excluded_rows,
        maturity=[round(value, 5) for value in facts.curve.values],
        warnings=[told(caution) for caution in cautions(fit, facts.tallies(fit.number))],
        code_version=str(RULE_VERSION),
    )


def settings_of(revision: ThresholdRevision) -> ThresholdSettings:
    """The settings a stored run was made with; a doubled history counts as the same setting."""
    return ThresholdSettings(
        alpha=revision.alpha,
        floor=revision.floor,
        trim=revision.trim,
        starting_number=revision.starting_number,
        window_days=revision.window_days,
        history_days=revision.history_setting,
        merge_hours=revision.merge_hours,
    )


def told(caution: Caution) -> dict[str, object]:
    """A warning as it is stored with its revision."""
    return {
        "code": caution.code.value,
        "part": caution.part,
        "whole": caution.whole,
        "value": caution.value,
    }


def _is_counted() -> bool:
    """Whether there is a shop and its purchases are counted, but for a few just saved."""
    shop = Shop.objects.filter(pk=1).first()
    if shop is None or shop.counting_changed_at is not None:
        return False
    return not EvaluationMark.objects.all()[MOST_UNCOUNTED : MOST_UNCOUNTED + 1].exists()


def _settings_changed() -> bool:
    """Whether the last run was made with other settings than those in use."""
    last = ThresholdRevision.objects.live().newest()
    if last is None:
        return False
    return settings_of(last) != settings_in_use(the_threshold(), Shop.objects.get(pk=1))


def _publish_if_due(threshold: Threshold, revision: ThresholdRevision) -> None:
    """Put the run in force if METHOD 3.8 says so, with a history row that says why."""
    current = threshold.in_force
    earlier = ThresholdRevision.objects.live().defer("maturity", "warnings").exclude(pk=revision.pk)
    if current is not None:
        earlier = earlier.filter(made_at__gt=current.made_at)
    reason = should_publish(
        _run(current) if current else None, _run(revision), [_run(each) for each in earlier]
    )
    if reason is None:
        return
    before = number_in_force(threshold)
    ThresholdRevision.objects.filter(pk=revision.pk).update(published_at=revision.made_at)
    threshold.in_force = revision
    threshold.save(update_fields=["in_force"])
    put_in_force(threshold, before=before)
    record_history(
        subject=threshold,
        verb="published",
        actor=None,
        changes={"number": (before, number_in_force(threshold))},
        note=reason.value,
    )


def _run(revision: ThresholdRevision) -> Run:
    return Run(
        day=revision.made_at.date(),
        number=revision.number,
        kind=FitKind(revision.kind),
        settings=settings_of(revision),
    )
