"""The pure rules of purchases: which clock runs, what a cohort is, how names and numbers are found."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.lib.folding import fold, fold_key

ORDER_LENGTH = 80
NAME_LENGTH = 200
EMAIL_LENGTH = 254

# What shops elsewhere call the states of an order (folded), and what we call them. "Unavailable"
# is an order whose goods could not be had: nothing left the house.
STATUS_WORDS = {
    "ordered": "ordered",
    "created": "ordered",
    "approved": "ordered",
    "processing": "ordered",
    "invoiced": "ordered",
    "pending": "ordered",
    "open": "ordered",
    "new": "ordered",
    "paid": "ordered",
    "confirmed": "ordered",
    "on hold": "ordered",
    "dispatched": "dispatched",
    "shipped": "dispatched",
    "sent": "dispatched",
    "in transit": "dispatched",
    "out for delivery": "dispatched",
    "delivered": "delivered",
    "complete": "delivered",
    "completed": "delivered",
    "fulfilled": "delivered",
    "closed": "delivered",
    "returned": "returned",
    "refunded": "returned",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "unavailable": "cancelled",
    "void": "cancelled",
    "voided": "cancelled",
}
# States in which the goods have left the house.
OUT_OF_THE_HOUSE = frozenset({"dispatched", "delivered", "returned"})


@dataclass(frozen=True)
class ClockReading:
    """When the age of a purchase starts, and when its window ends (METHOD 1)."""

    kind: str
    at: datetime
    day: date
    window_ends_at: datetime


def read_clock(
    *,
    ordered_at: datetime,
    delivered_at: datetime | None,
    transit_days: int,
    window_days: int,
    zone: ZoneInfo,
) -> ClockReading:
    """The clock of a purchase: its last delivery, else its order date plus the usual transit time.

    Days are whole 24 hours; `day` is the date of the start in the shop's zone.
    """
    # In UTC, because adding a day to a local moment adds 23 or 25 hours when the clocks change.
    at = (delivered_at or ordered_at).astimezone(UTC)
    if delivered_at is None:
        at += timedelta(days=transit_days)
    return ClockReading(
        kind="delivery" if delivered_at else "order",
        at=at,
        day=at.astimezone(zone).date(),
        window_ends_at=at + timedelta(days=window_days),
    )


def fold_order_number(text: str) -> str:
    """Letters and digits only, lower case: "A-24817" and "a24817" are the same order.

    A number of nothing but signs keeps them, so that it can be found at all.
    """
    return (fold_key(text) or fold(text))[:ORDER_LENGTH]


def fold_name(name: str) -> str:
    """The form under which a name is searched."""
    return fold(name, NAME_LENGTH)


def last_word_first(name: str) -> str:
    """The folded name with its last word in front: "verm" finds "Els Vermeulen" by a prefix."""
    words = fold(name, NAME_LENGTH).split()
    return " ".join([*words[-1:], *words[:-1]])


def fold_email(address: str) -> str:
    """The form under which an e-mail address is the same address: case does not matter."""
    return unicodedata.normalize("NFC", address.strip()).casefold()[:EMAIL_LENGTH]


def read_status(text: str) -> str | None:
    """Our word for what another system calls the state of an order; None when nobody knows it."""
    words = fold(text).replace("_", " ").replace("-", " ")
    return STATUS_WORDS.get(" ".join(words.split()))


def has_left_the_house(*, status: str, delivered_at: datetime | None) -> bool:
    """Whether the goods were ever on their way: a purchase cancelled before that is left out."""
    return delivered_at is not None or status in OUT_OF_THE_HOUSE
