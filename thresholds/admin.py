from helpdesk.lib.facts import show_facts
from thresholds.models import (
    AsOfResult,
    CohortCount,
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
