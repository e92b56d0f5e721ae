"""What share of the known-bad was found, and how sure that is. Pure."""

import math
from dataclasses import dataclass

from helpdesk.lib.shares import percent_text
from quality.rules.pairs import NORMAL_95, WIDEST_INTERVAL


@dataclass(frozen=True)
class Finding:
    """So many of the known faults that were looked at were found (METHOD 7, effectiveness)."""

    found: int
    looked_at: int

    @property
    def share(self) -> float | None:
        """Found ÷ looked at; None of nothing."""
        return self.found / self.looked_at if self.looked_at else None

    @property
    def bounds(self) -> tuple[float, float]:
        """The 95 % interval of the share by Wilson's score (1927); all of it of nothing."""
        n = self.looked_at
        if not n:
            return (0.0, 1.0)
        share, square = self.found / n, NORMAL_95**2
        centre = (share + square / (2 * n)) / (1 + square / n)
        half = NORMAL_95 / (1 + square / n)
        half *= math.sqrt(share * (1 - share) / n + square / (4 * n * n))
        return (max(0.0, centre - half), min(1.0, centre + half))

    @property
    def percent(self) -> str:
        """The share in words."""
        return percent_text(self.share)

    @property
    def bounds_text(self) -> str:
        """The interval in words."""
        low, high = self.bounds
        return f"{percent_text(low)} – {percent_text(high)}"

    @property
    def cannot_tell(self) -> bool:
        """Whether the interval lets a good and a poor inspection stand side by side."""
        low, high = self.bounds
        return high - low > WIDEST_INTERVAL
