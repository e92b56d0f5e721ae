"""The lists of rows behind the board's figures, by their place in the address."""

from dashboards.rows.interactions import INTERACTIONS, RECEIVED
from dashboards.rows.lists import Looking, RowList
from dashboards.rows.purchases import PURCHASES
from dashboards.rows.work import FLAGS, INSPECTIONS, PROMISES, RATINGS

__all__ = ["LISTS", "Looking", "RowList"]

LISTS: dict[str, RowList] = {
    "purchases": PURCHASES,
    "interactions": INTERACTIONS,
    "received": RECEIVED,
    "ratings": RATINGS,
    "flags": FLAGS,
    "inspections": INSPECTIONS,
    "promises": PROMISES,
}
