"""Control charts of inspections: c, p and Laney's p', and what signals. Pure.

c: c̄ ± 3·√c̄. p: p̄ ± 3·√(p̄(1-p̄)/n_i). Laney 2002, Quality Engineering 14:531-537: the p chart's
limits times sigma_z, the mean moving range of the standardised shares ÷ 1.128, where they vary
more than chance alone lets them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LIMIT_SIGMAS = 3.0
MOVING_RANGE_FACTOR = 1.128
RUN_LENGTH = 8
LEAST_PERIODS = 20
# Laney's sigma_z wanders around 1 by chance; above this the plain limits would cry wolf.
OVERDISPERSED = 1.2


@dataclass(frozen=True)
class Point:
    """One period; the limits are its own and stay within what is possible.

    ``position`` is its place in what was given. ``beyond``: 1 above the upper limit, -1 below the
    lower one. ``run``: 1 or -1 when it is the eighth or a later one in a row on that side.
    """

    position: int
    found: float
    size: float
    value: float
    lower: float
    upper: float
    beyond: int
    run: int

    @property
    def is_signal(self) -> bool:
        """Whether the point calls for a look."""
        return self.beyond != 0 or self.run != 0

    @property
    def is_low(self) -> bool:
        """Whether suspiciously little was found."""
        return self.beyond < 0 or self.run < 0


@dataclass(frozen=True)
class Chart:
    """``centre``, how much wider than chance the limits are (``sigma_z``), and the points."""

    centre: float
    sigma_z: float
    points: tuple[Point, ...]

    @property
    def signals(self) -> tuple[Point, ...]:
        """The points that call for a look."""
        return tuple(point for point in self.points if point.is_signal)

    @property
    def low_signals(self) -> tuple[Point, ...]:
        """Those where suspiciously little was found: for managers alone."""
        return tuple(point for point in self.points if point.is_low)

    @property
    def high_signals(self) -> tuple[Point, ...]:
        """Those where more was found than chance explains."""
        return tuple(point for point in self.signals if not point.is_low)

    @property
    def is_laney(self) -> bool:
        """Whether the limits were widened (or narrowed) to how much the periods really vary."""
        return self.sigma_z != 1.0


@dataclass(frozen=True)
class NotYet:
    """Too few periods for limits: ``have`` of ``needed``."""

    have: int
    needed: int = LEAST_PERIODS


def c_chart(counts: Sequence[int], centre: float | None = None) -> Chart:
    """Counts over equal opportunities; ``centre`` from an earlier phase, else their mean."""
    if not counts:
        return Chart(0.0, 1.0, ())
    middle = sum(counts) / len(counts) if centre is None else centre
    half = LIMIT_SIGMAS * math.sqrt(middle)
    samples = [(place, float(count), 1.0, half) for place, count in enumerate(counts)]
    return Chart(middle, 1.0, _points(samples, middle, most=math.inf))


def p_chart(found: Sequence[int], sizes: Sequence[int], *, laney: bool | None = None) -> Chart:
    """Shares ``found`` ÷ ``sizes``; periods of size 0 are left out.

    ``laney`` None: Laney's correction where the shares vary more than chance explains.
    """
    kept = [
        (place, part, size)
        for place, (part, size) in enumerate(zip(found, sizes, strict=True))
        if size > 0
    ]
    whole = sum(size for _place, _part, size in kept)
    centre = sum(part for _place, part, _size in kept) / whole if whole else 0.0
    spread = _sigma_z([(part, size) for _place, part, size in kept], centre)
    wanted = spread > OVERDISPERSED if laney is None else laney
    sigma_z = spread if wanted else 1.0
    samples = [
        (place, float(part), float(size), LIMIT_SIGMAS * sigma_z * _chance(centre, size))
        for place, part, size in kept
    ]
    return Chart(centre, sigma_z, _points(samples, centre, most=1.0))


def weekly_p_chart(found: Sequence[int], sizes: Sequence[int]) -> Chart | NotYet:
    """The p chart of a product's weeks; fewer than 20 weeks with inspections give NotYet."""
    weeks = sum(size > 0 for size in sizes)
    return NotYet(have=weeks) if weeks < LEAST_PERIODS else p_chart(found, sizes)


def _chance(centre: float, size: float) -> float:
    """The standard deviation that chance alone gives a share."""
    return math.sqrt(centre * (1 - centre) / size)


def _sigma_z(samples: Sequence[tuple[int, int]], centre: float) -> float:
    if centre in {0.0, 1.0} or len(samples) < 2:  # noqa: PLR2004 - a moving range needs two
        return 1.0
    z = [(part / size - centre) / _chance(centre, size) for part, size in samples]
    ranges = [abs(after - before) for before, after in pairwise(z)]
    return math.fsum(ranges) / len(ranges) / MOVING_RANGE_FACTOR


def _points(
    samples: Sequence[tuple[int, float, float, float]], centre: float, *, most: float
) -> tuple[Point, ...]:
    """Points of (position, found, size, half width of the limits)."""
    values = [found / size for _place, found, size, _half in samples]
    runs = _runs(values, centre)
    slack = 1e-12 * max(1.0, centre)
    points = []
    for (place, found, size, half), value, run in zip(samples, values, runs, strict=True):
        lower, upper = max(0.0, centre - half), min(most, centre + half)
        # A point on its limit is inside: rounding must not put it out.
        beyond = int(value > upper + slack) - int(value < lower - slack)
        points.append(Point(place, found, size, value, lower, upper, beyond, run))
    return tuple(points)


def _runs(values: Sequence[float], centre: float) -> list[int]:
    """The side of each point that is at least the eighth in a row on it, else 0."""
    told = []
    before = length = 0
    for value in values:
        on_line = math.isclose(value, centre, rel_tol=1e-12)
        side = 0 if on_line else int(value > centre) - int(value < centre)
        length = length + 1 if side == before else 1
        before = side
        told.append(side if length >= RUN_LENGTH else 0)
    return told
