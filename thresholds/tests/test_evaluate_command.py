"""``manage.py evaluate``: JSON on standard output, clear refusals."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Shop
from tests import make
from thresholds.models import Flag, ThresholdRevision
from thresholds.tests.history import bought

pytestmark = pytest.mark.django_db


def evaluate(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate", *words, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_all_judges_everybody_and_tells_it_as_json() -> None:
    make.manager()
    bought(contacts=5)
    bought(contacts=1)

    told = evaluate("--all")

    seconds = told.pop("seconds")
    assert 0 <= seconds < 30
    assert told == {"evaluated": 2, "flagged": 1, "threshold": 5, "raised": 1, "differing": 2}
    assert evaluate("--all")["raised"] == 0


def test_some_judges_only_those_named() -> None:
    one, other = bought(contacts=5), bought(contacts=6)

    told = evaluate(str(one.pk), "4711")

    assert (told["evaluated"], told["flagged"], told["raised"], told["unknown"]) == (1, 1, 1, 1)
    assert Flag.objects.get().purchase == one
    assert other.flags.count() == 0


def test_as_of_tells_the_sentence_and_the_revision() -> None:
    make.shop()

    told = evaluate("--as-of", "2013-06-30", "--window", "400")

    told.pop("seconds")
    revision = ThresholdRevision.objects.get()
    assert told == {
        "evaluated": 0,
        "flagged": 0,
        "threshold": 5,
        "as_of": "2013-06-30",
        "window_days": 400,
        "sentence": "We do not know yet what is normal here: 5 is a starting number, not yet "
        "learned (0 of 30).",
        "kind": "starting",
        "mu": None,
        "k": None,
        "raw_mean": None,
        "learned_from": 0,
        "warnings": [],
        "revision": revision.pk,
    }
    assert Shop.objects.get().threshold_kind == "starting"
    assert evaluate("--as-of", "2013-06-30", "--window", "400")["revision"] == revision.pk


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "30/06/2013"), "write it as 2013-06-30"),
        (("--as-of", "2099-01-01"), "not come yet"),
        (("--as-of", "2013-06-30", "--window", "3"), "from 7 to 3650"),
        (("--all", "--window", "30"), "belongs to --as-of"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(words: tuple[str, ...], said: str) -> None:
    make.shop()

    with pytest.raises(CommandError, match=said):
        call_command("evaluate", *words)


def test_without_a_shop_it_says_so() -> None:
    with pytest.raises(CommandError, match="no shop yet"):
        call_command("evaluate", "--all")


def test_without_a_word_it_asks_for_one() -> None:
    make.shop()

    with pytest.raises(CommandError, match="required"):
        call_command("evaluate")
