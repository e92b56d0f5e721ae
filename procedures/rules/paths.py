"""Which steps of a run are on its way, by what was decided so far. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PathStep:
    """A step as the way sees it: ``leads`` gives, by the key of an answer, the place it leads to
    (None: the end); an answer that is not in it goes on with the next step.
    """

    key: int
    place: int
    required: bool
    decides: bool
    leads: Mapping[int, int | None]


def way_of(
    steps: Sequence[PathStep], *, recorded: set[int], answers: Mapping[int, int]
) -> tuple[list[int], bool]:
    """The keys of the steps on the way, in order, and whether nothing is left to do on it.

    ``steps`` are in order, ``recorded`` holds the keys of those recorded, ``answers`` the key of
    the answer by that of its decision. Behind a decision that nobody has taken the way is not
    known: what follows is shown as if it went on, and it is not at its end.
    """
    way: list[int] = []
    done = True
    skip_to: int | None = 0
    for step in steps:
        if skip_to is None:
            break
        if step.place < skip_to:
            continue
        way.append(step.key)
        if step.key not in recorded and (step.required or step.decides):
            done = False
        answer = answers.get(step.key)
        if answer is not None and answer in step.leads:
            skip_to = step.leads[answer]
    return way, done and bool(steps)
