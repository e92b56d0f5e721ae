"""What is being done: flags by state and age, actions due, and the second person's checks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from quality.models import Inspection
from thresholds.models import Flag

# Upper ends of the age groups in days; what is older stands in the last group.
AGES = (2, 7, 14)


@dataclass(frozen=True)
class AgeGroup:
    """Unfinished flags raised between ``least`` and ``most`` whole days ago (most None: no end)."""

    least: int
    most: int | None
    owned: int
    unowned: int

    @property
    def flags(self) -> int:
        """All of them."""
        return self.owned + self.unowned


@dataclass(frozen=True)
class FlagWork:
    """Unfinished flags by age; ``late``: with an action past its day, ``due_soon``: in 14 days."""

    groups: tuple[AgeGroup, ...]
    open: int
    acknowledged: int
    late: int
    due_soon: int

    @property
    def unfinished(self) -> int:
        """All unfinished flags."""
        return self.open + self.acknowledged

    @property
    def unowned(self) -> int:
        """Those nobody has taken on."""
        return sum(group.unowned for group in self.groups)


@dataclass(frozen=True)
class SecondPerson:
    """Signed second inspections of the period: how many, and how many conform."""

    second: int
    second_passed: int
    first: int
    first_passed: int

    @property
    def pass_rate(self) -> float | None:
        """Share of second inspections that conform."""
        return self.second_passed / self.second if self.second else None

    @property
    def first_pass_rate(self) -> float | None:
        """Share of first inspections that conform."""
        return self.first_passed / self.first if self.first else None


def read_flag_work(*, now: datetime, today: date) -> FlagWork:
    """One query over the unfinished flags, which are few."""
    groups: Counter[tuple[int, bool]] = Counter()
    states: Counter[str] = Counter()
    late = due_soon = 0
    rows = Flag.objects.unfinished().values_list("state", "owner_id", "raised_at", "action_due")
    for state, owner_id, raised_at, due in rows:
        states[state] += 1
        days = (now - raised_at).days
        place = next((n for n, most in enumerate(AGES) if days <= most), len(AGES))
        groups[place, owner_id is not None] += 1
        late += due is not None and due < today
        due_soon += due is not None and today <= due <= today + timedelta(days=14)
    edges = [-1, *AGES]
    return FlagWork(
        groups=tuple(
            AgeGroup(
                least=edges[place] + 1,
                most=AGES[place] if place < len(AGES) else None,
                owned=groups[place, True],
                unowned=groups[place, False],
            )
            for place in range(len(edges))
        ),
        open=states[Flag.State.OPEN],
        acknowledged=states[Flag.State.ACKNOWLEDGED],
        late=late,
        due_soon=due_soon,
    )


def read_second_person(*, start: datetime, end: datetime, scope: str) -> SecondPerson:
    """One query over the signed inspections of the period; ``scope`` as in ``Lens``."""
    rows = Inspection.objects.signed().filter(signed_at__gte=start, signed_at__lt=end)
    kind, _colon, value = scope.partition(":")
    if kind == "p":
        rows = rows.filter(lot__product_id=int(value))
    elif kind == "c":
        rows = rows.filter(lot__product__category=value)
    passed = Q(verdict=Inspection.Verdict.PASS)
    first, second = Q(stage=Inspection.Stage.FIRST), Q(stage=Inspection.Stage.SECOND)
    found = rows.aggregate(
        second=Count("pk", filter=second),
        second_passed=Count("pk", filter=second & passed),
        first=Count("pk", filter=first),
        first_passed=Count("pk", filter=first & passed),
    )
    return SecondPerson(**found)
