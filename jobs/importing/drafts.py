"""Uploaded files on their way in: looked at, mapped, tried, and handed to a worker."""

from collections.abc import Mapping, Sequence
from typing import IO, Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Shop, User
from files.models import StoredFile
from files.services import store_file
from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.reading import Table, open_table
from helpdesk.lib.csvfiles.refusals import CsvRefused
from jobs.importing.engine import ImportRun
from jobs.importing.kinds import ImportKind, import_kinds
from jobs.models import ImportDraft, Job
from jobs.services import create_job

TASK = "jobs.tasks.run_import"
# Rows that are tried before somebody decides.
TRIED_ROWS = 2_000
SHOWN_ROWS = 8
_LONGEST_CELL = 80


def take_upload(
    *, kind: ImportKind, stream: IO[bytes], name: str, actor: User, shop: Shop
) -> ImportDraft:
    """Keep an uploaded file and look at it. Raises ValidationError for what is no CSV file."""
    columns = kind.columns(shop)
    table = open_table(cast("BinaryIO", stream), columns)
    stored = store_file(stream=stream, name=name, purpose=StoredFile.Purpose.IMPORT, actor=actor)
    mapping = {**dict.fromkeys((c.name for c in columns), ""), **table.map.suggestions}
    mapping |= table.map.sources
    draft = ImportDraft(kind=kind.name, file=stored, mapping=mapping, created_by=actor)
    draft.preview = _preview(draft, cast("BinaryIO", stream), shop, table.map.suggestions)
    draft.save(force_insert=True)
    return draft


def remap_draft(*, draft: ImportDraft, mapping: Mapping[str, str], shop: Shop) -> None:
    """Say which heading is which of our columns, and try again.

    Raises ValidationError for a heading chosen twice or not in the file, and when it runs already.
    """
    draft.mapping = dict(mapping)
    with default_storage.open(draft.file.path) as stream:
        draft.preview = _preview(draft, cast("BinaryIO", stream), shop, {})
    waiting = ImportDraft.objects.filter(pk=draft.pk, job=None)
    if not waiting.update(mapping=draft.mapping, preview=draft.preview):
        raise started()


@transaction.atomic
def run_draft(*, draft: ImportDraft, actor: User) -> Job:
    """Have a worker import the file. Raises ValidationError when that was asked for already."""
    locked = ImportDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.job_id:
        raise started()
    if locked.preview["missing"]:
        raise ValidationError(_("Say first which column of the file is which."))
    job = create_job(
        kind=f"import_{locked.kind}",
        task=TASK,
        params={"kind": locked.kind, "mapping": locked.mapping},
        actor=actor,
        input_file=locked.file,
        total=locked.preview["lines"],
    )
    ImportDraft.objects.filter(pk=locked.pk).update(job=job)
    return job


def started() -> ValidationError:
    """A file goes in once; the job says how it went."""
    return ValidationError(_("This file is being imported already; its job says how far it is."))


def _preview(
    draft: ImportDraft, stream: BinaryIO, shop: Shop, guessed: Mapping[str, str]
) -> dict[str, Any]:
    """The first rows, and what becomes of the first thousands when nothing is kept."""
    kind = import_kinds()[draft.kind]
    table = open_table(stream, kind.columns(shop), draft.mapping)
    told: dict[str, Any] = {
        "header": list(table.map.header),
        "missing": list(table.map.missing),
        "unused": list(table.map.unused),
        "guessed": sorted(guessed),
        "lines": max(table.facts.lines - 1, 0),
        "columns": list(table.map.sources),
        "rows": [],
        "report": None,
        "refused": "",
    }
    if table.map.missing:
        return told
    told["rows"] = _first_rows(table)
    run = ImportRun(
        kind=kind,
        shop=shop,
        actor=draft.created_by,
        stream=stream,
        mapping=draft.mapping,
        most_rows=TRIED_ROWS,
    )
    try:
        told["report"] = run.run(dry_run=True).as_json()
    except CsvRefused as refused:
        told["refused"] = " ".join(refused.messages)
    return told


def _first_rows(table: Table) -> list[list[str]]:
    """The cells of our columns in the first rows, cut where they are long."""
    rows = table.preview(SHOWN_ROWS).rows
    return [[row.values[name][:_LONGEST_CELL] for name in table.map.sources] for row in rows]


def column_choices(columns: Sequence[Column], draft: ImportDraft) -> list[dict[str, Any]]:
    """For each of our columns what the page offers: its name, and which heading feeds it."""
    preview = draft.preview
    return [
        {
            "name": column.name,
            "label": column.label or column.name,
            "required": column.required,
            "chosen": draft.mapping.get(column.name, ""),
            "guessed": column.name in preview["guessed"],
            "missing": column.name in preview["missing"],
        }
        for column in columns
    ]
