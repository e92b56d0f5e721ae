"""Products (lots, suppliers, carriers) against the shop: a funnel (METHOD 4).

tau² after DerSimonian & Laird 1986, Controlled Clinical Trials 7:177-188:
max(0, (Q - (J - 1)) ÷ (Σw - Σw²/Σw)) with w = 1/v and Q = Σ w (r - r̄)².
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST_EXPOSURE = 10.0
LEAST_GROUPS = 4
ALARM_Z = 3.0
SHRINKAGE = (5.0, 200.0)
# Where the others had no interaction at all their mean is taken as half an interaction, because
# a variance of 0 would make every single interaction an alarm.
_HALF = 0.5

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class GroupTotals(Generic[Key]):
    """Sums over the purchases of one group: E, E², min(n, T) and n (E = F(age), n = net)."""

    key: Key
    exposure: float
    exposure_squared: float
    capped: int
    interactions: int


@dataclass(frozen=True)
class GroupVerdict(Generic[Key]):
    """One group against the others.

    ``rate`` r of interactions capped at T per mature purchase; ``others`` their leave-one-out
    mean; ``variance`` v and ``tau2``; ``z``; ``alarm`` at z > 3; ``shown_rate`` shrunk towards
    the others, "based on ``exposure`` mature purchases"; ``avoidable`` interactions: those above
    the others' rate, max(0, shown rate - others) · ΣE.
    """

    key: Key
    exposure: float
    rate: float
    others: float
    variance: float
    tau2: float
    z: float
    alarm: bool
    shown_rate: float
    avoidable: float


@dataclass(frozen=True)
class Funnel(Generic[Key]):
    """Verdicts, most avoidable interactions first; none with fewer than 4 ``eligible`` groups."""

    groups: tuple[GroupVerdict[Key], ...]
    eligible: int

    @property
    def enough(self) -> bool:
        """Whether there are at least 4 groups with ΣE ≥ 10."""
        return self.eligible >= LEAST_GROUPS


@dataclass(frozen=True)
class _Weighed:
    """A group's rate, leave-one-out mean and variance, as tau² needs them."""

    rate: float
    others: float
    variance: float


def funnel(groups: Iterable[GroupTotals[Key]], k: float | None) -> Funnel[Key]:
    """Judge each group with ΣE ≥ 10 against all the others of them (METHOD 4).

    ``k`` is the size of the fit (None: Poisson). Time grows with the number of groups only:
    every v is the group's own, so leaving one out of tau² is a subtraction.
    """
    eligible = [group for group in groups if group.exposure >= LEAST_EXPOSURE]
    if len(eligible) < LEAST_GROUPS:
        return Funnel(groups=(), eligible=len(eligible))
    weighed = _weighed(eligible, k)
    taus = _tau2_of_others(weighed)
    verdicts = [
        _verdict(group, own, tau2) for group, own, tau2 in zip(eligible, weighed, taus, strict=True)
    ]
    verdicts.sort(key=lambda verdict: (-verdict.avoidable, -verdict.z))
    return Funnel(groups=tuple(verdicts), eligible=len(eligible))


def _weighed(groups: Sequence[GroupTotals[Key]], k: float | None) -> list[_Weighed]:
    exposure = math.fsum(group.exposure for group in groups)
    capped = sum(group.capped for group in groups)
    result = []
    for group in groups:
        others = max(capped - group.capped, _HALF) / (exposure - group.exposure)
        extra = 0.0 if k is None else others**2 * group.exposure_squared / k
        variance = (others * group.exposure + extra) / group.exposure**2
        result.append(_Weighed(group.capped / group.exposure, others, variance))
    return result


def _tau2_of_others(weighed: Sequence[_Weighed]) -> list[float]:
    """DerSimonian-Laird over all but one, for each one."""
    weights = [1 / own.variance for own in weighed]
    together = math.fsum(weights)
    # Rates are taken from their mean, which changes no Q and keeps the subtraction exact.
    pairs = list(zip(weights, weighed, strict=True))
    middle = math.fsum(weight * own.rate for weight, own in pairs) / together
    first = [weight * (own.rate - middle) for weight, own in pairs]
    second = [weight * (own.rate - middle) ** 2 for weight, own in pairs]
    sums = (together, math.fsum(w * w for w in weights), math.fsum(first), math.fsum(second))
    degrees = len(weighed) - 2
    result = []
    for weight, one, two in zip(weights, first, second, strict=True):
        left = sums[0] - weight
        spread = sums[3] - two - (sums[2] - one) ** 2 / left
        scale = left - (sums[1] - weight * weight) / left
        result.append(max(0.0, (spread - degrees) / scale))
    return result


def _verdict(group: GroupTotals[Key], own: _Weighed, tau2: float) -> GroupVerdict[Key]:
    z = (own.rate - own.others) / math.sqrt(own.variance + tau2)
    least, most = SHRINKAGE
    pull = min(most, max(least, own.others / tau2)) if tau2 > 0 else most
    shown = (group.interactions + pull * own.others) / (group.exposure + pull)
    return GroupVerdict(
        key=group.key,
        exposure=group.exposure,
        rate=own.rate,
        others=own.others,
        variance=own.variance,
        tau2=tau2,
        z=z,
        alarm=z > ALARM_Z,
        shown_rate=shown,
        avoidable=max(0.0, shown - own.others) * group.exposure,
    )
