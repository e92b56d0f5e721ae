"""Bringing rows that belong together next to each other, in bounded memory.

The rows go through a database file of their own on disk; groups stand in the order in which the
file first names them, and rows of a group in the order of the file.
"""

import hashlib
import marshal
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from django.utils.translation import gettext_lazy as _

from helpdesk.lib.csvfiles.reading import CHUNK_ROWS, Chunk, Row, Table
from helpdesk.lib.csvfiles.refusals import Rejection

# One group must fit into memory; no order has so many lines.
MOST_TOGETHER = 10_000
TOO_MANY = _("There are more than 10,000 rows of this kind together.")
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE first (key INTEGER PRIMARY KEY, line INTEGER NOT NULL);
CREATE TABLE row (first INTEGER, line INTEGER, cells BLOB, PRIMARY KEY (first, line)) WITHOUT ROWID;
"""


class Spool:
    """The rows of a table, grouped by one of our columns. Use it as a context manager."""

    def __init__(self, together: str) -> None:
        self.together = together
        self.rows = 0
        self.rejections: list[Rejection] = []
        self._folder = TemporaryDirectory(prefix="import-")
        self._database = sqlite3.connect(Path(self._folder.name) / "spool", isolation_level=None)
        self._database.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
        self._folder.cleanup()

    def fill(self, chunk: Chunk) -> None:
        """Take in rows, in the order of the file."""
        lines: dict[int, int] = {}
        keyed = [(self._key(row), row) for row in chunk.rows]
        for key, row in keyed:
            lines.setdefault(key, row.line)
        database = self._database
        database.execute("BEGIN")
        database.executemany("INSERT OR IGNORE INTO first VALUES (?, ?)", lines.items())
        marks = ",".join("?" * len(lines))
        known = dict(
            database.execute(f"SELECT key, line FROM first WHERE key IN ({marks})", [*lines])  # noqa: S608  # question marks only
        )
        database.executemany(
            "INSERT INTO row VALUES (?, ?, ?)",
            ((known[key], row.line, marshal.dumps(row.cells)) for key, row in keyed),
        )
        database.execute("COMMIT")
        self.rows += len(keyed)

    def chunks(self, table: Table, size: int = CHUNK_ROWS) -> Iterator[list[list[Row]]]:
        """Groups of rows, about `size` rows at a time; a group is never divided."""
        indexes = {name: table.map.index(name) for name in table.map.sources}
        found = self._database.execute("SELECT first, line, cells FROM row ORDER BY first, line")
        chunk: list[list[Row]] = []
        held, current = 0, None
        while some := list(islice(found, size)):
            for first, line, packed in some:
                cells = marshal.loads(packed)  # noqa: S302  # packed by us a moment ago
                if first == current and len(chunk[-1]) >= MOST_TOGETHER:
                    self.rejections.append(Rejection(line, "", "", TOO_MANY, tuple(cells)))
                    continue
                if first != current:
                    if held >= size:
                        yield chunk
                        chunk, held = [], 0
                    chunk.append([])
                    current = first
                chunk[-1].append(_row(line, cells, indexes))
                held += 1
        if chunk:
            yield chunk

    def take_rejections(self) -> list[Rejection]:
        """The rows that were too many since this was last asked."""
        taken, self.rejections = self.rejections, []
        return taken

    def _key(self, row: Row) -> int:
        """The group of a row; a row that names none is a group of its own."""
        text = row.values.get(self.together, "").strip() or f"\0{row.line}"
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def _row(line: int, cells: Sequence[str], indexes: dict[str, int]) -> Row:
    """The row as the reader gave it."""
    return Row(line, {name: cells[at] for name, at in indexes.items()}, list(cells))
