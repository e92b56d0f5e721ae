"""Writes of the procedures room, split by noun."""

from procedures.services.manual import (
    ProcedureDraft,
    add_procedure,
    edit_procedure,
    restore_procedure,
    retire_procedure,
)
from procedures.services.pictures import add_picture
from procedures.services.runs import (
    RecordDraft,
    begin_with,
    decide_deviation,
    path_of,
    record_step,
    start_run,
)
from procedures.services.versions import (
    discard_draft,
    draft_of,
    publish_version,
    save_draft,
    start_draft,
)

__all__ = [
    "ProcedureDraft",
    "RecordDraft",
    "add_picture",
    "add_procedure",
    "begin_with",
    "decide_deviation",
    "discard_draft",
    "draft_of",
    "edit_procedure",
    "path_of",
    "publish_version",
    "record_step",
    "restore_procedure",
    "retire_procedure",
    "save_draft",
    "start_draft",
    "start_run",
]
