"""The engine of every import: streaming, in chunks with a transaction each, safe to run again."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import BinaryIO

from django.db import connection, transaction

from accounts.models import Shop, User
from helpdesk.lib.csvfiles.reading import CHUNK_ROWS, Chunk, Table, open_table
from jobs.importing.ahead import read_ahead
from jobs.importing.kinds import ChunkResult, ImportKind
from jobs.importing.loading import ChunkLoader, Readable, Stretch
from jobs.importing.rejected import RejectedRows
from jobs.importing.report import ImportReport
from jobs.importing.spool import Spool

# A file of which so many rows are rejected is damaged; the rest of it would tell nothing new.
MOST_REJECTED = 100_000
# Tells what was done so far, inside the transaction of the chunk that did it; False stops the run.
OnChunk = Callable[[ImportReport], bool]


@dataclass
class ImportRun:
    """One import of one file.

    `report` may be that of a run that stopped half-way: what it counts is then passed over.
    `rejects` is a file (readable, writable, seekable) for the refused rows. `most_rows` ends the
    run after about so many rows, for a preview. Once `most_rejected` rows are rejected the run
    gives up what is left of the file, and says so in the report.
    """

    kind: ImportKind
    shop: Shop
    actor: User | None
    stream: BinaryIO
    mapping: Mapping[str, str] = field(default_factory=dict)
    rejects: BinaryIO | None = None
    on_chunk: OnChunk = lambda report: True
    report: ImportReport = field(default_factory=ImportReport)
    most_rows: int | None = None
    most_rejected: int = MOST_REJECTED
    chunk_rows: int = CHUNK_ROWS

    def run(self, *, dry_run: bool = False) -> ImportReport:
        """Import the file; with `dry_run` everything is tried and nothing stays.

        Raises CsvRefused when the file as a whole cannot be read; nothing more is then written.
        """
        started = time.monotonic() - self.report.seconds
        table = open_table(self.stream, self.kind.columns(self.shop), self.mapping)
        table.map.demand()
        with _rolled_back_if(dry_run=dry_run):
            self._load_table(table, started)
        return self.report

    def _load_table(self, table: Table, started: float) -> None:
        """Load all stretches, from where the report stands."""
        rejected = RejectedRows.open(self.rejects, table.map.header, self.report.rejects_size)
        loader = ChunkLoader(self.kind, self.shop, self.actor, table)
        # The first line is the heading; cells with line ends make this a little too many.
        self.report.total = max(table.facts.lines - 1, 0)
        with read_ahead(self._readable(table, loader, self.report.rows)) as ahead:
            for readable in ahead:
                if self.report.rejected >= self.most_rejected:
                    self.report.gave_up = True
                    break
                with transaction.atomic():
                    _without_waiting_for_the_disk()
                    self._note(loader.load(readable), readable.size, rejected)
                    self.report.seconds = round(time.monotonic() - started, 3)
                    go_on = self.on_chunk(self.report)
                if not go_on:
                    return
        self.report.finished = True
        self.report.seconds = round(time.monotonic() - started, 3)

    def _readable(
        self, table: Table, loader: ChunkLoader, passed: int
    ) -> Generator[Readable, None, None]:
        """The stretches as values, without the first `passed` rows, which were loaded before."""
        done = 0
        for stretch in self._stretches(table):
            done += stretch.size
            if done > passed:
                yield loader.read(stretch)

    def _note(self, result: ChunkResult, size: int, rejected: RejectedRows | None) -> None:
        """Count a chunk, and write down what it refused."""
        self.report.add(result, size)
        for _line, wrong in groupby(result.rejections, key=lambda rejection: rejection.line):
            rejections = list(wrong)
            self.report.reject(rejections)
            if rejected:
                rejected.write(rejections)
        if rejected:
            self.report.rejects_size = rejected.size()

    def _stretches(self, table: Table) -> Iterator[Stretch]:
        """The file in stretches, the same ones every time it is read."""
        if not self.kind.together:
            for chunk in self._chunks(table):
                yield Stretch([[row] for row in chunk.rows], chunk.rejections)
            return
        with Spool(self.kind.together) as spool:
            for chunk in self._chunks(table):
                spool.fill(chunk)
                if chunk.rejections:
                    yield Stretch([], chunk.rejections)
            for groups in spool.chunks(table, self.chunk_rows):
                yield Stretch(groups, spool.take_rejections())

    def _chunks(self, table: Table) -> Iterator[Chunk]:
        """The chunks of the table, as far as this run goes."""
        read = 0
        for chunk in table.chunks(self.chunk_rows):
            yield chunk
            read += len(chunk.rows) + len(chunk.rejections)
            if self.most_rows is not None and read >= self.most_rows:
                return


def _without_waiting_for_the_disk() -> None:
    """Let the commit of this chunk return before it is on the disk.

    What a power failure takes is the last chunks as a whole, and the report with them: the import
    goes on from there, or is run again.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")


@contextmanager
def _rolled_back_if(*, dry_run: bool) -> Iterator[None]:
    """Undo everything at the end of a dry run: one transaction, so that rows see each other."""
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
