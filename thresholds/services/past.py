"""The facts as of a day: what had happened by its end, counted by the pure rule, streamed.

A fact is dated by when it happened, not by when it was entered: imported history would otherwise
have no past. So later contacts and deliveries are ignored, and a contact corrected after the day
stands as it did before. What has no date of its own (a cancellation, which purchase a contact
belongs to, the reasons that count) is taken as it is known now.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import Shop
from helpdesk.lib.periods import day_start
from purchases.models import Purchase
from purchases.rules import ClockReading, read_clock
from thresholds.rules.maturity import first_events
from thresholds.rules.threshold import SPARSE_PURCHASES, ThresholdSettings
from thresholds.services.facts import Facts, make_facts
from tickets.models import Interaction, Reason
from tickets.rules import Contact, Standing, Window, find_standings

# Rows held in memory at a time.
CHUNK = 2000
DAY = timedelta(days=1)
# A contact: key, moment, direction, reason, whether a system sent it.
Told = tuple[int, datetime, str, int | None, bool]
# Called with the number of purchases read so far; False stops the reading.
Progress = Callable[[int], bool]


class StoppedError(Exception):
    """Whoever asked does not want the answer any more."""


class Row(NamedTuple):
    """A purchase as it was."""

    key: int
    ordered_at: datetime
    delivered_at: datetime | None


@dataclass
class Tallied:
    """Sums over the purchases of a part of the history."""

    counted: Counter[tuple[int, int]] = field(default_factory=Counter)
    events: Counter[int] = field(default_factory=Counter)
    later: int = 0

    @property
    def purchases(self) -> int:
        """How many there are."""
        return self.counted.total()

    def add(self, age: int, ages: list[int], later: int) -> None:
        """One purchase of that age with net interactions at these ages."""
        self.counted[age, len(ages)] += 1
        self.events.update(first_events(ages))
        self.later += later


@dataclass
class Past:
    """All that was so: ``facts`` of the history, and every purchase with ``least`` net or more."""

    facts: Facts
    history_days: int
    judged: int
    keys: "array[int]"
    nets: "array[int]"

    def at_or_over(self, number: int) -> list[tuple[int, int]]:
        """(purchase, net) of those that reach a number, by key."""
        pairs = zip(self.keys, self.nets, strict=True)
        return [(key, net) for key, net in pairs if net >= number]


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a day in a zone."""
    return day_start(day + DAY, zone) - timedelta(microseconds=1)


def read_past(
    *,
    now: datetime,
    shop: Shop,
    settings: ThresholdSettings,
    least: int,
    progress: Progress = lambda done: True,
) -> Past:
    """Count every purchase ordered by ``now`` from the contacts until then.

    Purchases and contacts are streamed side by side in the order of the purchases' keys; kept are
    sums, and 16 bytes for each purchase with ``least`` net or more. Raises StoppedError.
    """
    reader = _Reader(now=now, shop=shop, settings=settings)
    keys, nets = array("q"), array("q")
    parts = {False: Tallied(), True: Tallied()}
    judged = 0
    for row, contacts in _side_by_side(_purchases(now), _contacts(now)):
        judged += 1
        if judged % CHUNK == 0 and not progress(judged):
            raise StoppedError
        clock = reader.clock(row)
        ages, later = reader.count(clock, contacts)
        if len(ages) >= least:
            keys.append(row.key)
            nets.append(len(ages))
        age = (now - clock.at) // DAY
        if 0 <= age < 2 * settings.history_days:
            parts[age >= settings.history_days].add(age, ages, later)
    history_days = settings.days_to_look_back(min(parts[False].purchases, SPARSE_PURCHASES))
    facts = _facts(parts, doubled=history_days > settings.history_days, reader=reader)
    return Past(facts=facts, history_days=history_days, judged=judged, keys=keys, nets=nets)


@dataclass
class _Reader:
    """What the pure rules need to know beside a purchase."""

    now: datetime
    shop: Shop
    settings: ThresholdSettings

    def __post_init__(self) -> None:
        self.not_counting = frozenset(
            Reason.objects.filter(counts=False).values_list("pk", flat=True)
        )
        self.zone = self.shop.zone
        self.merge_under = timedelta(hours=self.settings.merge_hours)

    def clock(self, row: Row) -> ClockReading:
        """Its clock as it ran then: a delivery still to come is none."""
        return read_clock(
            ordered_at=row.ordered_at,
            delivered_at=row.delivered_at,
            transit_days=self.shop.transit_days,
            window_days=self.settings.window_days,
            zone=self.zone,
        )

    def count(self, clock: ClockReading, contacts: Iterable[Told]) -> tuple[list[int], int]:
        """Ages in days of its net interactions, and how many came after the window."""
        found = [
            Contact(
                key=key,
                occurred_at=occurred_at,
                inbound=direction == Interaction.Direction.INBOUND,
                reason_counts=reason not in self.not_counting,
                is_system=is_system,
            )
            for key, occurred_at, direction, reason, is_system in contacts
        ]
        if not found:
            return [], 0
        window = Window(starts_at=clock.at, ends_at=clock.window_ends_at)
        standings = find_standings(found, window=window, merge_under=self.merge_under, now=self.now)
        net = [one for one in found if standings[one.key] is Standing.NET]
        ages = [max(0, (one.occurred_at - clock.at) // DAY) for one in net]
        return ages, list(standings.values()).count(Standing.LATER)


def _facts(parts: dict[bool, Tallied], *, doubled: bool, reader: _Reader) -> Facts:
    """The facts of the history; ``doubled`` when it is read twice as far back."""
    counted, events, later = Counter[tuple[int, int]](), Counter[int](), 0
    for part in [parts[False], parts[True]][: 1 + doubled]:
        counted.update(part.counted)
        events.update(part.events)
        later += part.later
    days = reader.settings.history_days * (1 + doubled)
    return make_facts(
        counted=[(age, net, number) for (age, net), number in counted.items()],
        events=events,
        window_days=reader.settings.window_days,
        later=later,
        unattributed=_then_current(reader.now)
        .filter(
            purchase__isnull=True,
            direction=Interaction.Direction.INBOUND,
            occurred_at__gt=reader.now - timedelta(days=days),
        )
        .count(),
    )


def _purchases(now: datetime) -> Iterator[Row]:
    rows = (
        Purchase.objects.judged()
        .filter(ordered_at__lte=now)
        .order_by("pk")
        .values_list("pk", "ordered_at", "delivered_at")
    )
    for key, ordered_at, delivered_at in rows.iterator(chunk_size=CHUNK):
        known = delivered_at is not None and delivered_at <= now
        yield Row(key, ordered_at, delivered_at if known else None)


def _contacts(
    now: datetime,
) -> Iterator[tuple[int, Told]]:
    rows = (
        _then_current(now)
        .filter(purchase__isnull=False)
        .order_by("purchase_id", "occurred_at", "pk")
        .values_list("purchase_id", "pk", "occurred_at", "direction", "reason_id", "is_system")
    )
    for purchase, key, moment, direction, reason, is_system in rows.iterator(chunk_size=CHUNK):
        yield purchase, (key, moment, direction, reason, is_system)


def _then_current(now: datetime) -> QuerySet[Interaction]:
    """Contacts until then, with those that were corrected only later, without the corrections."""
    return Interaction.objects.filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=now), occurred_at__lte=now
    ).exclude(corrects__superseded_at__gt=now)


def _side_by_side(
    purchases: Iterable[Row],
    contacts: Iterable[tuple[int, Told]],
) -> Iterator[tuple[Row, list[Told]]]:
    """Each purchase with its contacts; both sides come in the order of the purchases' keys."""
    groups = groupby(contacts, key=lambda pair: pair[0])
    waiting = next(groups, None)
    for row in purchases:
        while waiting is not None and waiting[0] < row.key:
            waiting = next(groups, None)
        if waiting is not None and waiting[0] == row.key:
            yield row, [contact for _key, contact in waiting[1]]
        else:
            yield row, []
