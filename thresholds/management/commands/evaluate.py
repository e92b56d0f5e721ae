"""``manage.py evaluate``: count again and judge, here and now; prints one JSON object."""

import json
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Shop
from helpdesk.lib.periods import parse_day
from purchases.models import Purchase
from thresholds.models import Flag
from thresholds.services.as_of import judge_as_of
from thresholds.services.evaluation import evaluate_all, evaluate_purchases
from thresholds.texts import caution_text, sentence_numbers, sentence_text


class Command(BaseCommand):
    help = (
        "Counts contacts again and judges purchases in this process, and prints one JSON object. "
        "With --as-of history is judged as of the end of a day: nothing live changes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--all", action="store_true", help="every purchase, from all contacts")
        what.add_argument("--as-of", metavar="YYYY-MM-DD", help="as of the end of this day")
        what.add_argument("ids", nargs="*", type=int, default=[], help="keys of purchases")
        parser.add_argument(
            "--window", type=int, metavar="DAYS", help="with --as-of: instead of the shop's window"
        )

    def handle(
        self,
        *_args: Any,
        ids: list[int],
        as_of: str | None,
        window: int | None,
        **_options: Any,
    ) -> None:
        if not Shop.objects.filter(pk=1).exists():
            raise CommandError("There is no shop yet. Start the product once, or import into it.")
        if window is not None and as_of is None:
            raise CommandError("--window belongs to --as-of: the live window is a setting.")
        if as_of is not None:
            told = self._as_of(as_of, window)
        elif ids:
            told = self._some(ids)
        else:
            told = vars(evaluate_all())
        self.stdout.write(json.dumps(told))

    def _some(self, ids: list[int]) -> dict[str, object]:
        """Judge these purchases."""
        start = time.monotonic()
        result = evaluate_purchases(purchase_ids=ids)
        return {
            "evaluated": result.evaluated,
            "flagged": Flag.objects.unfinished().filter(purchase__in=ids).count(),
            "threshold": Shop.objects.get(pk=1).threshold,
            "seconds": round(time.monotonic() - start, 3),
            "raised": result.raised,
            "unknown": len(set(ids)) - Purchase.objects.filter(pk__in=ids).count(),
        }

    def _as_of(self, text: str, window: int | None) -> dict[str, object]:
        """Judge history as of a day."""
        start = time.monotonic()
        try:
            answer = judge_as_of(day=_day(text), window_days=window)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        revision = answer.revision
        return {
            "evaluated": answer.evaluated,
            "flagged": answer.flagged,
            "threshold": revision.number,
            "seconds": round(time.monotonic() - start, 3),
            "as_of": text,
            "window_days": revision.window_days,
            "sentence": sentence_text(sentence_numbers(revision)),
            "kind": revision.kind,
            "mu": revision.mu,
            "k": revision.k,
            "raw_mean": revision.raw_mean,
            "learned_from": revision.purchases,
            "warnings": [caution_text(each) for each in revision.warnings],
            "revision": revision.pk,
        }


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no day: write it as 2013-06-30.") from error
