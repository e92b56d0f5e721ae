from helpdesk.lib.facts import show_facts
from thresholds.models import (
    AsOfResult,
    CohortCount,
    ContactCount,
    Flag,
    FlagEvent,
    ProductCount,
    ReasonCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
    Threshold,
    ThresholdRevision,
)

show_facts(
    AsOfResult,
    CohortCount,
    ContactCount,
    Flag,
    FlagEvent,
    ProductCount,
    ReasonCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
    Threshold,
    ThresholdRevision,
)
