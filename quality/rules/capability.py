"""Whether a process can keep its limits: Cp, Cpk with intervals, and x̄ charts behind them. Pure.

Cp = (U - L) ÷ 6s, Cpk = min(U - m, m - L) ÷ 3s (NIST/SEMATECH e-Handbook 6.1.6). Intervals: Cp by
chi-square, Cpk by Bissell 1990 (Applied Statistics 39:331-340).
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

NORMAL_95 = 1.959963984540054
# With fewer values the interval is wider than anything one could decide by.
LEAST_VALUES = 50
# d2 and A2 of ranges of so many values: ASTM MNL 7, table 16.
D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}


@dataclass(frozen=True)
class Limits:
    """What is allowed; an open side is None, never 0."""

    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Capability:
    """The indices of a process with mean ``mean`` and standard deviation ``sigma``.

    ``cp`` and ``cpm`` need both limits, ``lower`` (Cpl) and ``upper`` (Cpu) their own; ``off_centre``
    is k, the distance of the mean from the middle ÷ half the width.
    """

    mean: float
    sigma: float
    cp: float | None
    lower: float | None
    upper: float | None
    cpk: float | None
    cpm: float | None
    off_centre: float | None


@dataclass(frozen=True)
class Bounds:
    """Lower and upper end of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Told:
    """The capability of ``number`` values with its intervals, for a page."""

    number: int
    capability: Capability
    cp: Bounds | None
    cpk: Bounds | None
    below: int
    above: int


@dataclass(frozen=True)
class Subgroups:
    """Means and ranges of subgroups: grand mean, mean range, sigma within, limits of the means."""

    mean: float
    mean_range: float
    sigma: float
    lower: float
    upper: float


def capability(mean: float, sigma: float, limits: Limits) -> Capability | None:
    """The indices; None without spread or without any limit."""
    if sigma <= 0 or (limits.lower is None and limits.upper is None):
        return None
    down = None if limits.lower is None else (mean - limits.lower) / (3 * sigma)
    up = None if limits.upper is None else (limits.upper - mean) / (3 * sigma)
    cp = cpm = off_centre = None
    if limits.lower is not None and limits.upper is not None:
        width, middle = limits.upper - limits.lower, (limits.upper + limits.lower) / 2
        cp = width / (6 * sigma)
        cpm = width / (6 * math.sqrt(sigma**2 + (mean - middle) ** 2))
        off_centre = abs(mean - middle) / (width / 2) if width else None
    cpk = min(side for side in (down, up) if side is not None)
    return Capability(mean, sigma, cp, down, up, cpk, cpm, off_centre)


def told_capability(values: Sequence[float], limits: Limits) -> Told | None:
    """Capability by the overall spread of the values; None under 50 of them or without spread."""
    if len(values) < LEAST_VALUES:
        return None
    found = capability(statistics.fmean(values), statistics.stdev(values), limits)
    if found is None or found.cpk is None:
        return None
    below = sum(limits.lower is not None and value < limits.lower for value in values)
    above = sum(limits.upper is not None and value > limits.upper for value in values)
    number = len(values)
    cp = None if found.cp is None else cp_bounds(found.cp, number)
    return Told(number, found, cp, cpk_bounds(found.cpk, number), below, above)


def cp_bounds(cp: float, number: int) -> Bounds:
    """Cp·√(χ²(0.025; n-1) ÷ (n-1)) to the same at 0.975."""
    freedom = number - 1
    low, high = (chi_square(sign * NORMAL_95, freedom) for sign in (-1, 1))
    return Bounds(cp * math.sqrt(low / freedom), cp * math.sqrt(high / freedom))


def cpk_bounds(cpk: float, number: int) -> Bounds:
    """Cpk ± 1.96·√(1/(9n) + Cpk²/(2(n-1)))."""
    half = NORMAL_95 * math.sqrt(1 / (9 * number) + cpk**2 / (2 * (number - 1)))
    return Bounds(cpk - half, cpk + half)


def chi_square(z: float, freedom: int) -> float:
    """The quantile of chi-square at the normal deviate z (Wilson & Hilferty 1931, PNAS 17:684)."""
    share = 2 / (9 * freedom)
    return freedom * max(0.0, 1 - share + z * math.sqrt(share)) ** 3


def subgroups(values: Sequence[float], size: int) -> Subgroups:
    """The x̄ chart of values taken ``size`` at a time: sigma = mean range ÷ d2.

    Raises ValueError for a size without a d2 or values that fill no subgroup.
    """
    if size not in D2 or len(values) < size:
        raise ValueError(f"no subgroups of {size} in {len(values)} values")
    groups = [values[at : at + size] for at in range(0, len(values) - size + 1, size)]
    mean = statistics.fmean(statistics.fmean(group) for group in groups)
    mean_range = statistics.fmean(max(group) - min(group) for group in groups)
    sigma = mean_range / D2[size]
    half = 3 * sigma / math.sqrt(size)
    return Subgroups(mean, mean_range, sigma, mean - half, mean + half)
