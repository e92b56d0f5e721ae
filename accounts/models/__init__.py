"""The shop, its people, their teams and roles, and the history of what they changed."""

from accounts.models.history import HistoryEntry, HistoryLine
from accounts.models.hours import ClosedDays, Hours, OpenSpan, Weekday
from accounts.models.people import (
    Access,
    AfterSaving,
    Invitation,
    Role,
    Team,
    User,
    invitation_end,
    invitation_token,
)
from accounts.models.pins import Pin
from accounts.models.shop import Shop, check_time_zone

__all__ = [
    "Access",
    "AfterSaving",
    "ClosedDays",
    "HistoryEntry",
    "HistoryLine",
    "Hours",
    "Invitation",
    "OpenSpan",
    "Pin",
    "Role",
    "Shop",
    "Team",
    "User",
    "Weekday",
    "check_time_zone",
    "invitation_end",
    "invitation_token",
]
