"""What the database itself keeps from changing in the tickets room."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

# Installed by the first migrations; a later table has a list of its own, or they would name a
# table that is not there yet.
FIRST: list[Declared] = [
    Frozen(
        name="interaction_is_frozen",
        table="tickets_interaction",
        columns=(
            "channel",
            "direction",
            "occurred_at",
            "reason_id",
            "agent_id",
            "is_system",
            "logged_at",
            "corrects_id",
        ),
        message="what was logged never changes, a correction supersedes it",
    ),
    Frozen(
        name="interaction_text_is_frozen",
        table="tickets_interaction",
        columns=("summary", "caller", "erased_at"),
        message="what was said never changes, only an erasure blanks it",
        unless=(
            "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL"
            " AND NEW.summary = '' AND NEW.caller = ''"
        ),
    ),
    Frozen(
        name="interaction_stays_superseded",
        table="tickets_interaction",
        columns=("superseded_at",),
        when="OLD.superseded_at IS NOT NULL",
        message="a superseded interaction stays superseded",
    ),
    Frozen(
        name="ticket_event_is_append_only",
        table="tickets_ticketevent",
        columns=(
            "ticket_id",
            "interaction_id",
            "purchase_id",
            "kind",
            "changes",
            "note",
            "actor_id",
            "at",
        ),
        message="history is written once and never changed",
    ),
    Frozen(
        name="promise_is_frozen",
        table="tickets_promise",
        # Its ticket is a link, which may move (merging, splitting), each move with its history.
        columns=("made_in_id", "what", "due_at", "made_at"),
        message="what was promised and by when never changes",
    ),
    Frozen(
        name="promise_ends_once",
        table="tickets_promise",
        columns=("state", "ended_at", "proof_id", "end_note"),
        when="OLD.state <> 'open'",
        message="an ended promise stays ended",
    ),
    NoDelete(
        name="ticket_event_is_kept",
        table="tickets_ticketevent",
        message="history is never deleted",
    ),
]


def append_only(name: str, *, table: str, columns: tuple[str, ...], one: str) -> list[Declared]:
    """Rows that are written once, never changed and never deleted; ``one`` says what a row is."""
    return [
        Frozen(
            name=f"{name}_is_append_only",
            table=table,
            columns=columns,
            message=f"{one} is written once and never changed",
        ),
        NoDelete(name=f"{name}_is_kept", table=table, message=f"{one} is never deleted"),
    ]


ATTEMPTS = append_only(
    "attempt",
    table="tickets_callattempt",
    columns=(
        "promise_id",
        "outcome",
        "note",
        "next_at",
        "contact_id",
        "tried_by_id",
        "tried_at",
    ),
    one="a try",
)

OWED: list[Declared] = [
    Frozen(
        name="help_is_frozen",
        table="tickets_helprequest",
        columns=("question", "asked_by_id", "asked_of_id", "asked_at", "due_at"),
        message="what was asked and by when never changes",
    ),
    Frozen(
        name="help_is_answered_once",
        table="tickets_helprequest",
        columns=("answer", "answered_by_id", "answered_at"),
        when="OLD.answered_at IS NOT NULL",
        message="an answer stays as it was given",
    ),
    NoDelete(
        name="help_is_kept",
        table="tickets_helprequest",
        message="a question is never deleted",
    ),
    Frozen(
        name="goodwill_is_frozen",
        table="tickets_goodwill",
        columns=("kind", "cost", "currency", "why", "asked_by_id", "asked_at", "own_limit"),
        message="what was asked for never changes",
    ),
    Frozen(
        name="goodwill_is_decided_once",
        table="tickets_goodwill",
        columns=("state", "decided_by_id", "decided_at", "refusal"),
        when="OLD.state <> 'waiting'",
        message="what was granted or refused stays so",
    ),
    NoDelete(
        name="goodwill_is_kept",
        table="tickets_goodwill",
        message="goodwill is never deleted",
    ),
]

CORRECTIONS: list[Declared] = [
    *append_only(
        "goodwill_correction",
        table="tickets_goodwillcorrection",
        columns=("goodwill_id", "why", "made_by_id", "made_at"),
        one="a correction of goodwill",
    ),
    Guard(
        name="goodwill_undone_was_granted",
        table="tickets_goodwillcorrection",
        condition=(
            "NOT EXISTS (SELECT 1 FROM tickets_goodwill g"
            " WHERE g.id = {row}.goodwill_id AND g.state = 'granted')"
        ),
        message="only goodwill that was granted can be undone",
        events=("INSERT",),
    ),
]

GIVEN: list[Declared] = [
    Frozen(
        name="promise_keeps_its_last_owner",
        table="tickets_promise",
        columns=("owner_id",),
        when="OLD.state <> 'open'",
        message="an ended promise stays with who had it at its end",
    ),
]

FROZEN: list[Declared] = [*FIRST, *ATTEMPTS, *OWED, *CORRECTIONS, *GIVEN]
