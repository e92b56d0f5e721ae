"""Which purchases are almost certainly wrong: Benjamini and Hochberg's procedure (METHOD 3.9).

Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57:289-300: of m sorted p-values reject the first
i for the largest i with p(i) ≤ q·i/m; the adjusted value is min over j ≥ i of p(j)·m/j.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from thresholds.rules.negative_binomial import tail

SECOND_GRADE_Q = 0.10


@dataclass(frozen=True)
class SecondGrade:
    """Purchases with ``least_net`` or more net interactions are almost certainly wrong.

    ``least_net`` is None and ``purchases`` 0 when none are. ``adjusted`` gives the adjusted
    p-value of every count that occurs. ``judged`` purchases were looked at.
    """

    least_net: int | None
    purchases: int
    judged: int
    adjusted: dict[int, float]


def adjusted(p_values: Sequence[float], weights: Sequence[int] | None = None) -> list[float]:
    """The adjusted p-value of each p-value, in the order given.

    ``weights`` say how often each p-value occurs (1 each without them), so that a million
    purchases with twenty different counts cost twenty steps. p outside 0 … 1: ValueError.
    """
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError("A p-value lies between 0 and 1.")
    times = [1] * len(p_values) if weights is None else list(weights)
    together = sum(times)
    rank = together
    least = 1.0
    result = [1.0] * len(p_values)
    for index in sorted(range(len(p_values)), key=lambda at: p_values[at], reverse=True):
        if times[index] > 0:
            least = min(least, p_values[index] * together / rank)
        result[index] = least
        rank -= times[index]
    return result


def rejections(p_values: Sequence[float], q: float) -> int:
    """How many hypotheses fall at a false discovery rate of q."""
    return sum(value <= q for value in adjusted(p_values))


def second_grade(
    purchases_by_net: Mapping[int, int], mu: float, k: float | None, q: float = SECOND_GRADE_Q
) -> SecondGrade:
    """Benjamini-Hochberg over purchases that became mature in the last W days (METHOD 3.9).

    ``purchases_by_net``: number of purchases at each count; p = P(N ≥ n) under NB(mu, k).
    """
    nets = sorted(net for net, number in purchases_by_net.items() if number > 0)
    numbers = [purchases_by_net[net] for net in nets]
    values = adjusted([tail(net, mu, k) for net in nets], numbers)
    wrong = [net for net, value in zip(nets, values, strict=True) if value <= q]
    return SecondGrade(
        least_net=wrong[0] if wrong else None,
        purchases=sum(purchases_by_net[net] for net in wrong),
        judged=sum(numbers),
        adjusted=dict(zip(nets, values, strict=True)),
    )
