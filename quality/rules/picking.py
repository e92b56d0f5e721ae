"""Which lots a second person looks at too, and who is asked. Pure; chance comes from outside."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from quality.models import Plan

HUNDRED = 100


class Asks(Protocol):
    """What a plan says of second persons."""

    @property
    def seconds(self) -> str:
        """One of Plan.Seconds."""

    @property
    def seconds_first(self) -> int:
        """How many first lots of a new product all get one."""

    @property
    def seconds_changed(self) -> int:
        """How many lots after a new revision all get one."""

    @property
    def seconds_percent(self) -> int:
        """The share of the others, in per cent."""


@dataclass(frozen=True)
class Past:
    """What was signed before: rounds of the product, and by this revision of its plan.

    ``paired_before``: an earlier round of the same lot had a second person.
    """

    of_product: int
    of_revision: int
    revision: int
    paired_before: bool = False


def second_wanted(plan: Asks, past: Past, drawn: int) -> bool:
    """Whether a second person is to look; ``drawn`` is a number from 0 to 99, by chance."""
    if plan.seconds == Plan.Seconds.NEVER:
        return False
    if plan.seconds == Plan.Seconds.EVERY or past.paired_before:
        return True
    new_product = past.of_product < plan.seconds_first
    new_revision = past.revision > 1 and past.of_revision < plan.seconds_changed
    return new_product or new_revision or drawn < plan.seconds_percent


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be second: how often with this first already, and how much waits for them."""

    pk: int
    together: int
    waiting: int


def ask(candidates: Iterable[Candidate]) -> int | None:
    """Who is asked, so that pairs mix: the one who was seldomest with this first; None of nobody."""
    found = min(candidates, key=lambda one: (one.together, one.waiting, one.pk), default=None)
    return found.pk if found else None
