"""Why they come: net interactions of mature purchases by reason and fault, against the period before."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Sum, Value, When

from dashboards.stats.cohorts import Cohorts
from thresholds.models import ReasonCount
from thresholds.rules.luck import Change, change_of_reason
from tickets.models import Fault

# What a reason without a fault of ours says: a wish, something imported, nothing at all yet.
NO_FAULT = frozenset({Fault.NONE.value, Fault.UNCLASSIFIED.value, ""})


@dataclass(frozen=True)
class Leaf:
    """A reason's names; ``reason_id`` None: no reason yet."""

    reason_id: int | None
    name: str
    fault: str
    owner: str


@dataclass(frozen=True)
class ReasonRow:
    """One reason's net interactions, its part of all of them, its rate and change."""

    leaf: Leaf
    net: int
    share: float
    per_purchase: float
    change: Change | None


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

    @property
    def uncoded(self) -> int:
        """Counted interactions without a reason."""
        return sum(row.net for row in self.faults if row.fault == "")

    @property
    def uncoded_share(self) -> float | None:
        """Their share."""
        return self.uncoded / self.net if self.net else None

    @property
    def fault_share(self) -> float | None:
        """Share of the counted interactions with a reason whose reason has a fault."""
        coded = self.net - self.uncoded
        blamed = sum(row.net for row in self.faults if row.fault not in NO_FAULT)
        return blamed / coded if coded else None


@dataclass(frozen=True)
class _Arms:
    """Mature purchases before and now, and how much more their counts vary than by chance."""

    before: int
    now: int
    dispersion: float

    def rate(self, net: int) -> float:
        return net / self.now if self.now else 0.0

    def change(self, before: int, now: int) -> Change | None:
        if not self.before or not self.now:
            return None
        return change_of_reason((before, self.before), (now, self.now), self.dispersion)


def read_why(cohorts: Cohorts) -> Why:
    """One query over this period and the one before it, for the purchases of ``cohorts``."""
    lens = cohorts.lens
    rows = (
        ReasonCount.objects.filter(
            scope=lens.scope,
            channel=lens.channel,
            day__range=(lens.before().start, lens.last_mature),
        )
        .annotate(
            now=Case(
                When(day__gte=lens.start, then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            )
        )
        .values_list("now", "reason_id", "reason__name", "reason__fault", "reason__owner__name")
        .annotate(together=Sum("net"))
        .order_by()
    )
    counts: tuple[Counter[Leaf], Counter[Leaf]] = (Counter(), Counter())
    for now, reason_id, name, fault, owner, net in rows:
        counts[now][Leaf(reason_id, name or "", fault or "", owner or "")] += net
    arms = _Arms(cohorts.purchases_before, cohorts.purchases, cohorts.dispersion)
    return _why(counts[0], counts[1], arms)


def _why(before: Mapping[Leaf, int], now: Mapping[Leaf, int], arms: _Arms) -> Why:
    total = sum(now.values())
    leaves = defaultdict(list)
    for leaf, net in now.items():
        change = arms.change(before.get(leaf, 0), net)
        leaves[leaf.fault].append(ReasonRow(leaf, net, net / total, arms.rate(net), change))
    sums = {fault: sum(row.net for row in rows) for fault, rows in leaves.items()}
    reached = 0
    faults = []
    for fault in sorted(sums, key=lambda name: (-sums[name], name)):
        reached += sums[fault]
        earlier = sum(net for leaf, net in before.items() if leaf.fault == fault)
        faults.append(
            FaultRow(
                fault=fault,
                net=sums[fault],
                share=sums[fault] / total,
                together=reached / total,
                per_purchase=arms.rate(sums[fault]),
                change=arms.change(earlier, sums[fault]),
                reasons=tuple(sorted(leaves[fault], key=lambda row: (-row.net, row.leaf.name))),
            )
        )
    return Why(tuple(faults), total, arms.now)
