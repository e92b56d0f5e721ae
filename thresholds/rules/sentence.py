"""The numbers of the sentence that always stands beside the threshold (METHOD 3).

"A purchase normally needs {mean} contacts, and 9 in 10 need {nine_in_ten} or fewer; {number} or more
happens by chance to fewer than 1 ordinary purchase in {one_in}, so we ask someone to look."
Wording and translation belong to the page.
"""

import math
from dataclasses import dataclass

from thresholds.rules.negative_binomial import tail
from thresholds.rules.threshold import DEFAULT_SETTINGS, Fit, FitKind

_STEPS = (2, 5, 10, 20, 50, 100, 200, 500, 1000)
# In METHOD's simulations up to 11 ordinary purchases in 1000 were flagged at an alpha of 5 in
# 1000: the fit is itself an estimate. So the sentence claims half of what the fit says.
_HONESTY = 2.0


@dataclass(frozen=True)
class Sentence:
    """``mean`` to 1 decimal (``under_a_tenth``: it would read 0.0; say "fewer than 0.1").

    ``kind`` starting: only ``number``, ``progress`` (summed maturity) and ``progress_needed`` are
    known. ``one_in`` is None where no such claim is true (a number pinned very low). ``number_low``
    and ``number_high`` are the 10-90 % range to show with an early estimate.
    """

    kind: FitKind
    number: int
    mean: float | None
    under_a_tenth: bool
    nine_in_ten: int | None
    one_in: int | None
    number_low: int | None
    number_high: int | None
    progress: int
    progress_needed: int


def sentence_of(fit: Fit, pinned: int | None = None) -> Sentence:
    """The sentence's numbers for a fit just made, and its T or the number pinned instead."""
    return sentence(
        kind=fit.kind,
        number=fit.number if pinned is None else pinned,
        mu=fit.mu,
        k=fit.k,
        nine_in_ten=fit.nine_in_ten,
        number_range=(fit.number_low, fit.number_high),
        exposure=fit.sum_exposure,
        minimum_exposure=fit.settings.minimum_exposure,
    )


def sentence(
    *,
    kind: FitKind,
    number: int,
    mu: float | None,
    k: float | None,
    nine_in_ten: int | None,
    number_range: tuple[int | None, int | None],
    exposure: float,
    minimum_exposure: float = DEFAULT_SETTINGS.minimum_exposure,
) -> Sentence:
    """The sentence's numbers for a stored revision; ``number`` is the one in force (T or pin)."""
    return Sentence(
        kind=kind,
        number=number,
        mean=None if mu is None else round(mu, 1),
        under_a_tenth=mu is not None and round(mu, 1) == 0,
        nine_in_ten=nine_in_ten,
        one_in=None if mu is None else one_in(tail(number, mu, k)),
        number_low=number_range[0],
        number_high=number_range[1],
        progress=int(exposure),
        progress_needed=math.ceil(minimum_exposure),
    )


def one_in(chance: float) -> int | None:
    """The largest N of 2, 5, 10, 20, 50, … 1000 with 2 · chance ≤ 1/N; None: not even 1 in 2.

    So "fewer than 1 in N" is true with a factor of two to spare, and never claims more than 1 in
    1000, which no shop's own history can show. 0.005 and 0.0028 both read "1 in 100".
    """
    true = [step for step in _STEPS if _HONESTY * chance * step <= 1]
    return true[-1] if true else None
