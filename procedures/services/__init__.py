"""Writes of the procedures room, split by noun."""

from procedures.services.manual import (
    ProcedureDraft,
    add_procedure,
    edit_procedure,
    restore_procedure,
    retire_procedure,
)
from procedures.services.pictures import add_picture
from procedures.services.versions import (
    discard_draft,
    draft_of,
    publish_version,
    save_draft,
    start_draft,
)

__all__ = [
    "ProcedureDraft",
    "add_picture",
    "add_procedure",
    "discard_draft",
    "draft_of",
    "edit_procedure",
    "publish_version",
    "restore_procedure",
    "retire_procedure",
    "save_draft",
    "start_draft",
]
