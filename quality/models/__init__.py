"""The tables of the quality room, split by noun."""

from quality.models.inspections import Inspection, Result
from quality.models.lots import LotPart
from quality.models.plans import Characteristic, Plan

__all__ = ["Characteristic", "Inspection", "LotPart", "Plan", "Result"]
