"""What the database itself refuses in the procedures room, beyond what a CHECK can see."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

PROCEDURE = "procedures_procedure"
VERSION = "procedures_version"
STEP = "procedures_step"
BRANCH = "procedures_branch"
PICTURE = "procedures_picture"

DRAFT_ONLY = (
    "EXISTS (SELECT 1 FROM procedures_version v WHERE v.id = {row}.version_id"
    " AND v.state <> 'draft')"
)
BRANCH_OF_DRAFT_ONLY = (
    "EXISTS (SELECT 1 FROM procedures_step s JOIN procedures_version v ON v.id = s.version_id"
    " WHERE s.id = {row}.step_id AND v.state <> 'draft')"
)

MANUAL: list[Declared] = [
    Frozen(
        "procedure_key_frozen",
        PROCEDURE,
        ("key", "made_at", "form_key"),
        "the key of a procedure names it in files and does not change",
    ),
    Frozen(
        "procedure_version_frozen",
        VERSION,
        (
            "procedure_id",
            "number",
            "change_note",
            "author_id",
            "made_at",
            "publisher_id",
            "published_at",
        ),
        "a published version does not change; write a new one",
        when="OLD.state <> 'draft'",
    ),
    Frozen(
        "procedure_version_state_goes_forward",
        VERSION,
        ("state",),
        "a version goes from draft to published to superseded",
        unless=(
            "(OLD.state = 'draft' AND NEW.state = 'published')"
            " OR (OLD.state = 'published' AND NEW.state = 'superseded')"
        ),
    ),
    Frozen(
        "procedure_version_superseded_once",
        VERSION,
        ("superseded_at",),
        "the moment a version was superseded does not change",
        when="OLD.superseded_at IS NOT NULL",
    ),
    NoDelete(
        "procedure_version_kept",
        VERSION,
        "a version that was published is kept",
        when="OLD.state <> 'draft'",
    ),
    Guard(
        "procedure_version_begins_as_draft",
        VERSION,
        "NEW.state <> 'draft'",
        "a version begins as a draft",
        events=("INSERT",),
    ),
    Guard(
        "procedure_version_has_steps",
        VERSION,
        (
            "NEW.state = 'published' AND NOT EXISTS"
            " (SELECT 1 FROM procedures_step s WHERE s.version_id = NEW.id)"
        ),
        "a version without steps cannot be published",
        events=("UPDATE",),
    ),
    Guard(
        "procedure_version_decisions_have_answers",
        VERSION,
        (
            "NEW.state = 'published' AND OLD.state = 'draft' AND EXISTS"
            " (SELECT 1 FROM procedures_step s WHERE s.version_id = NEW.id AND s.kind = 'decide'"
            " AND (SELECT count(*) FROM procedures_branch b WHERE b.step_id = s.id) < 2)"
        ),
        "a decision has at least two answers",
        events=("UPDATE",),
    ),
    Guard(
        "procedure_step_of_draft_only",
        STEP,
        DRAFT_ONLY,
        "the steps of a published version do not change",
    ),
    Guard(
        "procedure_branch_of_draft_only",
        BRANCH,
        BRANCH_OF_DRAFT_ONLY,
        "the answers of a published version do not change",
    ),
    Guard(
        "procedure_branch_of_a_decision",
        BRANCH,
        (
            "NOT EXISTS (SELECT 1 FROM procedures_step s"
            " WHERE s.id = NEW.step_id AND s.kind = 'decide')"
        ),
        "only a decision has answers",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "procedure_branch_goes_forward",
        BRANCH,
        (
            "NEW.goes_to_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM procedures_step s"
            " JOIN procedures_step t ON t.version_id = s.version_id AND t.position > s.position"
            " WHERE s.id = NEW.step_id AND t.id = NEW.goes_to_id)"
        ),
        "an answer leads to a later step of the same version",
        events=("INSERT", "UPDATE"),
    ),
    Frozen(
        "procedure_picture_frozen",
        PICTURE,
        ("procedure_id", "file_id", "preview_id", "added_by_id", "added_at"),
        "a picture of a procedure does not change; add another",
    ),
    NoDelete("procedure_picture_kept", PICTURE, "a picture of a procedure is kept"),
]

RUN, RECORD = "procedures_run", "procedures_record"

RUNS: list[Declared] = [
    Frozen(
        "procedure_run_keeps_its_version",
        RUN,
        ("version_id", "call_key", "started_by_id", "started_at"),
        "a run keeps the version it began with",
    ),
    NoDelete("procedure_run_kept", RUN, "a run is kept"),
    Guard(
        "procedure_run_of_a_published_version",
        RUN,
        (
            "EXISTS (SELECT 1 FROM procedures_version v WHERE v.id = NEW.version_id"
            " AND v.state = 'draft')"
        ),
        "a draft is not followed",
        events=("INSERT",),
    ),
    Frozen(
        "procedure_record_frozen",
        RECORD,
        (
            "run_id",
            "step_id",
            "way",
            "answer",
            "value",
            "branch_id",
            "photo_id",
            "why",
            "recorded_by_id",
            "recorded_at",
            "word_due_at",
            "form_key",
        ),
        "what was recorded does not change; record it again",
    ),
    Frozen(
        "procedure_deviation_decided_once",
        RECORD,
        ("agreed", "decided_by_id", "decided_at", "decision"),
        "a deviation is decided once",
        when="OLD.decided_at IS NOT NULL",
    ),
    NoDelete("procedure_record_kept", RECORD, "what was recorded is kept"),
    Guard(
        "procedure_record_of_its_version",
        RECORD,
        (
            "NOT EXISTS (SELECT 1 FROM procedures_run r JOIN procedures_step s"
            " ON s.version_id = r.version_id WHERE r.id = NEW.run_id AND s.id = NEW.step_id)"
        ),
        "a run records the steps of its own version",
        events=("INSERT",),
    ),
    Guard(
        "procedure_record_branch_of_its_step",
        RECORD,
        (
            "NEW.branch_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM procedures_branch b"
            " WHERE b.id = NEW.branch_id AND b.step_id = NEW.step_id)"
        ),
        "an answer belongs to its step",
        events=("INSERT",),
    ),
    Guard(
        "procedure_critical_deviation_waits_for_a_word",
        RECORD,
        (
            "NEW.way <> 'done' AND NEW.word_due_at IS NULL AND EXISTS (SELECT 1"
            " FROM procedures_step s WHERE s.id = NEW.step_id AND s.critical = true)"
        ),
        "a deviation from a critical step waits for the word of a second person",
        events=("INSERT",),
    ),
]

READING: list[Declared] = [
    Frozen(
        "confirmation_frozen",
        "procedures_confirmation",
        ("version_id", "person_id", "at"),
        "who has read a version has read it",
    ),
    NoDelete("confirmation_kept", "procedures_confirmation", "a confirmation is kept"),
    Guard(
        "confirmation_of_a_published_version",
        "procedures_confirmation",
        (
            "EXISTS (SELECT 1 FROM procedures_version v WHERE v.id = NEW.version_id"
            " AND v.state = 'draft')"
        ),
        "a draft cannot be confirmed",
        events=("INSERT",),
    ),
]

FROZEN: list[Declared] = [*MANUAL, *RUNS, *READING]
