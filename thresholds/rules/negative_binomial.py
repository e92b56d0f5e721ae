"""The negative binomial distribution by its mean and size, with the Poisson as its limit.

METHOD 3: N has mean m and variance m + m²/k. With q = m / (m + k),
P(N = n) = Γ(n + k) / (Γ(k) n!) · (1 - q)^k · q^n. A size of None is the Poisson (k → ∞).
Every function takes ``mean`` (0 … 1000 contacts) and ``size`` (> 0 or None) and raises ValueError
for anything else.
"""

import math
from collections.abc import Iterator

# Beyond it the walk up from far below the mean could start at a probability of 0.
_HIGHEST_MEAN = 1000.0
# Below it 1 - P(N <= c) has no digits left.
_LOWEST_ALPHA = 1e-12
_RELATIVE_ERROR = 1e-17
# Twelve standard deviations below the mean there is less than 1e-30 left to miss.
_SKIPPED_DEVIATIONS = 12.0


def variance(mean: float, size: float | None) -> float:
    """Variance m + m²/k (METHOD 3)."""
    _check(mean, size)
    return mean if size is None else mean + mean * mean / size


def log_pmf(count: int, mean: float, size: float | None) -> float:
    """Natural logarithm of P(N = count); minus infinity where it is impossible."""
    _check(mean, size)
    if count < 0 or (mean == 0 and count > 0):
        return -math.inf
    if mean == 0:
        return 0.0
    if size is None:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    return (
        math.lgamma(count + size)
        - math.lgamma(size)
        - math.lgamma(count + 1)
        - size * math.log1p(mean / size)
        - count * math.log1p(size / mean)
    )


def pmf(count: int, mean: float, size: float | None) -> float:
    """P(N = count)."""
    return math.exp(log_pmf(count, mean, size))


def pmf_table(highest: int, mean: float, size: float | None) -> tuple[float, ...]:
    """P(N = 0), …, P(N = highest)."""
    return tuple(pmf(count, mean, size) for count in range(highest + 1))


def cdf(count: int, mean: float, size: float | None) -> float:
    """P(N ≤ count), summed from the smaller side so that small values keep their digits."""
    _check(mean, size)
    if count < 0:
        return 0.0
    if count + 1 > mean:
        return 1.0 - _upper_sum(count + 1, mean, size)
    return _lower_sum(count, mean, size)


def tail(count: int, mean: float, size: float | None) -> float:
    """P(N ≥ count); above the mean it is summed directly, never as 1 - P, so 1e-40 stays 1e-40."""
    _check(mean, size)
    if count <= 0:
        return 1.0
    if count > mean:
        return _upper_sum(count, mean, size)
    return 1.0 - _lower_sum(count - 1, mean, size)


def quantile(share: float, mean: float, size: float | None) -> int:
    """The smallest c with P(N ≤ c) ≥ share, for 0 < share < 1 (METHOD 3.4 and 3.6)."""
    if not 0 < share < 1:
        raise ValueError(f"A quantile needs a share between 0 and 1, not {share}.")
    for count, below in _cumulative(mean, size):
        if below >= share:
            return count
    raise AssertionError("the cumulative sum never ends")  # pragma: no cover


def smallest_rare_count(alpha: float, mean: float, size: float | None) -> int:
    """The smallest c with P(N ≥ c) ≤ alpha, for 1e-12 ≤ alpha < 1 (METHOD 3.5)."""
    if not _LOWEST_ALPHA <= alpha < 1:
        raise ValueError(f"Alpha must be at least 1e-12 and below 1, not {alpha}.")
    for count, below in _cumulative(mean, size):
        if 1.0 - below <= alpha:
            return count + 1
    raise AssertionError("the cumulative sum never ends")  # pragma: no cover


def _check(mean: float, size: float | None) -> None:
    if not 0 <= mean <= _HIGHEST_MEAN:
        raise ValueError(f"The mean must be from 0 to {_HIGHEST_MEAN:g}, not {mean}.")
    if size is not None and not 0 < size < math.inf:
        raise ValueError(f"The size must be a finite number above 0, or None, not {size}.")


def _growth(count: int, mean: float, size: float | None) -> float:
    """P(N = count + 1) ÷ P(N = count)."""
    if size is None:
        return mean / (count + 1)
    return (count + size) / (count + 1) * mean / (mean + size)


def _upper_sum(count: int, mean: float, size: float | None) -> float:
    """P(N ≥ count) for a count above the mean, where every term is smaller than the one before."""
    term = pmf(count, mean, size)
    total = term
    while term > 0:
        growth = _growth(count, mean, size)
        # With k < 1 the ratio still rises towards q = m / (m + k), so q bounds what is left.
        bound = growth if size is None else max(growth, mean / (mean + size))
        if term * bound <= _RELATIVE_ERROR * total * (1.0 - bound):
            break
        term *= growth
        total += term
        count += 1
    return min(total, 1.0)


def _lower_sum(count: int, mean: float, size: float | None) -> float:
    """P(N ≤ count), from the largest count downwards."""
    term = pmf(count, mean, size)
    total = term
    while count > 0 and term > 0:
        count -= 1
        term /= _growth(count, mean, size)
        total += term
    return min(total, 1.0)


def _cumulative(mean: float, size: float | None) -> Iterator[tuple[int, float]]:
    """Yield (c, P(N ≤ c)) upwards without end, skipping counts far below the mean."""
    deviation = math.sqrt(variance(mean, size))
    count = max(0, math.floor(mean - _SKIPPED_DEVIATIONS * deviation))
    term = pmf(count, mean, size)
    total = term
    while True:
        yield count, total
        term *= _growth(count, mean, size)
        count += 1
        # When the terms have run out, rounding must not keep the sum below 1 for ever.
        total = total + term if total + term > total else 1.0
