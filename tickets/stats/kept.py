"""How far promises are kept: by team, by reason, and one's own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import User
from tickets.models import Promise
from tickets.models.promises import PromiseQuerySet

State = Promise.State
# Under so many a percentage says more about chance than about us.
LEAST = 10


@dataclass(frozen=True)
class Kept:
    """What became of promises under one ``name`` (None: of nobody's team, without a reason).

    Released ones are nobody's fault and are left out; ``overdue`` are open and past their moment.
    """

    name: str | None
    kept: int
    kept_late: int
    broken: int
    overdue: int

    @property
    def ended(self) -> int:
        """Those that ended one way or the other: the n of the share."""
        return self.kept + self.kept_late + self.broken

    @property
    def share(self) -> float | None:
        """Share kept in time; None of nothing."""
        return self.kept / self.ended if self.ended else None

    @property
    def is_few(self) -> bool:
        """Whether there are too few for a percentage."""
        return self.ended < LEAST


@dataclass(frozen=True)
class KeptFigures:
    """All of a period in three tables of one query each; ``teams`` is empty for one person."""

    total: Kept
    teams: list[Kept]
    reasons: list[Kept]


def read_kept(
    *, start: datetime | None, end: datetime, now: datetime, person: User | None = None
) -> KeptFigures:
    """Promises that ended from ``start`` (None: ever) until before ``end``, and those open at
    ``now`` whose moment has passed; of one ``person``, or of everybody.
    """
    ended = Q(state__in=[State.KEPT, State.KEPT_LATE, State.BROKEN], ended_at__lt=end)
    if start is not None:
        ended &= Q(ended_at__gte=start)
    overdue = Q(state=State.OPEN, due_at__lte=now)
    promises = Promise.objects.filter(ended | overdue)
    if person is not None:
        promises = promises.of(person)
    reasons = _grouped(promises, "ticket__reason__name")
    teams = [] if person is not None else _grouped(promises, "owner__team__name")
    return KeptFigures(_total(reasons), teams, reasons)


def _grouped(promises: PromiseQuerySet, column: str) -> list[Kept]:
    """One row for each value of the column, those with most promises first."""
    rows = (
        promises.order_by()
        .values_list(column)
        .annotate(
            kept=Count("pk", filter=Q(state=State.KEPT)),
            kept_late=Count("pk", filter=Q(state=State.KEPT_LATE)),
            broken=Count("pk", filter=Q(state=State.BROKEN)),
            overdue=Count("pk", filter=Q(state=State.OPEN)),
        )
    )
    found = [Kept(*row) for row in rows]
    return sorted(found, key=lambda one: (-one.ended - one.overdue, one.name or ""))


def _total(rows: list[Kept]) -> Kept:
    """All of them together."""
    return Kept(
        None,
        kept=sum(one.kept for one in rows),
        kept_late=sum(one.kept_late for one in rows),
        broken=sum(one.broken for one in rows),
        overdue=sum(one.overdue for one in rows),
    )
