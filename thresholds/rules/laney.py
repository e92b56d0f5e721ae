"""Charts over time: the plain u chart and Laney's u' chart (METHOD 5).

u chart: ū = Σc ÷ Σn, limits ū ± 3·√(ū/n_i). Laney 2002, Quality Engineering 14:531-537:
z_i = (u_i - ū) ÷ √(ū/n_i), sigma_z = mean |z_i - z_(i-1)| ÷ 1.128, limits ū ± 3·sigma_z·√(ū/n_i).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LIMIT_SIGMAS = 3.0
MOVING_RANGE_FACTOR = 1.128
RUN_LENGTH = 8
LEAST_WEEKS = 20


@dataclass(frozen=True)
class Point:
    """One sample; the limits are its own, the lower one never below 0.

    ``position`` is its place in what was given (empty samples are left out). ``beyond``: 1 above
    the upper limit, -1 below the lower one, 0 inside. ``run``: 1 or -1 when it is the eighth or a
    later one in a row above or below ū, else 0.
    """

    position: int
    count: float
    size: float
    rate: float
    lower: float
    upper: float
    beyond: int
    run: int

    @property
    def is_signal(self) -> bool:
        """Whether the point calls for a look."""
        return self.beyond != 0 or self.run != 0


@dataclass(frozen=True)
class Chart:
    """``centre`` ū, ``sigma_z`` (1 for a plain u chart) and the points."""

    centre: float
    sigma_z: float
    points: tuple[Point, ...]

    @property
    def signals(self) -> tuple[Point, ...]:
        """The points that call for a look."""
        return tuple(point for point in self.points if point.is_signal)


@dataclass(frozen=True)
class NotYet:
    """Too few weeks for limits: ``have`` of ``needed``."""

    have: int
    needed: int = LEAST_WEEKS


def u_chart(counts: Sequence[float], sizes: Sequence[float]) -> Chart:
    """The plain u chart of counts over opportunities; samples of size 0 are left out."""
    return _chart(counts, sizes, None)


def laney_chart(counts: Sequence[float], sizes: Sequence[float]) -> Chart:
    """Laney's u' chart: as the u chart, with limits as wide as the weeks really vary."""
    samples = [(c, n) for c, n in zip(counts, sizes, strict=True) if n > 0]
    return _chart(counts, sizes, _sigma_z(samples))


def weekly_chart(counts: Sequence[int], purchases: Sequence[int]) -> Chart | NotYet:
    """METHOD 5: net interactions within 7 days, per purchase of the week, oldest week first.

    Weeks without a purchase are left out; fewer than 20 weeks give NotYet.
    """
    weeks = sum(number > 0 for number in purchases)
    return NotYet(have=weeks) if weeks < LEAST_WEEKS else laney_chart(counts, purchases)


def _mean_rate(samples: Sequence[tuple[float, float]]) -> float:
    size = math.fsum(n for _, n in samples)
    return math.fsum(c for c, _ in samples) / size if size else 0.0


def _sigma_z(samples: Sequence[tuple[float, float]]) -> float:
    centre = _mean_rate(samples)
    if centre == 0 or len(samples) < 2:  # noqa: PLR2004 - a moving range needs two
        return 1.0
    z = [(c / n - centre) / math.sqrt(centre / n) for c, n in samples]
    ranges = [abs(after - before) for before, after in pairwise(z)]
    return math.fsum(ranges) / len(ranges) / MOVING_RANGE_FACTOR


def _chart(counts: Sequence[float], sizes: Sequence[float], sigma_z: float | None) -> Chart:
    paired = enumerate(zip(counts, sizes, strict=True))
    kept = [(position, count, size) for position, (count, size) in paired if size > 0]
    centre = _mean_rate([(count, size) for _, count, size in kept])
    spread = 1.0 if sigma_z is None else sigma_z
    runs = _runs([count / size for _, count, size in kept], centre)
    points = tuple(
        _point(position, (count, size), centre, spread, run)
        for (position, count, size), run in zip(kept, runs, strict=True)
    )
    return Chart(centre=centre, sigma_z=spread, points=points)


def _point(
    position: int, sample: tuple[float, float], centre: float, spread: float, run: int
) -> Point:
    count, size = sample
    rate = count / size
    half = LIMIT_SIGMAS * spread * math.sqrt(centre / size)
    lower, upper = max(0.0, centre - half), centre + half
    # Equal rates have limits equal to ū: rounding must not put them outside.
    slack = 1e-12 * max(1.0, centre)
    beyond = int(rate > upper + slack) - int(rate < lower - slack)
    return Point(position, count, size, rate, lower, upper, beyond, run)


def _runs(rates: Sequence[float], centre: float) -> list[int]:
    """The side of each point that is at least the eighth in a row on it, else 0."""
    result = []
    side_before = length = 0
    for rate in rates:
        on_line = math.isclose(rate, centre, rel_tol=1e-12)
        side = 0 if on_line else int(rate > centre) - int(rate < centre)
        length = length + 1 if side == side_before else 1
        side_before = side
        result.append(side if length >= RUN_LENGTH else 0)
    return result
