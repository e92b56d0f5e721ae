"""Half a year of small batches of the story's product, so that its control chart has weeks to show."""

import random
from datetime import datetime, timedelta

from helpdesk.sample.goods import INSPECTORS, ITEMS, STORY_SKU
from helpdesk.sample.story import Row

SEED = 31
WEEKS, BATCHES = 30, 9
# The share that is wrong at first: usually, and in the weeks when the handles dry too fast.
USUAL, LATELY, LATELY_WEEKS = 0.1, 0.45, 5
PAIRS = 0.4


def weekly_checks(now: datetime) -> list[Row]:
    """First inspections of batches for shops that buy by the box, seconds of some of them, and a
    new round of each that was wrong. Nothing lies later than the day of ``now`` began."""
    chance = random.Random(SEED)
    monday = (now - timedelta(days=now.weekday())).replace(
        hour=8, minute=0, second=0, microsecond=0
    )
    item = next(one for one in ITEMS if one.sku == STORY_SKU)
    rows: list[Row] = []
    for ago in range(WEEKS, 0, -1):
        share = LATELY if ago <= LATELY_WEEKS else USUAL
        for batch in range(BATCHES):
            at = monday - timedelta(weeks=ago) + timedelta(days=batch % 5, minutes=23 * batch)
            first, second = chance.sample(INSPECTORS, 2)
            wrong = chance.random() < share
            told = {
                "lot_number": f"{item.letters}-BOX-{at:%y%m%d}-{batch + 1}",
                "sku": item.sku,
                "maker": item.maker,
                "note": "Hairline crack at the handle joint." if wrong else "",
            }
            checks = [("first", first, at, wrong)]
            if chance.random() < PAIRS:
                checks.append(("second", second, at + timedelta(hours=2), wrong))
            if wrong:
                checks.append(("re-inspection", second, at + timedelta(hours=5), False))
            for stage, inspector, moment, failed in checks:
                rows.append(
                    told
                    | {
                        "external_id": f"W{len(rows) + 1}",
                        "inspected_at": moment.isoformat(),
                        "inspector": inspector,
                        "verdict": "fail" if failed else "pass",
                        "stage": stage,
                        "note": told["note"] if failed else "",
                    }
                )
    return rows
