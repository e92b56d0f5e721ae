from dataclasses import replace
from datetime import date, timedelta

import pytest

from thresholds.rules.publication import PublishReason, Run, should_publish
from thresholds.rules.threshold import DEFAULT_SETTINGS, FitKind

START = date(2024, 3, 1)
IN_FORCE = Run(day=START, number=6, kind=FitKind.LEARNED, settings=DEFAULT_SETTINGS)


def run(days: int, number: int, kind: FitKind = FitKind.LEARNED) -> Run:
    return Run(START + timedelta(days=days), number, kind, DEFAULT_SETTINGS)


def test_the_first_number_is_published() -> None:
    assert should_publish(None, run(0, 5, FitKind.STARTING)) == PublishReason.FIRST


def test_a_changed_setting_publishes_at_once_even_an_equal_number() -> None:
    changed = replace(run(0, 6), settings=replace(DEFAULT_SETTINGS, alpha=0.004))
    assert should_publish(IN_FORCE, changed) == PublishReason.SETTINGS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FitKind.STARTING, FitKind.EARLY),
        (FitKind.STARTING, FitKind.LEARNED),
        (FitKind.EARLY, FitKind.LEARNED),
    ],
)
def test_each_further_stage_is_published_at_once(before: FitKind, after: FitKind) -> None:
    assert should_publish(run(0, 5, before), run(1, 5, after)) == PublishReason.LEARNED


def test_a_starting_number_never_replaces_a_learned_one() -> None:
    assert should_publish(run(0, 9), run(40, 5, FitKind.STARTING)) is None


def test_an_equal_number_is_only_stored() -> None:
    assert should_publish(IN_FORCE, run(30, 6), [run(1, 7), run(9, 6)]) is None


@pytest.mark.parametrize("number", [4, 8, 20])
def test_a_difference_of_two_is_published_at_once(number: int) -> None:
    assert should_publish(IN_FORCE, run(1, number)) == PublishReason.MOVED


@pytest.mark.parametrize("number", [5, 7])
def test_a_difference_of_one_waits_for_a_second_run_seven_days_later(number: int) -> None:
    first = run(1, number)
    assert should_publish(IN_FORCE, first) is None
    assert should_publish(IN_FORCE, run(7, number), [first]) is None
    assert should_publish(IN_FORCE, run(8, number), [first]) == PublishReason.CONFIRMED


def test_only_the_same_number_of_the_same_settings_since_publication_confirms() -> None:
    candidate = run(20, 7)
    other_settings = replace(run(1, 7), settings=replace(DEFAULT_SETTINGS, floor=2))
    earlier = [run(1, 5), run(0, 7), run(-5, 7), run(2, 7, FitKind.STARTING), other_settings]
    assert should_publish(IN_FORCE, candidate, earlier) is None


def test_going_back_from_learned_to_early_follows_the_rule_of_differences() -> None:
    assert should_publish(IN_FORCE, run(3, 6, FitKind.EARLY)) is None
    assert should_publish(IN_FORCE, run(3, 8, FitKind.EARLY)) == PublishReason.MOVED
