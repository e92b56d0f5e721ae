"""How far a mean or a share may be from the truth: 95 % intervals."""

import math
from dataclasses import dataclass

from thresholds.rules.luck import LEAST_EVENTS, LEAST_PURCHASES, NORMAL_95


@dataclass(frozen=True)
class Interval:
    """Lower and upper bound, 95 %."""

    low: float
    high: float


def mean_interval(number: int, total: int, squares: int) -> Interval | None:
    """The mean of ``number`` counts with this sum and sum of squares, ± 1.96·s/√n, never below 0.

    The *sample* variance, because purchases differ (METHOD 6). None with fewer than 2 purchases or
    10 interactions, where no honest interval can be given.
    """
    if number < LEAST_PURCHASES or total < LEAST_EVENTS:
        return None
    mean = total / number
    variance = max(0.0, squares - total * mean) / (number - 1)
    half = NORMAL_95 * math.sqrt(variance / number)
    return Interval(max(0.0, mean - half), mean + half)


def share_interval(part: int, whole: int) -> Interval | None:
    """Wilson's interval of a share (Wilson 1927, JASA 22:209-212); None of nothing."""
    if whole <= 0:
        return None
    share, z2 = part / whole, NORMAL_95**2
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = (
        NORMAL_95
        * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
        / (1 + z2 / whole)
    )
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
