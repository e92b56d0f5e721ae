"""What the board looks through: a period of cohort days, a part of the shop, a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from thresholds.rules.maturity import exposure_at, is_learned_from, share_at

# Where "all time" begins, as in helpdesk.lib.periods.
FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Lens:
    """Cohort days ``start`` … ``end`` inclusive (the day a purchase's clock started, shop's zone).

    ``scope``: "" the whole shop, "c:<category>", "p:<product id>". ``channel``: "" all of them.
    ``window_days`` W. ``maturity``: F(age) before rounding for the ages 0 … W-1, of the revision
    in force. A cohort day is mature once its last purchase is: W whole days after its end.
    """

    start: date
    end: date
    today: date
    window_days: int
    scope: str = ""
    channel: str = ""
    maturity: Sequence[float] = ()

    @property
    def mature_until(self) -> date:
        """The last cohort day of which every purchase is mature."""
        return self.today - timedelta(days=self.window_days + 1)

    @property
    def last_mature(self) -> date:
        """The last mature day within the period."""
        return min(self.end, self.mature_until)

    def exposure(self, day: date) -> float:
        """E = F(age) rounded to 0.1 of the purchases of a cohort day."""
        return 1.0 if day <= self.mature_until else exposure_at(self.maturity, self.age(day))

    def is_learned_from(self, day: date) -> bool:
        """Whether purchases of that day are old enough to be weighed at all (F ≥ 0.1)."""
        return day <= self.mature_until or is_learned_from(share_at(self.maturity, self.age(day)))

    @property
    def weighed_until(self) -> date:
        """The last day of the period whose purchases are old enough to be weighed."""
        day = self.end
        while day > self.mature_until and not self.is_learned_from(day):
            day -= timedelta(days=1)
        return day

    def age(self, day: date) -> int:
        """Age in whole days of the purchases of a cohort day."""
        return max(0, (self.today - day).days)

    def before(self) -> "Lens":
        """The period of the same length before this one."""
        length = (self.end - self.start).days + 1
        if self.start == FIRST_DAY:
            length = 1
        return Lens(
            start=self.start - timedelta(days=length),
            end=self.start - timedelta(days=1),
            today=self.today,
            window_days=self.window_days,
            scope=self.scope,
            channel=self.channel,
            maturity=self.maturity,
        )
