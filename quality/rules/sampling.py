"""Single sampling by attributes after MIL-STD-105E: how many to inspect, how many may be bad. Pure.

An AQL is not a number of allowed defects: ``acceptance_probability`` says what a plan lets pass.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from quality.rules import sampling_tables as tables

DOWN, UP = "↓", "↑"


class Severity(StrEnum):
    """How hard lots are inspected; stopped: no lot is taken until something was mended."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"
    STOPPED = "stopped"


@dataclass(frozen=True)
class SamplingPlan:
    """Inspect ``size`` units: accepted with at most ``accept`` bad ones, refused from ``reject``.

    Between the two (reduced inspection only) the lot is accepted and inspection returns to normal.
    ``letter`` is the code letter of the row the plan stands in, arrows followed (S: a row that only
    tightened inspection has). ``everything``: the sample would be the whole lot.
    """

    letter: str
    size: int
    accept: int
    reject: int
    everything: bool = False


@dataclass(frozen=True)
class Decision:
    """What a sample says of its lot. ``between``: more than Ac and fewer than Re were bad."""

    accepted: bool
    between: bool = False


_MASTER = {
    Severity.NORMAL: (tables.NORMAL_SIZES, tables.NORMAL),
    Severity.TIGHTENED: (tables.TIGHTENED_SIZES, tables.TIGHTENED),
    Severity.REDUCED: (tables.REDUCED_SIZES, tables.REDUCED),
}


def code_letter(lot_size: int, level: str) -> str:
    """The letter of table I. Raises ValueError for an unknown level or a lot of nothing."""
    if lot_size < 1:
        raise ValueError(f"a lot of {lot_size}")
    row = next(
        (place for place, end in enumerate(tables.LOT_ENDS) if lot_size <= end),
        len(tables.LOT_ENDS),
    )
    return tables.CODE_LETTERS[row][tables.LEVELS.index(level)]


def plan_of_letter(letter: str, aql: str, severity: Severity) -> SamplingPlan:
    """The plan of a letter, arrows followed. ``aql`` as written in AQLS ("0.65", "1.0", "10").

    Raises ValueError for an unknown letter or AQL, and for stopped inspection, which has no plan.
    """
    if severity not in _MASTER:
        raise ValueError(f"there is no plan while inspection is {severity}")
    sizes, rows = _MASTER[severity]
    column = tables.AQLS.index(aql)
    row = tables.LETTERS.index(letter)
    cell = rows[row].split()[column]
    while cell in {DOWN, UP}:
        row += 1 if cell == DOWN else -1
        cell = rows[row].split()[column]
    accept, _hyphen, reject = cell.partition("-")
    return SamplingPlan(
        letter=(tables.LETTERS + "S")[row],
        size=sizes[row],
        accept=int(accept),
        reject=int(reject) if reject else int(accept) + 1,
    )


def sampling_plan(
    lot_size: int, *, level: str = "II", aql: str, severity: Severity = Severity.NORMAL
) -> SamplingPlan:
    """How many units of a lot of this size to inspect; all of them when the plan asks for as many.

    Raises ValueError as ``code_letter`` and ``plan_of_letter`` do.
    """
    found = plan_of_letter(code_letter(lot_size, level), aql, severity)
    if found.size < lot_size:
        return found
    return SamplingPlan(found.letter, lot_size, found.accept, found.reject, everything=True)


def decide(plan: SamplingPlan, bad: int) -> Decision:
    """What ``bad`` bad units in the sample say of the lot."""
    return Decision(accepted=bad < plan.reject, between=plan.accept < bad < plan.reject)


def acceptance_probability(plan: SamplingPlan, share: float, lot_size: int | None = None) -> float:
    """How often this plan accepts a lot of which ``share`` (0 to 1) is bad.

    Of a lot of known size drawn without putting back (hypergeometric; a share above nothing is at
    least one unit), else as from an endless series (binomial).
    """
    most = min(plan.reject - 1, plan.size)
    if lot_size is None:
        return min(1.0, math.fsum(_binomial(plan.size, share, k) for k in range(most + 1)))
    bad = min(lot_size, max(1, math.floor(lot_size * share + 0.5))) if share > 0 else 0
    size = min(plan.size, lot_size)
    return min(1.0, math.fsum(_hypergeometric(lot_size, bad, size, k) for k in range(most + 1)))


def _binomial(size: int, share: float, bad: int) -> float:
    """P(exactly ``bad`` of ``size``) with chance ``share`` each."""
    if share <= 0 or share >= 1:
        return float(bad == (0 if share <= 0 else size))
    logarithm = _log_choose(size, bad) + bad * math.log(share) + (size - bad) * math.log1p(-share)
    return math.exp(logarithm)


def _hypergeometric(lot_size: int, bad_in_lot: int, size: int, bad: int) -> float:
    """P(exactly ``bad`` of ``size`` drawn) when ``bad_in_lot`` of the lot are bad."""
    good_drawn = size - bad
    if bad > bad_in_lot or good_drawn < 0 or good_drawn > lot_size - bad_in_lot:
        return 0.0
    return math.exp(
        _log_choose(bad_in_lot, bad)
        + _log_choose(lot_size - bad_in_lot, good_drawn)
        - _log_choose(lot_size, size)
    )


def _log_choose(n: int, k: int) -> float:
    """Logarithm of n over k."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
