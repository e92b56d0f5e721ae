"""What the database itself keeps from changing in the thresholds room."""

from helpdesk.lib.frozen import Declared, Frozen

FROZEN: list[Declared] = [
    Frozen(
        name="revision_is_frozen",
        table="thresholds_thresholdrevision",
        columns=(
            "made_at",
            "as_of",
            "kind",
            "number",
            "mu",
            "k",
            "raw_mean",
            "nine_in_ten",
            "number_low",
            "number_high",
            "alpha",
            "floor",
            "trim",
            "starting_number",
            "window_days",
            "merge_hours",
            "history_days",
            "history_setting",
            "purchases",
            "exposure",
            "excluded_rows",
            "maturity",
            "warnings",
            "code_version",
        ),
        message="a run is kept as it was made; the next one is another row",
    ),
    Frozen(
        name="revision_is_published_once",
        table="thresholds_thresholdrevision",
        columns=("published_at",),
        when="OLD.published_at IS NOT NULL",
        message="when a run came into force never changes",
    ),
    Frozen(
        name="flag_event_is_append_only",
        table="thresholds_flagevent",
        columns=("flag_id", "kind", "changes", "note", "actor_id", "at"),
        message="history is written once and never changed",
    ),
    Frozen(
        name="flag_stays_ended",
        table="thresholds_flag",
        columns=("state", "closed_at", "net_when_closed", "closed_by_id"),
        when="OLD.state IN ('closed', 'dismissed', 'moved')",
        message="an ended flag stays ended; a new one is raised instead",
    ),
    Frozen(
        name="flag_keeps_why_it_was_raised",
        table="thresholds_flag",
        columns=("threshold", "revision_id", "net_when_raised", "raised_at", "again_after_id"),
        message="why a flag was raised never changes",
    ),
]
