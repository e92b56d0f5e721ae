"""Writes of the quality room; nothing else writes its tables."""

from quality.services.inspections import (
    correct_inspection,
    open_inspection,
    withdraw_inspection,
)
from quality.services.lots import decide_lot, name_maker
from quality.services.openings import Opening, openings_for
from quality.services.plan_drafts import LineDraft, PlanDraft
from quality.services.plans import activate_plan, revise_plan, save_plan
from quality.services.recording import clear_result, explain_result, record_result
from quality.services.signing import sign_inspection

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
