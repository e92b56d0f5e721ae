"""Switching between normal, tightened, reduced and stopped inspection (MIL-STD-105E 4.7). Pure.

One state for each class of characteristics (critical, major, minor), fed with one lot after the
other. The switching score of ISO 2859-1 is not used; neither are the limit numbers of MIL's table
VIII, which ANSI/ASQ Z1.4-2003 made optional. That production is steady and that somebody with the
authority agrees are things a person says, so reduced inspection and taking up again after a stop
are functions of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from quality.rules.sampling import Severity

# Two refused of at most five consecutive lots tighten; five accepted in a row loosen.
REFUSED_TO_TIGHTEN, AMONG_LOTS = 2, 5
ACCEPTED_TO_LOOSEN = 5
ACCEPTED_TO_REDUCE = 10
REFUSED_TO_STOP = 5


class NotYetError(ValueError):
    """The rules do not allow this step now."""


@dataclass(frozen=True)
class LotResult:
    """What a lot's sample said. ``between``: bad units between Ac and Re. ``original``: not a lot
    that was handed in again, which the rules do not count. ``steady``: production runs as usual."""

    accepted: bool
    between: bool = False
    original: bool = True
    steady: bool = True


@dataclass(frozen=True)
class Switching:
    """What the next lot is inspected with.

    ``recent``: whether the last lots at this severity were accepted, oldest first, at most ten.
    ``refused``: lots refused since tightened inspection began.
    """

    severity: Severity = Severity.NORMAL
    recent: tuple[bool, ...] = ()
    refused: int = 0

    @property
    def may_reduce(self) -> bool:
        """Whether ten lots in a row were accepted on normal inspection."""
        enough = len(self.recent) >= ACCEPTED_TO_REDUCE
        return self.severity == Severity.NORMAL and enough and all(self.recent)


def after_lot(state: Switching, lot: LotResult) -> Switching:
    """What the lot after this one is inspected with.

    Raises NotYetError when inspection is stopped: no lot is to be judged then.
    """
    if state.severity == Severity.STOPPED:
        raise NotYetError("inspection is stopped until something was mended")
    if not lot.original:
        return state
    seen = replace(state, recent=(*state.recent, lot.accepted)[-ACCEPTED_TO_REDUCE:])
    if seen.severity == Severity.NORMAL:
        return _on_normal(seen)
    if seen.severity == Severity.TIGHTENED:
        return _on_tightened(seen)
    calm = lot.accepted and not lot.between and lot.steady
    return seen if calm else Switching(Severity.NORMAL)


def _on_normal(state: Switching) -> Switching:
    refused = sum(not accepted for accepted in state.recent[-AMONG_LOTS:])
    return Switching(Severity.TIGHTENED) if refused >= REFUSED_TO_TIGHTEN else state


def _on_tightened(state: Switching) -> Switching:
    last = state.recent[-ACCEPTED_TO_LOOSEN:]
    if len(last) == ACCEPTED_TO_LOOSEN and all(last):
        return Switching(Severity.NORMAL)
    counted = replace(state, refused=state.refused + (not state.recent[-1]))
    return Switching(Severity.STOPPED) if counted.refused >= REFUSED_TO_STOP else counted


def agree_to_reduce(state: Switching) -> Switching:
    """Somebody with the authority says that production is steady and reduced will do.

    Raises NotYetError before ten lots in a row were accepted on normal inspection.
    """
    if not state.may_reduce:
        raise NotYetError(f"reduced inspection needs {ACCEPTED_TO_REDUCE} lots accepted in a row")
    return Switching(Severity.REDUCED)


def return_to_normal(state: Switching) -> Switching:
    """Production is not steady any more: reduced inspection ends, other severities stay."""
    return Switching(Severity.NORMAL) if state.severity == Severity.REDUCED else state


def resume(state: Switching) -> Switching:
    """Something was mended and agreed: from stopped to tightened. Raises NotYetError otherwise."""
    if state.severity != Severity.STOPPED:
        raise NotYetError("inspection is not stopped")
    return Switching(Severity.TIGHTENED)


def replay(lots: Iterable[LotResult], start: Switching | None = None) -> list[Switching]:
    """The states with which each of these lots was inspected, and at the end the next one's."""
    states = [start or Switching()]
    for lot in lots:
        states.append(after_lot(states[-1], lot))
    return states
