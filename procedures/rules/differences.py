"""What is different between two versions: step beside step, word beside word. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from procedures.rules.drafts import StepDraft

# (whether only this side has it, the words)
Piece = tuple[bool, str]


@dataclass(frozen=True)
class StepChange:
    """A step in the old and in the new version; None on the side that has none.

    ``old_text`` and ``new_text`` are the words of both, those marked that only one side has.
    """

    old: StepDraft | None
    new: StepDraft | None
    old_text: tuple[Piece, ...] = ()
    new_text: tuple[Piece, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing about it changed."""
        return self.old == self.new


def compare_steps(old: Sequence[StepDraft], new: Sequence[StepDraft]) -> list[StepChange]:
    """All steps of both versions in order; a step is known again by its title, and in a stretch
    where all titles changed by its place.
    """
    matcher = SequenceMatcher(
        a=[step.title for step in old], b=[step.title for step in new], autojunk=False
    )
    found = []
    for _tag, a0, a1, b0, b1 in matcher.get_opcodes():
        for before, after in zip_longest(old[a0:a1], new[b0:b1]):
            found.append(_change(before, after))
    return found


def _change(old: StepDraft | None, new: StepDraft | None) -> StepChange:
    if old is None or new is None:
        return StepChange(old, new, _whole(old), _whole(new))
    if old.text == new.text:
        plain = ((False, old.text),)
        return StepChange(old, new, plain, plain)
    before, after = _words(old.text), _words(new.text)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    blocks = matcher.get_opcodes()
    return StepChange(
        old,
        new,
        tuple(
            (tag != "equal", "".join(before[a0:a1])) for tag, a0, a1, _b, _c in blocks if a1 > a0
        ),
        tuple((tag != "equal", "".join(after[b0:b1])) for tag, _a, _b, b0, b1 in blocks if b1 > b0),
    )


def _whole(step: StepDraft | None) -> tuple[Piece, ...]:
    return () if step is None else ((True, step.text),)


def _words(text: str) -> list[str]:
    """Words with the blanks behind them."""
    return list(_runs(text))


def _runs(text: str) -> Iterator[str]:
    start = 0
    for at in range(1, len(text)):
        if text[at - 1].isspace() and not text[at].isspace():
            yield text[start:at]
            start = at
    if text:
        yield text[start:]
