"""What became of contacts: how many came again, how many first ones were the last (METHOD 1)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Sum

from dashboards.stats.lens import Lens
from thresholds.models import ContactCount
from thresholds.rules.intervals import Interval, share_interval

# So long a contact waits for the one that follows it.
FOLLOWED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Contacts:
    """Net interactions of the mature purchases, all channels together.

    ``repeats``: less than 7 days after the one before on the same purchase. ``firsts``: first ones
    of the purchases whose clock started until ``settled_until``, so that each is older than 7 days;
    ``resolved``: those that ended resolved with none about the same group of reasons within 7 days.
    """

    net: int
    repeats: int
    firsts: int
    resolved: int
    settled_until: date

    @property
    def repeat_share(self) -> float | None:
        """Repeat rate; None without a contact."""
        return self.repeats / self.net if self.net else None

    @property
    def repeat_bounds(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.repeats, self.net)

    @property
    def resolved_share(self) -> float | None:
        """First-contact resolution; None without a first contact."""
        return self.resolved / self.firsts if self.firsts else None

    @property
    def resolved_bounds(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.resolved, self.firsts)


def read_contacts(lens: Lens) -> Contacts:
    """One query over the mature cohort days of the period; contacts through any channel count."""
    settled_until = min(lens.end, lens.mature_until - FOLLOWED_WITHIN)
    settled = Q(day__lte=settled_until)
    found = ContactCount.objects.filter(
        scope=lens.scope, day__range=(lens.start, lens.last_mature)
    ).aggregate(
        together=Sum("net", default=0),
        again=Sum("repeats", default=0),
        first=Sum("firsts", filter=settled, default=0),
        solved=Sum("firsts_resolved", filter=settled, default=0),
    )
    return Contacts(
        net=found["together"],
        repeats=found["again"],
        firsts=found["first"],
        resolved=found["solved"],
        settled_until=settled_until,
    )
