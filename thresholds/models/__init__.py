"""The tables of the thresholds room, split by noun."""

from thresholds.models.counts import (
    CohortCount,
    ContactCount,
    ProductCount,
    ReasonCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
)
from thresholds.models.flags import Flag, FlagEvent
from thresholds.models.threshold import AsOfResult, Threshold, ThresholdRevision

__all__ = [
    "AsOfResult",
    "CohortCount",
    "ContactCount",
    "Flag",
    "FlagEvent",
    "ProductCount",
    "ReasonCount",
    "ReceivedCount",
    "ScoreCount",
    "StaleDay",
    "Threshold",
    "ThresholdRevision",
]
