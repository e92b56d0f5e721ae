"""What the database itself keeps from changing in the accounts room."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

FROZEN: list[Declared] = [
    Frozen(
        name="history_is_append_only",
        table="accounts_historyentry",
        columns=("subject_type", "subject_id", "verb", "changes", "note", "actor_id", "at"),
        message="history is written once and never changed",
    ),
    # The service locks the shop's row first, so that two admins who take the role from each
    # other at once cannot both succeed.
    Guard(
        name="last_admin_stays",
        table="accounts_user",
        condition=(
            "OLD.is_active = true AND OLD.admin_access = 2"
            " AND NOT (NEW.is_active = true AND NEW.admin_access = 2)"
            " AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id <> OLD.id"
            " AND u.is_active = true AND u.admin_access = 2)"
        ),
        message="the last admin with full access cannot go",
        events=("UPDATE",),
    ),
    NoDelete(
        name="history_is_kept",
        table="accounts_historyentry",
        message="history is never deleted",
    ),
]
