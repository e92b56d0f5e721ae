"""The drawn scale of a characteristic: where its limits and a value stand. Pure.

Positions are px in a drawing `WIDTH` wide; the numbers are for the eye only and never judge.
"""

from dataclasses import dataclass
from decimal import Decimal

from quality.models import Characteristic
from quality.rules.words import plain

WIDTH = 358
PAD = 14
# How far the scale reaches beyond the limits, as a share of their distance.
MARGIN = Decimal("0.6")


@dataclass(frozen=True)
class Tick:
    """A limit or the nominal value on the scale."""

    x: float
    text: str
    limit: bool


@dataclass(frozen=True)
class Scale:
    """The scale from `low` to `high`, the band that conforms, and its ticks."""

    low: Decimal
    high: Decimal
    band_from: float
    band_to: float
    ticks: tuple[Tick, ...]

    def place(self, value: Decimal) -> float:
        """Where a value stands; one beyond the scale stands at its end."""
        share = (value - self.low) / (self.high - self.low)
        return round(PAD + float(min(max(share, Decimal(0)), Decimal(1))) * (WIDTH - 2 * PAD), 1)

    def nearest(self, value: Decimal) -> float | None:
        """The end of the band that a value lies beyond; None when it lies within."""
        place = self.place(value)
        if place > self.band_to:
            return self.band_to
        return self.band_from if place < self.band_from else None

    @property
    def band_width(self) -> float:
        """Width of the band that conforms."""
        return round(self.band_to - self.band_from, 1)


def scale_of(characteristic: Characteristic) -> Scale | None:
    """The scale of a measure or count; None for what has no limits."""
    c = characteristic
    told = [limit for limit in (c.lower, c.nominal, c.upper) if limit is not None]
    if c.lower is None and c.upper is None:
        return None
    distance = max(told) - min(told)
    # One limit alone says nothing of the distances that matter; its own size does.
    span = distance or abs(told[0]) or Decimal(1)
    low = min(told) - span * (MARGIN if c.lower is not None else Decimal(1))
    high = max(told) + span * (MARGIN if c.upper is not None else Decimal(1))
    bare = Scale(low, high, 0, 0, ())
    ticks = [
        Tick(bare.place(value), plain(value), limit=limit)
        for value, limit in ((c.lower, True), (c.nominal, False), (c.upper, True))
        if value is not None and (limit or value not in {c.lower, c.upper})
    ]
    start = bare.place(c.lower) if c.lower is not None else PAD
    end = bare.place(c.upper) if c.upper is not None else WIDTH - PAD
    return Scale(low, high, start, end, tuple(ticks))
