"""What an app says about the rows it imports; the apps are listed in settings.IMPORT_KINDS."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from accounts.models import Role, Shop, User
from helpdesk.lib.csvfiles.mapping import Column, ColumnMap
from helpdesk.lib.csvfiles.refusals import Rejection

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Lookalikes kept in a report; more of them tell nobody anything.
MOST_LOOKALIKES = 200


@dataclass(frozen=True, slots=True)
class Record:
    """One row, read: {our column: value}, None for an empty cell."""

    line: int
    values: dict[str, Any]
    cells: Sequence[str]


@dataclass(frozen=True)
class ImportContext:
    """What a loader may use. `state` lives as long as the run and is emptied when a chunk fails."""

    shop: Shop
    actor: User | None
    now: datetime
    columns: ColumnMap
    state: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return self.shop.zone


@dataclass
class ChunkResult:
    """What became of the rows of one chunk: each is created, changed, unchanged or rejected."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lookalikes: list[tuple[str, str]] = field(default_factory=list)

    def reject(
        self,
        context: ImportContext,
        record: Record,
        column: str,
        reason: str | Promise,
    ) -> None:
        """Refuse a row because of one of our columns ("" for the row as a whole)."""
        heading = context.columns.sources.get(column)
        # As the file has it: a moment read in the shop's zone would not be found there again.
        told = record.cells[context.columns.index(column)] if heading else ""
        self.rejections.append(
            Rejection(record.line, heading or column, told, reason, tuple(record.cells))
        )

    def look_alike(self, new: str, known: str) -> None:
        """Tell the person that something made by this import resembles something that was there."""
        if len(self.lookalikes) < MOST_LOOKALIKES:
            self.lookalikes.append((new, known))


Columns = Callable[[Shop], Sequence[Column]]
LoadChunk = Callable[[Sequence[Record], ImportContext], ChunkResult]


@dataclass(frozen=True)
class ImportKind:
    """A kind of file: its columns and the function that writes its rows.

    `load_chunk` runs in a transaction of its own, gets at most about 2,000 readable rows in the
    order of the file, and must do nothing new for rows that it has seen before. It may run again
    for the same rows (a retry), alone for a single row (when the database refused one), and
    inside a transaction that is rolled back (dry run, preview).

    `together` names a column: rows with the same value in it come in one chunk, next to each
    other, wherever they stand in the file. `counts` names what `ChunkResult.counts` counts, each
    as `ngettext_lazy("line made", "lines made")`.
    """

    name: str
    label: str | Promise
    about: str | Promise
    columns: Columns
    load_chunk: LoadChunk
    together: str = ""
    counts: Mapping[str, "_StrPromise"] = field(default_factory=dict)
    roles: tuple[Role, ...] = (Role.MANAGER, Role.ADMIN)

    def told(self, counted: Mapping[str, int]) -> list[tuple[str, int]]:
        """What was counted besides the rows, in words that fit the number; nothing of what is 0."""
        return [
            (label % counted[name], counted[name])
            for name, label in self.counts.items()
            if counted.get(name)
        ]


@cache
def import_kinds() -> Mapping[str, ImportKind]:
    """The kinds of files this installation can import, by name, in the order they depend on."""
    found: list[ImportKind] = [import_string(path) for path in settings.IMPORT_KINDS]
    return {kind.name: kind for kind in found}
