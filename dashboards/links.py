"""Addresses of the rows behind the figures of a board."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.choice import Choice
from dashboards.stats.lens import FIRST_DAY, Lens


@dataclass(frozen=True)
class Figure:
    """A number and the rows it counts; ``url`` empty: there is nothing to see."""

    count: int
    url: str


@dataclass(frozen=True)
class Links:
    """Rows of the same period and part of the shop; every method takes more parameters."""

    choice: Choice
    lens: Lens

    def purchases(self, **more: object) -> str:
        """Purchases of the cohort days; with a ``channel`` their contacts through it count."""
        return self._to("board_purchases", more, self._days)

    def interactions(self, **more: object) -> str:
        """Net interactions of the purchases of the cohort days, through the channel chosen."""
        channel = {"channel": self.choice.channel}
        return self._to("board_interactions", {**channel, **more}, self._days)

    def received(self, **more: object) -> str:
        """Interactions that came in (or went out) on the days, whatever they are about."""
        return _address("board_received", {"channel": self.choice.channel, **self._days, **more})

    def received_ever(self, **more: object) -> str:
        """The same on any day, through any channel."""
        return _address("board_received", more)

    def ratings(self, **more: object) -> str:
        """Ratings of the purchases of the cohort days."""
        return self._to("board_ratings", more, self._days)

    def flags(self, **more: object) -> str:
        """Unfinished flags, whenever raised."""
        return self._to("board_flags", more, {})

    def inspections(self, **more: object) -> str:
        """Inspections signed on the days."""
        return self._to("board_inspections", more, self._days)

    def promises(self, **more: object) -> str:
        """Promises that ended on the days."""
        return self._to("board_promises", more, self._days)

    def promises_ever(self, **more: object) -> str:
        """Promises whenever they ended, or have not."""
        return self._to("board_promises", more, {})

    @property
    def _days(self) -> dict[str, object]:
        return {"from": day_text(self.lens.start), "to": day_text(self.lens.end)}

    def _to(self, name: str, more: dict[str, object], days: dict[str, object]) -> str:
        return _address(name, {**days, **self.choice.part, **more})


def day_text(day: date) -> str:
    """A day as it stands in an address; empty for the beginning of time."""
    return "" if day == FIRST_DAY else day.isoformat()


def _address(name: str, params: dict[str, object]) -> str:
    query = urlencode({name: value for name, value in params.items() if value not in {"", None}})
    return f"{reverse(name)}?{query}"
