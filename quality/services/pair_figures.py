"""What blind pairs say of a product's characteristics."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery

from purchases.models import Product
from quality.models import Result
from quality.rules.pairs import COPIED, Pairs, Said, what_pairs_say
from quality.services.figures import YEARS


@dataclass(frozen=True)
class PairRow:
    """What the blind pairs say of a characteristic and its method; never of a person."""

    name: str
    method: str
    said: Said


def pairs_of(product: Product, *, now: datetime) -> list[PairRow]:
    """Every characteristic that two people looked at blind, most pairs first. One query."""
    first = Result.objects.filter(
        inspection=OuterRef("inspection__first"),
        characteristic=OuterRef("characteristic"),
        sample=OuterRef("sample"),
    )
    seconds = Result.objects.filter(
        inspection__stage="second",
        inspection__signed_at__gte=now - YEARS,
        inspection__first__pair__in=["disputed", "settled"],
        inspection__product=product,
        inspection__lot__known_bad__isnull=True,
    ).annotate(
        first_conforms=Subquery(first.values("conforms")[:1]),
        first_signed=F("inspection__first__signed_at"),
        second_signed=F("inspection__signed_at"),
    )
    rows = seconds.filter(first_conforms__isnull=False).values_list(
        "characteristic__name",
        "characteristic__method",
        "conforms",
        "first_conforms",
        "first_signed",
        "second_signed",
    )
    return sorted(_paired(list(rows)), key=lambda row: (-row.said.pairs.number, row.name))


def _paired(rows: Sequence[tuple[Any, ...]]) -> list[PairRow]:
    """The pairs counted by characteristic and method."""
    cells: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, method, second, first, first_signed, second_signed in rows:
        counted = cells[name, method]
        found = {
            (False, False): "both_fail",
            (False, True): "first_only",
            (True, False): "second_only",
            (True, True): "both_pass",
        }[first, second]
        counted[found] += 1
        counted["copied"] += second_signed - first_signed < COPIED
    return [PairRow(*key, what_pairs_say(Pairs(**counted))) for key, counted in cells.items()]
