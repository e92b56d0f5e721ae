"""What must be said beside the number when it may mislead (METHOD 3.11 and 1)."""

from dataclasses import dataclass
from enum import StrEnum

from thresholds.rules.threshold import Fit

MOST_FLAGGED = 0.02
MOST_UNATTRIBUTED = 0.10
MOST_LATE = 0.20


class CautionCode(StrEnum):
    """One warning; the text belongs to the page."""

    MANY_OVER = "many_over"
    UNATTRIBUTED = "unattributed"
    WINDOW_SHORT = "window_short"
    MEAN_AT_EDGE = "mean_at_edge"
    SIZE_AT_EDGE = "size_at_edge"


@dataclass(frozen=True)
class Caution:
    """A warning and its numbers: ``part`` of ``whole`` purchases or interactions.

    For the edge of the grid both are None and ``value`` is the estimate that wants to leave it.
    """

    code: CautionCode
    part: int | None = None
    whole: int | None = None
    value: float | None = None


@dataclass(frozen=True)
class Tallies:
    """Numbers of the same history: purchases past W and those of them at T or above; all net
    interactions, those without a purchase, and those at age W or later."""

    mature: int
    mature_over: int
    interactions: int
    unattributed: int
    late: int


def cautions(fit: Fit, tallies: Tallies) -> tuple[Caution, ...]:
    """METHOD 3.11: over 2 % of mature purchases at T or above, over 10 % unattributed, mu or k at
    the edge of the grid; METHOD 1: over 20 % of interactions later than the window. Exactly the
    limit does not warn."""
    shares = (
        (CautionCode.MANY_OVER, tallies.mature_over, tallies.mature, MOST_FLAGGED),
        (CautionCode.UNATTRIBUTED, tallies.unattributed, tallies.interactions, MOST_UNATTRIBUTED),
        (CautionCode.WINDOW_SHORT, tallies.late, tallies.interactions, MOST_LATE),
    )
    found = [
        Caution(code, part, whole) for code, part, whole, most in shares if part > most * whole
    ]
    if fit.mu_at_edge:
        found.append(Caution(CautionCode.MEAN_AT_EDGE, value=fit.mu))
    if fit.k_at_edge:
        found.append(Caution(CautionCode.SIZE_AT_EDGE, value=fit.k))
    return tuple(found)
