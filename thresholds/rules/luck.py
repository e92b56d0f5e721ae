"""How much is luck, and did it help: spread, and differences between two windows (METHOD 6)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

NORMAL_95 = 1.959963984540054
# (1.96 + 0.8416)²: a two-sided test at 5 % that finds a true difference 8 times in 10.
SAMPLE_FACTOR = 7.849
# With fewer events the normal interval promises more than the data hold.
LEAST_EVENTS = 10
LEAST_PURCHASES = 2


@dataclass(frozen=True)
class Arm:
    """Sums over the purchases of one window or one side of an action.

    x: interactions of the reason (or all) of a purchase, e: its exposure F(age) (1 when mature).
    """

    purchases: int
    exposure: float
    exposure_squared: float
    interactions: int
    interactions_squared: int
    interactions_times_exposure: float

    @property
    def rate(self) -> float:
        """Σx ÷ Σe; 0 without exposure."""
        return self.interactions / self.exposure if self.exposure else 0.0

    @property
    def rate_variance(self) -> float:
        """Sample variance of the rate, n/(n-1) · Σ(x - r·e)² ÷ (Σe)².

        The ratio estimator's; with e = 1 throughout it is s²/n. Infinite under 2 purchases.
        """
        if self.purchases < LEAST_PURCHASES or not self.exposure:
            return math.inf
        rate = self.rate
        squares = (
            self.interactions_squared
            - 2 * rate * self.interactions_times_exposure
            + rate * rate * self.exposure_squared
        )
        scale = self.purchases / (self.purchases - 1)
        return scale * max(squares, 0.0) / self.exposure**2


@dataclass(frozen=True)
class Change:
    """``before``, ``after`` and their ``difference`` (after - before), contacts per purchase.

    ``low`` and ``high`` bound the 95 % interval; None with fewer than 10 events on both sides
    together, where no honest interval can be given. ``is_clear``: the interval leaves out 0.
    """

    before: float
    after: float
    difference: float
    low: float | None
    high: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


def share_of_luck(mu: float, k: float | None) -> float:
    """mu ÷ (mu + mu²/k): the part of the spread that chance alone makes (METHOD 6).

    The rest is that purchases and products differ. 1 for a Poisson (k None) or mu = 0.
    """
    return 1.0 if k is None else k / (k + mu)


def change(before: Arm, after: Arm) -> Change:
    """Difference of the two rates with its interval, from the sample variances (METHOD 6)."""
    events = before.interactions + after.interactions
    return _change((before.rate, before.rate_variance), (after.rate, after.rate_variance), events)


def change_of_reason(
    before: tuple[int, float], after: tuple[int, float], dispersion: float
) -> Change:
    """Change of one reason's rate where only its (events, summed exposure) per window are kept.

    ``dispersion`` is sample variance ÷ mean of all net interactions per purchase (see
    ``dispersion_of``): contacts of one reason are not more spread than that unless they repeat among
    themselves, so variance = dispersion · events ÷ exposure² (METHOD 6).
    """
    return _change(
        _dispersed(before, dispersion), _dispersed(after, dispersion), before[0] + after[0]
    )


def dispersion_of(purchases_by_net: Mapping[int, int]) -> float:
    """Sample variance ÷ mean of mature purchases' counts, at least 1 (1 too when unknown)."""
    number = sum(purchases_by_net.values())
    total = sum(net * times for net, times in purchases_by_net.items())
    if number < LEAST_PURCHASES or total == 0:
        return 1.0
    squares = sum(net * net * times for net, times in purchases_by_net.items())
    mean = total / number
    return max(1.0, (squares - total * mean) / (number - 1) / mean)


def _dispersed(side: tuple[int, float], dispersion: float) -> tuple[float, float]:
    events, exposure = side
    if exposure <= 0:
        return 0.0, math.inf
    return events / exposure, dispersion * events / exposure**2


def _change(before: tuple[float, float], after: tuple[float, float], events: int) -> Change:
    """From (rate, variance of the rate) on both sides."""
    difference = after[0] - before[0]
    half = NORMAL_95 * math.sqrt(before[1] + after[1])
    known = events >= LEAST_EVENTS and math.isfinite(half)
    return Change(
        before=before[0],
        after=after[0],
        difference=difference,
        low=difference - half if known else None,
        high=difference + half if known else None,
    )


def purchases_needed(before: float, after: float, k: float | None) -> int | None:
    """Mature purchases per side to tell two means apart: 7.849·(v1 + v2)/(m1 - m2)² (METHOD 6).

    v = m + m²/k, rounded up; None for equal means, which no number of purchases tells apart.
    """
    if before == after:
        return None
    spread = sum(m if k is None else m + m * m / k for m in (before, after))
    return math.ceil(SAMPLE_FACTOR * spread / (before - after) ** 2)
