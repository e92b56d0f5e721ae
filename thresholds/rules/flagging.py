"""When a flag is raised, raised again, or closed because its interactions moved away."""

from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """What is to be done about a purchase's flag."""

    NOTHING = "nothing"
    RAISE = "raise"
    MOVED = "moved"


@dataclass(frozen=True)
class Seen:
    """A purchase as the evaluator sees it.

    ``net``: net interactions within the window, 0 for a purchase that is not judged.
    ``unfinished``: its last flag is open or acknowledged. ``raised_at_number``: the threshold that
    raised it. ``closed_with``: net when somebody last closed or dismissed a flag of it; one that
    moved away since is no answer and takes none back. None when nobody ever answered.
    """

    net: int
    unfinished: bool = False
    raised_at_number: int | None = None
    closed_with: int | None = None


def judge(seen: Seen, *, number: int) -> Judgement:
    """The rule of flags (DESIGN, word *flag*; METHOD 3.5 and 3.8).

    A raised number clears no flag: an unfinished flag ends by itself only when net falls below the
    number that raised it, and below the number in force too (else it would be raised at once
    again). After closing, net must exceed what it was closed with; a flag raised again ends when
    that is no longer so.
    """
    if seen.unfinished:
        line = number if seen.raised_at_number is None else min(number, seen.raised_at_number)
        if seen.closed_with is not None:
            line = max(line, seen.closed_with + 1)
        return Judgement.MOVED if seen.net < line else Judgement.NOTHING
    if seen.net < number:
        return Judgement.NOTHING
    if seen.closed_with is not None and seen.net <= seen.closed_with:
        return Judgement.NOTHING
    return Judgement.RAISE
