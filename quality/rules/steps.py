"""An inspection line by line, as screens show it. Pure: made from rows that were read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quality.models import Characteristic, Result
from quality.rules.judging import Judgement, NotJudged, judge
from quality.rules.words import found, limits, out_of_limits, target


@dataclass(frozen=True)
class Step:
    """One characteristic of an inspection with what was found, in words."""

    number: int
    characteristic: Characteristic
    result: Result | None
    judgement: Judgement | None

    @property
    def state(self) -> str:
        """in, out, or open while nothing is recorded."""
        if self.result is None:
            return "open"
        return "in" if self.result.conforms else "out"

    @property
    def target(self) -> str:
        """What it should be."""
        return target(self.characteristic)

    @property
    def limits(self) -> str:
        """Its limits."""
        return limits(self.characteristic)

    @property
    def found(self) -> str:
        """What was found; empty while nothing is recorded."""
        return found(self.characteristic, self.judgement) if self.judgement else ""

    @property
    def out(self) -> str:
        """How far out of limits; empty when it conforms."""
        return out_of_limits(self.characteristic, self.judgement) if self.judgement else ""


def steps_of(
    characteristics: Iterable[Characteristic], results: Mapping[int, Result]
) -> list[Step]:
    """The steps in the plan's order; `results` by characteristic."""
    return [
        Step(number, line, results.get(line.pk), judged_again(line, results.get(line.pk)))
        for number, line in enumerate(characteristics, start=1)
    ]


def judged_again(characteristic: Characteristic, result: Result | None) -> Judgement | None:
    """The judgement of a recorded result, for its words; None when there is none."""
    if result is None:
        return None
    try:
        return judge(characteristic, result.typed, result.unit)
    except NotJudged:
        # The row stands as it was signed, even if the units it used are no longer known.
        return Judgement(result.typed, result.unit, result.value, conforms=result.conforms)
