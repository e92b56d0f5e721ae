"""One constant number T for the shop, learned by a truncated fit (METHOD 3.1 - 3.7)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from thresholds.rules.maturity import ExposureRow, is_learned_from, tenths
from thresholds.rules.negative_binomial import quantile, smallest_rare_count, tail
from thresholds.rules.posterior import Counts, Cuts, Posterior, Surface

# Stored with every revision; raised whenever the same rows could give another number.
RULE_VERSION = 1
MOST_ROUNDS = 8
LOWEST_CUT = 3
WINSORISED_AT = 0.9
NORMAL_SHARE = 0.9
LOWEST_ALPHA = 1e-6
# A fifth of all ordinary purchases: beyond it neither alpha nor trim is what its name says.
HIGHEST_SHARE = 0.2
SPARSE_PURCHASES = 200
SPARSE_HISTORY_FACTOR = 2


@dataclass(frozen=True)
class ThresholdSettings:
    """What an admin may set (METHOD 3); ValueError says which value makes no sense.

    ``alpha``: chance at which an ordinary purchase may be flagged. ``floor``: T is never lower.
    ``trim``: share cut off above while learning. ``starting_number``: T before anything is
    learned. ``minimum_exposure``: summed maturity needed to learn at all; ``learned_exposure``:
    below it the number is an early estimate. ``window_days`` W and ``history_days`` (as set, not
    doubled) in days, ``merge_hours`` of METHOD 1: the fit does not use these three, but a change of
    them publishes the next run.
    """

    alpha: float = 0.005
    floor: int = 3
    trim: float = 0.03
    starting_number: int = 5
    minimum_exposure: float = 30.0
    learned_exposure: float = 200.0
    window_days: int = 90
    history_days: int = 365
    merge_hours: int = 12

    def __post_init__(self) -> None:
        if not LOWEST_ALPHA <= self.alpha <= HIGHEST_SHARE:
            raise ValueError(f"Alpha must be from 0.000001 to 0.2, not {self.alpha}.")
        if not 0 < self.trim <= HIGHEST_SHARE:
            raise ValueError(f"The trim must be above 0 and at most 0.2, not {self.trim}.")
        if min(self.floor, self.starting_number, self.window_days, self.history_days) < 1:
            raise ValueError("Floor, starting number, window and history must be at least 1.")
        if not 0 < self.minimum_exposure <= self.learned_exposure:
            raise ValueError("The minimum exposure must be above 0 and not above the learned one.")

    def days_to_look_back(self, purchases: int) -> int:
        """History in days: twice as long where ``history_days`` hold fewer than 200 purchases."""
        sparse = purchases < SPARSE_PURCHASES
        return self.history_days * (SPARSE_HISTORY_FACTOR if sparse else 1)


DEFAULT_SETTINGS = ThresholdSettings()


class FitKind(StrEnum):
    """How far the shop has come: nothing learned yet, an early estimate, learned."""

    STARTING = "starting"
    EARLY = "early"
    LEARNED = "learned"


@dataclass(frozen=True)
class Fit:
    """The threshold T (``number``) and all that explains it (METHOD 3.8 stores it as a revision).

    ``mu``, ``k``: mean and size of the ordinary purchases; ``nine_in_ten``: smallest b with
    P(N ≤ b) ≥ 0.9; ``chance``: P(N ≥ T); ``number_low``, ``number_high``: 10 and 90 % points of T
    over the posterior. All six are None for a starting number.
    ``n`` purchases = ``learned_rows`` (in the last likelihood) + ``excluded_rows`` (above their
    cut) + ``too_young`` (F < 0.1 before rounding). ``sum_exposure`` and ``raw_mean`` (contacts per
    mature purchase, not robust) cover all but the too young.
    """

    kind: FitKind
    number: int
    mu: float | None
    k: float | None
    nine_in_ten: int | None
    chance: float | None
    number_low: int | None
    number_high: int | None
    n: int
    learned_rows: int
    excluded_rows: int
    too_young: int
    sum_exposure: float
    raw_mean: float | None
    mu_at_edge: bool
    k_at_edge: bool
    rounds: int
    settings: ThresholdSettings

    @property
    def at_grid_edge(self) -> bool:
        """Whether mu or k wanted to leave the grid (METHOD 3.11)."""
        return self.mu_at_edge or self.k_at_edge


def threshold_number(mu: float, k: float | None, alpha: float, floor: int) -> int:
    """T = max(floor, smallest c with P(N ≥ c) ≤ alpha) for a mature purchase (METHOD 3.5)."""
    return max(floor, smallest_rare_count(alpha, mu, k))


def fit_threshold(
    rows: Iterable[ExposureRow | tuple[int, float, int]],
    settings: ThresholdSettings = DEFAULT_SETTINGS,
) -> Fit:
    """Learn T from rows of (net interactions, F(age) before rounding, number of purchases).

    METHOD 3.1 - 3.7. Rows with F below 0.1 are left out before F is rounded to 0.1. Rows may
    repeat; their order does not matter. A negative count or an F outside 0 … 1: ValueError.
    """
    counts, too_young = _learnable(rows)
    exposure = sum(tenth * sum(by_net.values()) for tenth, by_net in counts.items()) / 10
    if exposure < settings.minimum_exposure:
        return _starting(counts, too_young, exposure, settings)
    posterior, kept, rounds = _converged(counts, settings)
    number = threshold_number(posterior.mu, posterior.k, settings.alpha, settings.floor)
    number_low, number_high = posterior.threshold_range(settings.alpha, settings.floor)
    all_rows, learned = _total(counts), _total(kept)
    return Fit(
        kind=FitKind.LEARNED if exposure >= settings.learned_exposure else FitKind.EARLY,
        number=number,
        mu=posterior.mu,
        k=posterior.k,
        nine_in_ten=quantile(NORMAL_SHARE, posterior.mu, posterior.k),
        chance=tail(number, posterior.mu, posterior.k),
        number_low=number_low,
        number_high=number_high,
        n=all_rows + too_young,
        learned_rows=learned,
        excluded_rows=all_rows - learned,
        too_young=too_young,
        sum_exposure=exposure,
        raw_mean=_interactions(counts) / exposure,
        mu_at_edge=posterior.mu_at_edge,
        k_at_edge=posterior.k_at_edge,
        rounds=rounds,
        settings=settings,
    )


def _starting(counts: Counts, too_young: int, exposure: float, settings: ThresholdSettings) -> Fit:
    """METHOD 3.2: too little is known, so the starting number holds and nothing is estimated."""
    return Fit(
        kind=FitKind.STARTING,
        number=settings.starting_number,
        mu=None,
        k=None,
        nine_in_ten=None,
        chance=None,
        number_low=None,
        number_high=None,
        n=_total(counts) + too_young,
        learned_rows=0,
        excluded_rows=0,
        too_young=too_young,
        sum_exposure=exposure,
        raw_mean=_interactions(counts) / exposure if exposure else None,
        mu_at_edge=False,
        k_at_edge=False,
        rounds=0,
        settings=settings,
    )


def _converged(counts: Counts, settings: ThresholdSettings) -> tuple[Posterior, Counts, int]:
    """METHOD 3.4: cut and fit again until a set of cuts comes back, at most 8 times."""
    surface = Surface(counts)
    posterior = surface.posterior(_winsorised(counts))
    kept = counts
    met: list[Cuts] = []
    while len(met) < MOST_ROUNDS:
        cuts = _cuts(posterior, counts, settings.trim)
        if cuts in met:
            break
        met.append(cuts)
        kept = {
            tenth: {net: number for net, number in by_net.items() if net <= cuts[tenth]}
            for tenth, by_net in counts.items()
        }
        if not _total(kept):
            # Everyone is beyond the grid: the start, at its edge, says more than the bare prior.
            break
        posterior = surface.posterior(kept, cuts)
    return posterior, kept, len(met)


def _cuts(posterior: Posterior, counts: Counts, trim: float) -> Cuts:
    return {
        tenth: max(LOWEST_CUT, quantile(1 - trim, posterior.mu * tenth / 10, posterior.k))
        for tenth in counts
    }


def _learnable(rows: Iterable[ExposureRow | tuple[int, float, int]]) -> tuple[Counts, int]:
    """Purchases by tenths of exposure and count, and the number too young to learn from."""
    counts: dict[int, Counter[int]] = {}
    too_young = 0
    for net, exposure, purchases in rows:
        if net < 0 or purchases < 0 or not 0 <= exposure <= 1:
            raise ValueError(f"Not a row to learn from: {net} net, F {exposure}, x {purchases}.")
        if purchases and is_learned_from(exposure):
            counts.setdefault(tenths(exposure), Counter())[net] += purchases
        else:
            too_young += purchases
    # In one order, so that the same purchases give the same number to the last bit.
    return {tenth: counts[tenth] for tenth in sorted(counts)}, too_young


def _winsorised(counts: Counts) -> Counts:
    """Counts above their 90th percentile are set to it: a start that no disaster can pull."""
    together: Counter[int] = Counter()
    for by_net in counts.values():
        together.update(by_net)
    limit = _percentile(together, WINSORISED_AT)
    result: dict[int, Counter[int]] = {}
    for tenth, by_net in counts.items():
        capped = result.setdefault(tenth, Counter())
        for net, number in by_net.items():
            capped[min(net, limit)] += number
    return result


def _percentile(by_net: Counter[int], share: float) -> int:
    """The smallest count with at least that share of the purchases at or below it."""
    nets = sorted(by_net)
    reached = accumulate(by_net[net] for net in nets)
    wanted = share * by_net.total()
    return next(net for net, number in zip(nets, reached, strict=True) if number >= wanted)


def _total(counts: Counts) -> int:
    return sum(sum(by_net.values()) for by_net in counts.values())


def _interactions(counts: Counts) -> int:
    return sum(net * number for by_net in counts.values() for net, number in by_net.items())
