"""The posterior of (mu, k) on METHOD 3's grid, with the truncated likelihood.

Grid: 70 log-spaced mu in [0.02, 20] x 45 log-spaced k in [0.15, 30].
Prior: ln mu ~ N(ln 0.5, 1.5), ln k ~ N(0, 1).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from thresholds.rules.negative_binomial import smallest_rare_count

# Tenths of exposure → net interactions → purchases.
Counts = Mapping[int, Mapping[int, int]]
Cuts = Mapping[int, int]

PRIOR_LOG_MU = (math.log(0.5), 1.5)
PRIOR_LOG_K = (0.0, 1.0)
# Grid points outside this share of the mass cannot move a rounded 10 % or 90 % point.
_MASS_LOOKED_AT = 1 - 1e-6


def _log_spaced(lowest: float, highest: float, points: int) -> tuple[float, ...]:
    step = math.log(highest / lowest) / (points - 1)
    return tuple(lowest * math.exp(step * index) for index in range(points))


MUS = _log_spaced(0.02, 20.0, 70)
SIZES = _log_spaced(0.15, 30.0, 45)
# Every list over the grid is in this order: all mu of the first k, then of the second …
_POINTS = tuple((mu, size) for size in SIZES for mu in MUS)


@dataclass(frozen=True)
class Posterior:
    """Probability of each grid point (they sum to 1), and exp of the posterior means of the logs.

    ``mu_at_edge`` and ``k_at_edge`` say that the most probable line of the grid is its outermost
    one: the data want a value beyond the grid.
    """

    weights: tuple[float, ...]
    mu: float
    k: float
    mu_at_edge: bool
    k_at_edge: bool

    def threshold_range(self, alpha: float, floor: int) -> tuple[int, int]:
        """The 10 % and 90 % points of T over the posterior (METHOD 3.7)."""
        mass: defaultdict[int, float] = defaultdict(float)
        looked_at = 0.0
        ranked = sorted(zip(self.weights, _POINTS, strict=True), reverse=True)
        for weight, (mu, size) in ranked:
            mass[max(floor, smallest_rare_count(alpha, mu, size))] += weight
            looked_at += weight
            if looked_at >= _MASS_LOOKED_AT:
                break
        return _mass_point(mass, 0.1), _mass_point(mass, 0.9)


class Surface:
    """The log-likelihood over the whole grid for purchases at the given exposures (in tenths).

    What depends on the grid and an exposure only is worked out once: ln P(N = 0) and ln q.
    ln F(c) is kept for each exposure and cut met, because most cuts stay from round to round.
    So the cost does not depend on the number of purchases.
    """

    def __init__(self, exposures: Iterable[int]) -> None:
        means = {tenth: [mu * tenth / 10 for mu, _ in _POINTS] for tenth in exposures}
        sizes = [size for _, size in _POINTS]
        self._log_none = {
            tenth: [-k * math.log1p(m / k) for m, k in zip(mean, sizes, strict=True)]
            for tenth, mean in means.items()
        }
        self._log_q = {
            tenth: [-math.log1p(k / m) for m, k in zip(mean, sizes, strict=True)]
            for tenth, mean in means.items()
        }
        self._log_cdf: dict[tuple[int, int], list[float]] = {}

    def posterior(self, counts: Counts, cuts: Cuts | None = None) -> Posterior:
        """Σ [ln f(n) - ln F(cut)] + ln prior, made into probabilities (METHOD 3.4).

        ``counts`` hold only what is at or below its cut; without cuts nothing is truncated.
        """
        logs = list(_LOG_PRIOR)
        _add_gamma_part(logs, counts)
        for tenth, by_net in counts.items():
            number = sum(by_net.values())
            total = sum(net * purchases for net, purchases in by_net.items())
            none, log_q = self._log_none[tenth], self._log_q[tenth]
            below = self._log_below(tenth, cuts[tenth]) if cuts else _NOTHING_CUT
            logs = [
                log + number * (zero - cut) + total * step
                for log, zero, step, cut in zip(logs, none, log_q, below, strict=True)
            ]
        return _normalised(logs)

    def _log_below(self, tenth: int, cut: int) -> list[float]:
        """ln P(N ≤ cut) at each grid point."""
        known = self._log_cdf.get((tenth, cut))
        if known is None:
            known = self._log_cdf[tenth, cut] = self._summed_below(tenth, cut)
        return known

    def _summed_below(self, tenth: int, cut: int) -> list[float]:
        # F(c) = P(0) · Σ Γ(k+j)/(Γ(k) j!) · q^j: a polynomial in q, summed by Horner's rule
        # (all terms are positive, so nothing cancels).
        result: list[float] = []
        none, log_q = self._log_none[tenth], self._log_q[tenth]
        for row, size in enumerate(SIZES):
            weights = _series(size, cut)
            for point in range(row * len(MUS), (row + 1) * len(MUS)):
                q = math.exp(log_q[point])
                total = 0.0
                for weight in weights:
                    total = total * q + weight
                result.append(none[point] + math.log(total))
        return result


def _series(size: float, cut: int) -> list[float]:
    """Γ(k+j) ÷ (Γ(k) j!) for j = cut, …, 0."""
    weights = [1.0]
    for index in range(cut):
        weights.append(weights[-1] * (size + index) / (index + 1))
    return weights[::-1]


def _add_gamma_part(logs: list[float], counts: Counts) -> None:
    """Add Σ [lnΓ(n + k) - lnΓ(k)], which depends on k alone; ln n! is the same everywhere."""
    together: Counter[int] = Counter()
    for by_net in counts.values():
        together.update(by_net)
    for row, size in enumerate(SIZES):
        start = math.lgamma(size)
        part = math.fsum(
            purchases * (math.lgamma(net + size) - start) for net, purchases in together.items()
        )
        for point in range(row * len(MUS), (row + 1) * len(MUS)):
            logs[point] += part


def _normalised(logs: list[float]) -> Posterior:
    highest = max(logs)
    raw = [math.exp(log - highest) for log in logs]
    total = math.fsum(raw)
    weights = tuple(value / total for value in raw)
    by_size = [math.fsum(weights[row * len(MUS) : (row + 1) * len(MUS)]) for row in _rows(SIZES)]
    by_mu = [math.fsum(weights[column :: len(MUS)]) for column in _rows(MUS)]
    return Posterior(
        weights=weights,
        mu=_log_mean(MUS, by_mu),
        k=_log_mean(SIZES, by_size),
        mu_at_edge=_peaks_at_edge(by_mu),
        k_at_edge=_peaks_at_edge(by_size),
    )


def _rows(values: tuple[float, ...]) -> range:
    return range(len(values))


def _log_mean(values: tuple[float, ...], weights: list[float]) -> float:
    pairs = zip(values, weights, strict=True)
    return math.exp(math.fsum(math.log(value) * weight for value, weight in pairs))


def _peaks_at_edge(weights: list[float]) -> bool:
    return max(weights) in (weights[0], weights[-1])


def _mass_point(mass: Mapping[int, float], share: float) -> int:
    """The smallest value with at least that share of the mass at or below it."""
    values = sorted(mass)
    reached = list(accumulate(mass[value] for value in values))
    pairs = zip(values, reached, strict=True)
    return next(value for value, below in pairs if below >= share * reached[-1])


def _log_prior(mu: float, size: float) -> float:
    """Up to a constant."""
    of_mu = (math.log(mu) - PRIOR_LOG_MU[0]) / PRIOR_LOG_MU[1]
    of_size = (math.log(size) - PRIOR_LOG_K[0]) / PRIOR_LOG_K[1]
    return -(of_mu**2 + of_size**2) / 2


_LOG_PRIOR = tuple(_log_prior(mu, size) for mu, size in _POINTS)
_NOTHING_CUT = (0.0,) * len(_POINTS)
