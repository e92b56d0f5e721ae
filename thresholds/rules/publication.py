"""When a newly computed number takes the place of the one in force (METHOD 3.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from thresholds.rules.threshold import FitKind, ThresholdSettings

CONFIRMED_AFTER = timedelta(days=7)
CLEAR_DIFFERENCE = 2


class PublishReason(StrEnum):
    """Why a run is published."""

    FIRST = "first"
    SETTINGS = "settings"
    LEARNED = "learned"
    MOVED = "moved"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Run:
    """One computation of the number: its day, result and settings. Never one as of a past day."""

    day: date
    number: int
    kind: FitKind
    settings: ThresholdSettings


_STAGE = {FitKind.STARTING: 0, FitKind.EARLY: 1, FitKind.LEARNED: 2}


def should_publish(
    current: Run | None, candidate: Run, earlier: Iterable[Run] = ()
) -> PublishReason | None:
    """Why ``candidate`` replaces ``current`` (the run in force), or None: it is stored only.

    In this order (METHOD 3.8):

    1. nothing is in force yet → FIRST (a starting number too: some number must be in force);
    2. the settings differ from those in force → SETTINGS;
    3. a further stage, starting → early, starting → learned or early → learned → LEARNED,
       even with an equal T, because its label changes;
    4. a starting number never replaces a learned one (the history ran dry, the number did not);
    5. T differs by at least 2 → MOVED;
    6. T differs by 1 and an ``earlier`` run, after the one in force, at least 7 days before the
       candidate and with the same settings, had the candidate's T → CONFIRMED.

    An equal T without a further stage is not published.
    """
    if current is None:
        return PublishReason.FIRST
    if candidate.settings != current.settings:
        return PublishReason.SETTINGS
    if _STAGE[candidate.kind] > _STAGE[current.kind]:
        return PublishReason.LEARNED
    if candidate.kind == FitKind.STARTING or candidate.number == current.number:
        return None
    if abs(candidate.number - current.number) >= CLEAR_DIFFERENCE:
        return PublishReason.MOVED
    confirmed = any(_confirms(run, current, candidate) for run in earlier)
    return PublishReason.CONFIRMED if confirmed else None


def _confirms(run: Run, current: Run, candidate: Run) -> bool:
    return (
        current.day < run.day <= candidate.day - CONFIRMED_AFTER
        and run.number == candidate.number
        and run.kind != FitKind.STARTING
        and run.settings == candidate.settings
    )
