"""What two people who looked at the same thing say of each other (METHOD 7). Pure.

A pair is counted where both were blind: the second did not see what the first found. Everything is
about a characteristic and its method, never about a person.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

NORMAL_95 = 1.959963984540054
# Under these a kappa says more about chance than about the inspection.
LEAST_PAIRS, LEAST_REJECTS = 30, 5
# An interval wider than this lets a good and a poor agreement stand side by side.
WIDEST_INTERVAL = 0.5
COPIED = timedelta(seconds=60)
# AIAG, Measurement Systems Analysis, 4th ed. 2010, p. 137.
GOOD_KAPPA, POOR_KAPPA = 0.75, 0.40


@dataclass(frozen=True)
class Pairs:
    """Blind pairs by what the first and the second said; ``copied``: done under 60 s apart."""

    both_fail: int = 0
    first_only: int = 0
    second_only: int = 0
    both_pass: int = 0
    copied: int = 0

    @property
    def number(self) -> int:
        """All pairs."""
        return self.both_fail + self.first_only + self.second_only + self.both_pass

    @property
    def first_found(self) -> int:
        """What the first person found."""
        return self.both_fail + self.first_only

    @property
    def second_found(self) -> int:
        """What the second person found."""
        return self.both_fail + self.second_only

    @property
    def rejects(self) -> int:
        """What at least one of them found."""
        return self.both_fail + self.first_only + self.second_only

    @property
    def table(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """First person by row, second by column; fail before pass."""
        return ((self.both_fail, self.first_only), (self.second_only, self.both_pass))


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_wide(self) -> bool:
        """Whether the interval says next to nothing."""
        return self.high - self.low > WIDEST_INTERVAL


@dataclass(frozen=True)
class Escapes:
    """Chapman's estimate of everything bad, what neither found of it, and its standard error."""

    total: float
    missed: float
    error: float


@dataclass(frozen=True)
class Said:
    """What pairs say together; a None cannot be told yet.

    ``effectiveness`` is the share of the other's finds that a person found too: of the first and
    of the second place in the pair.
    """

    pairs: Pairs
    agreement: float | None
    kappa: Kappa | None
    first_effectiveness: float | None
    second_effectiveness: float | None
    escapes: Escapes | None
    copied_share: float | None

    @property
    def cannot_tell(self) -> bool:
        """Whether too little is known for a judgement of the inspection."""
        return self.kappa is None or self.kappa.is_wide

    @property
    def no_rejects(self) -> bool:
        """Whether nobody found anything: agreement says nothing of what is overlooked."""
        return self.pairs.number > 0 and self.pairs.rejects == 0


def agreement(table: Sequence[Sequence[int]]) -> float | None:
    """Share of pairs on the diagonal; None of nothing."""
    total = sum(map(sum, table))
    return sum(row[place] for place, row in enumerate(table)) / total if total else None


def expected_agreement(table: Sequence[Sequence[int]]) -> float:
    """The agreement that chance alone would make of the same margins; 0 of nothing."""
    total = sum(map(sum, table))
    columns = [sum(column) for column in zip(*table, strict=True)]
    products = (sum(row) * column for row, column in zip(table, columns, strict=True))
    return sum(products) / total**2 if total else 0.0


def cohen_kappa(table: Sequence[Sequence[int]]) -> float | None:
    """(po - pe) ÷ (1 - pe), Cohen 1960; None where it is undefined: all in one cell, or nothing."""
    observed = agreement(table)
    chance = expected_agreement(table)
    if observed is None or math.isclose(chance, 1.0):
        return None
    return (observed - chance) / (1 - chance)


def kappa_error(table: Sequence[Sequence[int]]) -> float:
    """The large-sample standard error of kappa (Fleiss, Cohen & Everitt 1969, Psych. Bull. 72:323).

    Raises ValueError where kappa is undefined.
    """
    kappa = cohen_kappa(table)
    if kappa is None:
        raise ValueError("kappa is undefined")
    total = sum(map(sum, table))
    rows = [sum(row) / total for row in table]
    columns = [sum(column) / total for column in zip(*table, strict=True)]
    chance = expected_agreement(table)
    spread = 0.0
    for i, row in enumerate(table):
        for j, cell in enumerate(row):
            weight = (columns[i] + rows[j]) * (1 - kappa)
            own = (1 - weight) ** 2 if i == j else 0.0
            apart = 0.0 if i == j else ((1 - kappa) * (columns[i] + rows[j])) ** 2
            spread += cell / total * (own + apart)
    variance = (spread - (kappa - chance * (1 - kappa)) ** 2) / (total * (1 - chance) ** 2)
    return math.sqrt(max(0.0, variance))


def fleiss_kappa(ratings: Sequence[Sequence[int]]) -> float | None:
    """Agreement of several raters: per subject how many chose each category (Fleiss 1971).

    None where it is undefined. Every subject has the same number of raters.
    """
    subjects, raters = len(ratings), sum(ratings[0]) if ratings else 0
    if not subjects or raters < 2:  # noqa: PLR2004 - one rater agrees with nobody
        return None
    total = subjects * raters
    within = [(sum(n * n for n in row) - raters) / (raters * (raters - 1)) for row in ratings]
    observed = math.fsum(within) / subjects
    chance = math.fsum((sum(column) / total) ** 2 for column in zip(*ratings, strict=True))
    return None if math.isclose(chance, 1.0) else (observed - chance) / (1 - chance)


def chapman(first: int, second: int, both: int) -> Escapes:
    """How many there were, from what two people found apart and together (Chapman 1951).

    N = (A+1)(B+1)/(C+1) - 1; variance by Seber 1970. Defined also where they found nothing alike.
    """
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (
        (first + 1) * (second + 1) * (first - both) * (second - both)
        / ((both + 1) ** 2 * (both + 2))
    )  # fmt: skip
    return Escapes(total, max(0.0, total - (first + second - both)), math.sqrt(variance))


def lincoln_petersen(first: int, second: int, both: int) -> float | None:
    """The plain estimate A·B ÷ C (Pólya 1976); None where the two found nothing alike."""
    return first * second / both if both else None


def escape_share(first: float, second: float, dependence: float = 0.0) -> float:
    """Share of what is bad that both overlook; ``dependence`` 1: the second copies the first."""
    return (1 - first) * ((1 - dependence) * (1 - second) + dependence)


def what_pairs_say(pairs: Pairs) -> Said:
    """All that METHOD 7 prints; a figure is None where too few pairs stand behind it."""
    number = pairs.number
    return Said(
        pairs=pairs,
        agreement=agreement(pairs.table),
        kappa=_kappa_when_it_tells(pairs),
        first_effectiveness=_share(pairs.both_fail, pairs.second_found),
        second_effectiveness=_share(pairs.both_fail, pairs.first_found),
        escapes=chapman(pairs.first_found, pairs.second_found, pairs.both_fail)
        if pairs.rejects
        else None,
        copied_share=pairs.copied / number if number else None,
    )


def _kappa_when_it_tells(pairs: Pairs) -> Kappa | None:
    """Suppressed under 30 pairs or 5 rejects."""
    if pairs.number < LEAST_PAIRS or pairs.rejects < LEAST_REJECTS:
        return None
    value = cohen_kappa(pairs.table)
    if value is None:
        return None
    half = NORMAL_95 * kappa_error(pairs.table)
    return Kappa(value, max(-1.0, value - half), min(1.0, value + half))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
