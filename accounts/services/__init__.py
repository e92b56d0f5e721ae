"""Writes of the accounts room, split by noun."""

from accounts.services.history import changes_of, record_history, save_version
from accounts.services.hours import HoursDraft, drop_team_hours, edit_hours
from accounts.services.importing import people_for_import, person_for_import
from accounts.services.invitations import (
    InvitationError,
    accept_invitation,
    invite_again,
    invite_person,
    why_closed,
    withdraw_invitation,
)
from accounts.services.people import (
    change_password,
    choose_notice_ways,
    deactivate_person,
    edit_person,
    edit_profile,
    remember_columns,
)
from accounts.services.schedule import (
    Schedule,
    hours_mark,
    note_hours_changed,
    read_schedule,
    settle_hours,
)
from accounts.services.shop import (
    edit_shop,
    note_counting_changed,
    publish_number,
    settle_counting,
    start_shop,
)
from accounts.services.teams import add_team, rename_team, restore_team, retire_team

__all__ = [
    "HoursDraft",
    "InvitationError",
    "Schedule",
    "accept_invitation",
    "add_team",
    "change_password",
    "changes_of",
    "choose_notice_ways",
    "deactivate_person",
    "drop_team_hours",
    "edit_hours",
    "edit_person",
    "edit_profile",
    "edit_shop",
    "hours_mark",
    "invite_again",
    "invite_person",
    "note_counting_changed",
    "note_hours_changed",
    "people_for_import",
    "person_for_import",
    "publish_number",
    "read_schedule",
    "record_history",
    "remember_columns",
    "rename_team",
    "restore_team",
    "retire_team",
    "save_version",
    "settle_counting",
    "settle_hours",
    "start_shop",
    "why_closed",
    "withdraw_invitation",
]
