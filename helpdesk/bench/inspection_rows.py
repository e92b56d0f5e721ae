"""The rows of the bench's workshop: two years of inspections of ten results each.

Of twenty lots two are looked at by a pair, one is found wrong at first and right in its second
round; so twenty lots are twenty-three inspections. Deterministic; keys are given here.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.bench.batch import Row

SEED = 11
DAYS = 730
PRODUCTS = 10
INSPECTORS = 20
MAKERS = 20
LINES = 10
PER_TWENTY = 23
# Characteristics of every plan: position, kind, unit, lower, upper.
KINDS = [("measure", "g"), ("measure", "mm")] * 3 + [("pass_fail", "")] * 3 + [("count", "")]
LOWER, UPPER, CENTRE, SPREAD = 90, 110, 100, 2.5

LOT_COLUMNS = (
    "id", "product_id", "number", "maker_id", "quantity", "state", "state_since", "created_at",
)  # fmt: skip
INSPECTION_COLUMNS = (
    "id", "lot_id", "plan_id", "product_id", "stage", "round", "inspector_id", "maker_id", "first_id",
    "first_inspector_id", "opened_at",
)  # fmt: skip
RESULT_COLUMNS = (
    "inspection_id", "characteristic_id", "typed", "unit", "value", "conforms", "fault",
    "recorded_at",
)  # fmt: skip
HISTORY_COLUMNS = ("subject_type", "subject_id", "verb", "changes", "at")


def inspector_of(number: int) -> int:
    """The key of an inspector; 1 is the one who measures, 2 a manager."""
    return 3 + number % INSPECTORS


def maker_of(lot: int) -> int:
    """The key of who made a lot."""
    return 3 + INSPECTORS + lot % MAKERS


def lines_of(product: int) -> list[int]:
    """The keys of the characteristics of a product's plan, which has the product's key."""
    return list(range((product - 1) * LINES + 1, product * LINES + 1))


@dataclass(frozen=True)
class Stretch:
    """Some lots' rows in the order they have to be written; ``failed``: keys of inspections."""

    lots: list[Row]
    history: list[Row]
    openers: list[Row]
    seconds: list[Row]
    again: list[Row]
    paired: list[int]
    failed: list[int]


def stretches(lots: int, now: datetime, *, at_once: int = 2000) -> Iterator[Stretch]:
    """All lots, so many at once, spread evenly over the two years."""
    key = 1
    for start in range(1, lots + 1, at_once):
        made = Stretch([], [], [], [], [], [], [])
        for lot in range(start, min(start + at_once, lots + 1)):
            key = _add(made, lot, key, now - timedelta(days=DAYS * (1 - lot / (lots + 1))))
        yield made


def _add(made: Stretch, lot: int, key: int, at: datetime) -> int:
    """Add one lot with its inspections; the next free key."""
    product, moment = lot % PRODUCTS + 1, at.isoformat()
    made.lots.append(
        (lot, product, f"LOT-{lot}", maker_of(lot), 100, "in_inspection", moment, moment)
    )
    for verb in ("created", "state", "state"):
        made.history.append(("purchases.lot", lot, verb, "{}", moment))
    plain = (lot, product, product, "first", 1, inspector_of(lot), maker_of(lot), None, None)
    made.openers.append((key, *plain, moment))
    first, key = key, key + 1
    turn = lot // PRODUCTS
    if turn % 10 == 0:
        again = (lot, product, product, "second", 1, inspector_of(lot + 1), maker_of(lot), first)
        later = (at + timedelta(hours=3)).isoformat()
        made.seconds.append((key, *again, inspector_of(lot), later))
        made.paired.append(first)
        key += 1
    if turn % 20 == 5:
        made.failed.append(first)
        later = (at + timedelta(days=1)).isoformat()
        anew = (
            lot,
            product,
            product,
            "re_inspection",
            2,
            inspector_of(lot + 2),
            maker_of(lot),
            None,
        )
        made.again.append((key, *anew, None, later))
        key += 1
    return key


def results(inspections: Sequence[Row], failed: set[int]) -> Iterator[Row]:
    """Ten results of each; those of a failed one are out in one line."""
    draw = random.Random(f"{SEED}-{inspections[0][0] if inspections else 0}")
    for row in inspections:
        out = int(str(row[0])) % LINES if row[0] in failed else -1
        for place, line in enumerate(lines_of(int(str(row[2])))):
            kind, unit = KINDS[place]
            good = place != out
            if kind == "pass_fail":
                typed, value = "pass" if good else "fail", None
            else:
                number = draw.gauss(CENTRE, SPREAD) if good else UPPER + 4
                typed = f"{min(max(number, LOWER), UPPER if good else number):.1f}"
                value = typed
            fault = "" if good else f"Fault {place}"
            yield (row[0], line, typed, unit, value, good, fault, row[-1])
