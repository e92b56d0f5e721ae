"""Writes of the quality room; nothing else writes its tables."""

from quality.services.inspections import (
    clear_result,
    correct_inspection,
    explain_result,
    open_inspection,
    record_result,
    sign_inspection,
    withdraw_inspection,
)
from quality.services.lots import decide_lot, name_maker
from quality.services.openings import Opening, openings_for
from quality.services.plans import LineDraft, PlanDraft, activate_plan, revise_plan, save_plan

__all__ = [
    "LineDraft",
    "Opening",
    "PlanDraft",
    "activate_plan",
    "clear_result",
    "correct_inspection",
    "decide_lot",
    "explain_result",
    "name_maker",
    "open_inspection",
    "openings_for",
    "record_result",
    "revise_plan",
    "save_plan",
    "sign_inspection",
    "withdraw_inspection",
]
