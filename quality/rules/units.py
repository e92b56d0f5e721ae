"""How many units of a lot are looked at, and what so many bad ones say. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from quality.models import Plan
from quality.rules.sampling import SamplingPlan, acceptance_probability

SHARES = (0.01, 0.02, 0.05, 0.10)


class Sampled(Protocol):
    """What a plan says of how many."""

    @property
    def sampling(self) -> str:
        """One of Plan.Sampling."""

    @property
    def sampling_number(self) -> int | None:
        """The n of those that have one."""


def units_of(plan: Sampled, lot_size: int, seen: int = 0) -> int:
    """How many of ``lot_size`` units are looked at; ``seen`` of the maker's or since the change.

    For every way of sampling but that by AQL. n at or above the lot size means all.
    """
    number = plan.sampling_number or 1
    kinds = Plan.Sampling
    wanted = {
        kinds.WHOLE: 1,
        kinds.EVERY: lot_size,
        kinds.NTH: -(-lot_size // number),
        kinds.FIRST: number,
        kinds.MAKER: max(1, number - seen),
        kinds.CHANGE: max(1, number - seen),
    }[kinds(plan.sampling)]
    return max(1, min(wanted, lot_size))


@dataclass(frozen=True)
class Size:
    """What is fixed for a class at the opening."""

    size: int
    accept: int
    reject: int


@dataclass(frozen=True)
class Found:
    """One result: of which class, of which unit, whether it conforms."""

    severity: str
    sample: int
    conforms: bool


def bad_units(found: Iterable[Found]) -> dict[str, int]:
    """How many units have something wrong, by class."""
    bad: dict[str, set[int]] = {}
    for one in found:
        if not one.conforms:
            bad.setdefault(one.severity, set()).add(one.sample)
    return {severity: len(units) for severity, units in bad.items()}


def refused_classes(bad: Mapping[str, int], sizes: Mapping[str, Size]) -> list[str]:
    """The classes with so many bad units that the lot is refused: one, without a sampling plan."""
    return [
        severity
        for severity, count in bad.items()
        if count >= (sizes[severity].reject if severity in sizes else 1)
    ]


def chances(plan: SamplingPlan, lot_size: int | None = None) -> list[tuple[float, float]]:
    """How often the plan accepts a lot of which 1, 2, 5 and 10 % are bad: (share, chance)."""
    return [(share, acceptance_probability(plan, share, lot_size)) for share in SHARES]
