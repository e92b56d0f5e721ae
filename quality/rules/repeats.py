"""How often the same thing went wrong, and whether a cure moved what it should. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Two-sided 95 %.
Z = 1.959963984540054
ORDINALS = {
    2: gettext_lazy("Second time"),
    3: gettext_lazy("Third time"),
    4: gettext_lazy("Fourth time"),
    5: gettext_lazy("Fifth time"),
    6: gettext_lazy("Sixth time"),
}


def repeated(times: int, fault: str) -> str:
    """ "Third time for the same fault: Mass"; empty for the first time."""
    if times <= 1:
        return ""
    ordinal = ORDINALS.get(times)
    if ordinal is None:
        said = {"times": times, "fault": fault}
        return _("%(times)s times already for the same fault: %(fault)s") % said
    return _("%(ordinal)s for the same fault: %(fault)s") % {"ordinal": ordinal, "fault": fault}


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.part / self.whole if self.whole else None

    def bounds(self) -> tuple[float, float]:
        """Wilson's 95 % interval (Wilson 1927, JASA 22:209); everything possible of nothing."""
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.part / self.whole
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z / (1 + Z**2 / n) * (p * (1 - p) / n + Z**2 / (4 * n**2)) ** 0.5
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Moved:
    """A measure before and after an action; ``wanted`` is +1 where more is better, else -1."""

    before: Share
    after: Share
    wanted: int

    @property
    def can_tell(self) -> bool:
        """Whether the two intervals leave no doubt that it moved as wanted."""
        (low, high), (low_after, high_after) = self.before.bounds(), self.after.bounds()
        return low_after > high if self.wanted > 0 else high_after < low
