"""Importing interactions.csv and ratings.csv."""

from tickets.importing.interactions import INTERACTIONS
from tickets.importing.ratings import RATINGS

__all__ = ["INTERACTIONS", "RATINGS"]
