"""The tables of the quality room, split by noun."""

from quality.models.inspections import Inspection, Result
from quality.models.lots import LotPart
from quality.models.nonconformances import (
    CorrectiveAction,
    Disposition,
    Nonconformance,
    Severity,
)
from quality.models.plans import Characteristic, Plan

__all__ = [
    "Characteristic",
    "CorrectiveAction",
    "Disposition",
    "Inspection",
    "LotPart",
    "Nonconformance",
    "Plan",
    "Result",
    "Severity",
]
