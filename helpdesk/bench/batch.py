"""The bench's rows as they are written: a batch of purchases with all that belongs to them."""

from dataclasses import dataclass, field
from datetime import datetime

Value = str | int | bool | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Batch:
    """Rows of one stretch of purchases, by table."""

    purchases: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    interactions: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    promises: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


@dataclass
class Keys:
    """The next key of each table that has several rows a purchase."""

    line: int = 1
    interaction: int = 1
    rating: int = 1
    ticket: int = 1
    promise: int = 1
    event: int = 1


@dataclass(frozen=True, slots=True)
class Contact:
    """What a ticket takes from one of its contacts."""

    at: datetime
    reason: int
    channel: str
    summary: str
    ticket: int
