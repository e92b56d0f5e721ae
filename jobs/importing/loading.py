"""One chunk of rows: read, loaded, tried again, and narrowed down to the row the database refuses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop, User
from helpdesk.lib.csvfiles.reading import Row, Table
from helpdesk.lib.csvfiles.refusals import Rejection
from helpdesk.lib.csvfiles.values import RowParser
from jobs.importing.kinds import ChunkResult, ImportContext, ImportKind, Record

# Times a chunk is tried when somebody else writes the same rows at the same moment.
TRIES = 2
REFUSED = _("The database refused this row: {error}")


@dataclass
class Stretch:
    """Rows to load together, in groups, and rows of that stretch that cannot be read."""

    groups: list[list[Row]]
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Rows in it, unreadable ones included."""
        return sum(len(group) for group in self.groups) + len(self.rejections)


@dataclass(frozen=True)
class Readable:
    """A stretch as values: groups of records to load, and the rows that could not be read."""

    groups: list[list[Record]]
    rejections: list[Rejection]
    size: int


class ChunkLoader:
    """Reads and loads the chunks of one run."""

    def __init__(self, kind: ImportKind, shop: Shop, actor: User | None, table: Table) -> None:
        self._kind = kind
        self._parser = RowParser(kind.columns(shop), table.map)
        self._context = ImportContext(shop, actor, timezone.now(), table.map)

    def read(self, stretch: Stretch) -> Readable:
        """The rows as values; does not touch the database."""
        rejections = list(stretch.rejections)
        groups = [self._read(group, rejections) for group in stretch.groups]
        return Readable([group for group in groups if group], rejections, stretch.size)

    def load(self, readable: Readable) -> ChunkResult:
        """Write the rows that can be read; tell what became of each."""
        total = ChunkResult(rejections=list(readable.rejections))
        self._load(readable.groups, total)
        return total

    def _read(self, group: Sequence[Row], rejections: list[Rejection]) -> list[Record]:
        """The rows of a group as values; those that cannot be read are rejected."""
        records = []
        for row in group:
            values, wrong = self._parser.parse(row)
            if wrong:
                rejections += wrong
            else:
                records.append(Record(row.line, values, row.cells))
        return records

    def _load(self, groups: list[list[Record]], total: ChunkResult) -> None:
        """Load groups; on a refusal of the database again, and then by halves down to one group."""
        if not groups:
            return
        result, error = self._try(groups)
        if result is not None:
            add(total, result)
        elif len(groups) == 1:
            for record in groups[0]:
                reason = format_lazy(REFUSED, error=str(error).splitlines()[0])
                total.reject(self._context, record, "", reason)
        else:
            middle = len(groups) // 2
            self._load(groups[:middle], total)
            self._load(groups[middle:], total)

    def _try(self, groups: list[list[Record]]) -> tuple[ChunkResult | None, Exception | None]:
        """One attempt, or two: the second finds what somebody else has just written."""
        records = [record for group in groups for record in group]
        refusal: Exception | None = None
        for _attempt in range(TRIES):
            try:
                with transaction.atomic():
                    return self._kind.load_chunk(records, self._context), None
            except (IntegrityError, DataError) as error:
                # What was remembered may have been undone.
                self._context.state.clear()
                refusal = error
        return None, refusal


def add(total: ChunkResult, result: ChunkResult) -> None:
    """Add what one part of a chunk did to the whole."""
    total.created += result.created
    total.changed += result.changed
    total.unchanged += result.unchanged
    total.rejections += result.rejections
    total.counts.update(result.counts)
    total.lookalikes += result.lookalikes
