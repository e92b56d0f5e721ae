"""How much of a purchase's trouble is known at an age: the maturity curve F (METHOD 2).

F(age) = MCF(age) ÷ MCF(W), where MCF is Nelson's mean cumulative function: at each age add
events ÷ purchases at least that old. Ages are whole days, W is the window in days, ages 0 … W-1.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

EVENTS_COUNTED_PER_PURCHASE = 4
LEAST_AT_RISK = 20
BLEND_EVENTS = 50
DEFAULT_SCALE_DAYS = 20.0
LEARNED_FROM_SHARE = 0.1
# A share that is 0.1 on paper may be 0.09999999999999999 after a division.
_ROUNDING_SLACK = 1e-9


class ExposureRow(NamedTuple):
    """``purchases`` purchases with ``net`` net interactions each, at maturity ``exposure``.

    The exposure is F(age) before rounding, 0 … 1; whoever learns from it rounds it.
    """

    net: int
    exposure: float
    purchases: int


@dataclass(frozen=True)
class MaturityCurve:
    """F at the ages 0 … W-1, and how it came about.

    ``values`` are the unrounded shares. ``events`` are the shop's own events the curve rests on,
    ``shop_weight`` = events ÷ (events + 50) the weight of the shop's own curve against the default
    one, ``reliable_to_age`` the oldest age with at least 20 purchases at risk (None: no such age).
    """

    window_days: int
    values: tuple[float, ...]
    events: int
    shop_weight: float
    reliable_to_age: int | None

    @property
    def rounded_values(self) -> tuple[float, ...]:
        """The published curve: the shares rounded to 0.1, half upwards."""
        return tuple(tenths(value) / 10 for value in self.values)

    def raw_share(self, age: int) -> float:
        """F(age) before rounding; 1 from age W on; an age below 0 counts as 0."""
        return share_at(self.values, age)

    def share(self, age: int) -> float:
        """F(age) rounded to 0.1: the exposure E of a purchase of that age."""
        return exposure_at(self.values, age)

    def is_learned_from(self, age: int) -> bool:
        """Whether METHOD 3.1 learns from a purchase of that age (F before rounding ≥ 0.1)."""
        return is_learned_from(self.raw_share(age))


def share_at(values: Sequence[float], age: int) -> float:
    """F(age) before rounding, out of stored values for the ages from 0 on; 1 beyond the last."""
    return 1.0 if age >= len(values) else values[max(age, 0)]


def exposure_at(values: Sequence[float], age: int) -> float:
    """F(age) rounded to 0.1, out of stored values: the exposure E of a purchase of that age."""
    return tenths(share_at(values, age)) / 10


def tenths(share: float) -> int:
    """A share in whole tenths, half upwards (0.25 is 3 tenths)."""
    return math.floor(share * 10 + 0.5 + _ROUNDING_SLACK)


def is_learned_from(exposure: float) -> bool:
    """Whether an unrounded F(age) is at least 0.1; below it a purchase is judged only."""
    return exposure >= LEARNED_FROM_SHARE - _ROUNDING_SLACK


def default_curve(window_days: int) -> tuple[float, ...]:
    """F0(a) = (1 - e^(-a/20)) ÷ (1 - e^(-W/20)) for the ages 0 … W-1 (METHOD 2)."""
    return tuple(_default_share(age, window_days) for age in range(window_days))


def first_events(ages: Iterable[int]) -> list[int]:
    """The first 4 event ages of one purchase, oldest first: the most METHOD 2 counts."""
    return sorted(ages)[:EVENTS_COUNTED_PER_PURCHASE]


def at_risk(purchases_by_age: Mapping[int, int], window_days: int) -> list[int]:
    """Purchases at least as old as each age 0 … W-1, from the number of purchases at each age."""
    older = sum(number for age, number in purchases_by_age.items() if age >= window_days)
    exact = [purchases_by_age.get(age, 0) for age in range(window_days)]
    exact[0] += sum(number for age, number in purchases_by_age.items() if age < 0)
    return list(accumulate(reversed(exact), initial=older))[:0:-1]


def mean_cumulative(events: Sequence[int], risk: Sequence[int]) -> tuple[float, ...]:
    """Nelson's MCF at each age: the running sum of events ÷ purchases at risk.

    Events at an age nobody has reached yet contradict themselves: ValueError.
    """
    if len(events) != len(risk):
        raise ValueError("Events and purchases at risk must cover the same ages.")
    if any(happened and not exposed for happened, exposed in zip(events, risk, strict=True)):
        raise ValueError("Events at an age that no purchase has reached.")
    steps = (h / max(exposed, 1) for h, exposed in zip(events, risk, strict=True))
    return tuple(accumulate(steps))


def curve_from_purchases(
    purchases: Iterable[tuple[int, Iterable[int]]], window_days: int
) -> MaturityCurve:
    """The curve from (age, ages of its net interactions) of every purchase.

    At most the first 4 events of a purchase count; events at or beyond the window, and events
    later than the purchase's own age (in the future), do not.
    """
    events: Counter[int] = Counter()
    ages: Counter[int] = Counter()
    for age, happened in purchases:
        ages[age] += 1
        seen = (event for event in happened if 0 <= event <= age and event < window_days)
        events.update(first_events(seen))
    return curve_from_counts(
        [events[age] for age in range(window_days)], at_risk(ages, window_days)
    )


def curve_from_counts(events: Sequence[int], risk: Sequence[int]) -> MaturityCurve:
    """The curve from events and purchases at risk at each age 0 … W-1 (METHOD 2).

    The two sequences have W entries each; events are already capped at the first 4 of a purchase.
    Without a usable age (20 at risk, F0 > 0, at least one event by then) the default curve holds.
    """
    window = len(events)
    if window == 0:
        raise ValueError("The window must be at least one day.")
    mcf = mean_cumulative(events, risk)
    default = default_curve(window)
    oldest = max((age for age, exposed in enumerate(risk) if exposed >= LEAST_AT_RISK), default=-1)
    usable = oldest == window - 1 or (oldest > 0 and default[oldest] > 0)
    counted = sum(events[: oldest + 1]) if usable else 0
    weight = counted / (counted + BLEND_EVENTS)
    own = _own_curve(mcf, oldest, default) if counted else default
    values = tuple(
        weight * mine + (1 - weight) * usual for mine, usual in zip(own, default, strict=True)
    )
    return MaturityCurve(
        window_days=window,
        values=values,
        events=counted,
        shop_weight=weight,
        reliable_to_age=oldest if oldest >= 0 else None,
    )


def exposure_rows(
    curve: MaturityCurve, counted: Iterable[tuple[int, int, int]]
) -> tuple[ExposureRow, ...]:
    """Rows to learn the threshold from, out of (age, net, purchases) of a GROUP BY age, net.

    Ages from W on may come apart or already merged into one; equal rows are added up.
    """
    merged: Counter[tuple[int, float]] = Counter()
    for age, net, purchases in counted:
        merged[net, curve.raw_share(age)] += purchases
    return tuple(ExposureRow(net, share, number) for (net, share), number in merged.items())


def _default_share(age: float, window_days: int) -> float:
    return math.expm1(-age / DEFAULT_SCALE_DAYS) / math.expm1(-window_days / DEFAULT_SCALE_DAYS)


def _own_curve(mcf: Sequence[float], oldest: int, default: Sequence[float]) -> Sequence[float]:
    """The shop's own F: observed up to the oldest reliable age, then in the default's shape."""
    if oldest == len(mcf) - 1:
        return [value / mcf[oldest] for value in mcf]
    # MCF(a) = MCF(a*)·F0(a)/F0(a*) and F0(W) = 1, so MCF(W) = MCF(a*)/F0(a*).
    whole = mcf[oldest] / default[oldest]
    return [value / whole for value in mcf[: oldest + 1]] + list(default[oldest + 1 :])
