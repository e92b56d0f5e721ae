"""An inspection line by line, as screens show it. Pure: made from rows that were read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from quality.models import Characteristic, Result
from quality.rules.judging import Judgement, NotJudged, judge
from quality.rules.units import Size
from quality.rules.words import found, limits, out_of_limits, target

Key = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """One characteristic of one unit of an inspection with what was found, in words."""

    number: int
    characteristic: Characteristic
    result: Result | None
    sample: int = 1

    @cached_property
    def judgement(self) -> Judgement | None:
        """What was found, judged again for its words; None while nothing is recorded."""
        return judged_again(self.characteristic, self.result)

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

    @property
    def gauge_state(self) -> str:
        """fine, due or over: of what is measured with."""
        gauge = self.characteristic.gauge
        return gauge.state() if gauge else "fine"

    @property
    def good(self) -> list[str]:
        """What may be chosen and conforms."""
        return self.characteristic.good.splitlines()

    @property
    def bad(self) -> list[str]:
        """What may be chosen and does not conform."""
        return self.characteristic.bad.splitlines()

    @property
    def faults(self) -> list[str]:
        """What can be wrong with it, to choose from."""
        return self.characteristic.faults.splitlines()


def steps_of(
    characteristics: Iterable[Characteristic],
    results: Mapping[Key, Result],
    *,
    units: int = 1,
    sizes: Mapping[str, Size] | None = None,
) -> list[Step]:
    """The steps unit by unit in the plan's order; `results` by characteristic and unit.

    A class with a smaller sample is not asked for in the units beyond it.
    """
    lines = list(characteristics)
    most = {severity: size.size for severity, size in (sizes or {}).items()}
    asked = (
        (line, sample)
        for sample in range(1, units + 1)
        for line in lines
        if sample <= most.get(line.severity, units)
    )
    return [
        Step(number, line, results.get((line.pk, sample)), sample)
        for number, (line, sample) in enumerate(asked, start=1)
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
