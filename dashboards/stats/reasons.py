"""Why they come: net interactions of mature purchases by reason and fault, against the period before."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Q, Sum, Value, When

from dashboards.stats.lens import Lens
from thresholds.models import ReasonCount
from thresholds.rules.luck import Change, change_of_reason
from tickets.models import Fault


@dataclass(frozen=True)
class ReasonRow:
    """One reason's net interactions; ``reason_id`` None: no reason yet."""

    reason_id: int | None
    name: str
    net: int


@dataclass(frozen=True)
class FaultRow:
    """One fault: its net interactions, those of all faults down to it, and its rate.

    ``share`` and ``together`` are parts of all counted interactions; ``per_purchase`` the rate;
    ``change`` the difference to the period before with its interval (None without such a period).
    """

    fault: str
    net: int
    share: float
    together: float
    per_purchase: float
    change: Change | None
    reasons: tuple[ReasonRow, ...]


@dataclass(frozen=True)
class Why:
    """Faults, most interactions first. ``net`` counted interactions of ``purchases`` purchases."""

    faults: tuple[FaultRow, ...]
    net: int
    purchases: int
    uncoded: int

    @property
    def uncoded_share(self) -> float | None:
        """Share of counted interactions without a reason."""
        return self.uncoded / self.net if self.net else None

    @property
    def fault_share(self) -> float | None:
        """Share of the counted interactions with a reason whose reason has a fault."""
        coded = self.net - self.uncoded
        innocent = sum(row.net for row in self.faults if row.fault in {Fault.NONE, ""})
        blamed = self.net - innocent
        return blamed / coded if coded else None


def read_why(lens: Lens, *, purchases: int, purchases_before: int, dispersion: float) -> Why:
    """One query over this period and the one before it.

    ``purchases`` and ``purchases_before``: mature purchases of both periods, 0 where there are
    none; ``dispersion``: see ``luck.dispersion_of``.
    """
    before = lens.before()
    rows = (
        ReasonCount.objects.filter(scope=lens.scope, channel=lens.channel)
        .filter(Q(day__range=(before.start, lens.last_mature)))
        .annotate(
            now=Case(
                When(day__gte=lens.start, then=Value(True)),  # noqa: FBT003
                default=Value(False),  # noqa: FBT003
                output_field=BooleanField(),
            )
        )
        .values_list("now", "reason_id", "reason__name", "reason__fault")
        .annotate(together=Sum("net"))
        .order_by()
    )
    now: dict[str, list[ReasonRow]] = {}
    earlier: Counter[str] = Counter()
    for is_now, reason_id, name, fault, net in rows:
        if is_now:
            now.setdefault(fault or "", []).append(ReasonRow(reason_id, name or "", net))
        else:
            earlier[fault or ""] += net
    return _why(now, earlier, (purchases, purchases_before), dispersion)


def _why(
    now: Mapping[str, list[ReasonRow]],
    earlier: Counter[str],
    purchases: tuple[int, int],
    dispersion: float,
) -> Why:
    sums = {fault: sum(row.net for row in rows) for fault, rows in now.items()}
    net = sum(sums.values())
    reached = 0
    faults = []
    for fault in sorted(sums, key=lambda name: (-sums[name], name)):
        reached += sums[fault]
        faults.append(
            FaultRow(
                fault=fault,
                net=sums[fault],
                share=sums[fault] / net,
                together=reached / net,
                per_purchase=sums[fault] / purchases[0] if purchases[0] else 0.0,
                change=_change(sums[fault], earlier[fault], purchases, dispersion),
                reasons=tuple(sorted(now[fault], key=lambda row: (-row.net, row.name))),
            )
        )
    return Why(tuple(faults), net, purchases[0], sums.get("", 0))


def _change(now: int, before: int, purchases: tuple[int, int], dispersion: float) -> Change | None:
    if not all(purchases):
        return None
    return change_of_reason((before, purchases[1]), (now, purchases[0]), dispersion)
