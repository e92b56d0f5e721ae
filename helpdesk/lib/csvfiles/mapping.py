"""Which column of a file is which of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from helpdesk.lib.csvfiles.refusals import CsvRefused
from helpdesk.lib.folding import fold_key

# How alike two names must be for a suggestion (difflib's ratio).
_ALIKE = 0.75


class Parse(Protocol):
    """Reads one non-empty cell; raises BadValue."""

    def __call__(self, text: str, /) -> Any: ...


@dataclass(frozen=True)
class Column:
    """A column that an import knows, under `name` and its synonyms (case, space, _ ignored)."""

    name: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    parse: Parse | None = None
    label: str | Promise = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The folded names it is recognised by, the best first."""
        return tuple(fold_key(name) for name in (self.name, *self.synonyms))


@dataclass(frozen=True)
class ColumnMap:
    """Which heading of the file feeds which of our columns.

    `sources` holds {our column: heading}; `unused` the headings that feed none; `missing` our
    required columns without a heading; `suggestions` {our column: heading} for names that are
    only alike, for a person to confirm.
    """

    header: tuple[str, ...]
    sources: dict[str, str]
    unused: tuple[str, ...]
    missing: tuple[str, ...]
    suggestions: dict[str, str]

    def index(self, name: str) -> int:
        """Where in a row our column stands."""
        return self.header.index(self.sources[name])

    def demand(self) -> None:
        """Raise CsvRefused when a required column is missing."""
        if self.missing:
            raise CsvRefused(
                _(
                    "The file has no column for: %(missing)s. It has: %(header)s. Rename a column in "
                    "the file, or say which column it is."
                )
                % {"missing": ", ".join(self.missing), "header": ", ".join(self.header)}
            )


def check_header(cells: Sequence[str]) -> tuple[str, ...]:
    """The headings of a file, stripped. Raises CsvRefused for nameless or repeated ones."""
    header = tuple(cell.strip() for cell in cells)
    seen: dict[str, str] = {}
    for place, name in enumerate(header, start=1):
        if not name:
            raise CsvRefused(
                _("Column %(place)d has no name. The first row must name every column.")
                % {"place": place}
            )
        # Names in punctuation alone fold to nothing; they are only equal to themselves.
        key = fold_key(name) or name
        if key in seen:
            raise CsvRefused(
                _("Two columns have the same name: “%(one)s” and “%(other)s”. Rename one of them.")
                % {"one": seen[key], "other": name}
            )
        seen[key] = name
    return header


def map_columns(
    header: Sequence[str],
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
) -> ColumnMap:
    """Find our columns among the headings: by `mapping` first, then by name, then by synonym.

    `mapping` is {our column: heading}, "" to leave a column out. Raises CsvRefused when it names a
    column or heading that does not exist, or one heading twice.
    """
    by_key = {fold_key(name): name for name in header}
    sources = _explicit(by_key, columns, mapping or {})
    free = [c for c in columns if c.name not in (mapping or {})]
    taken = set(sources.values())
    for rank in range(max((len(c.keys) for c in free), default=0)):
        for column in free:
            found = by_key.get(column.keys[rank]) if rank < len(column.keys) else None
            if found is not None and found not in taken and column.name not in sources:
                sources[column.name] = found
                taken.add(found)
    unused = tuple(name for name in header if name not in taken)
    return ColumnMap(
        header=tuple(header),
        sources=sources,
        unused=unused,
        missing=tuple(c.name for c in columns if c.required and c.name not in sources),
        suggestions=_suggestions(unused, [c for c in free if c.name not in sources]),
    )


def _explicit(
    by_key: Mapping[str, str], columns: Sequence[Column], mapping: Mapping[str, str]
) -> dict[str, str]:
    """The sources that a person chose."""
    names = {c.name for c in columns}
    sources: dict[str, str] = {}
    for name, wanted in mapping.items():
        heading = by_key.get(fold_key(wanted))
        if name not in names or (wanted and heading is None):
            raise CsvRefused(
                _("There is no column “%(wanted)s” in the file for “%(name)s”.")
                % {"wanted": wanted, "name": name}
            )
        if heading is not None and wanted:
            if heading in sources.values():
                raise CsvRefused(
                    _("The column “%(heading)s” is chosen twice. Choose another for one of them.")
                    % {"heading": heading}
                )
            sources[name] = heading
    return sources


def _suggestions(unused: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """Headings that look like one of the columns still without one."""
    by_key = {fold_key(name): name for name in unused}
    suggestions: dict[str, str] = {}
    for column in columns:
        for key in column.keys:
            alike = get_close_matches(key, by_key, n=1, cutoff=_ALIKE)
            if alike:
                suggestions[column.name] = by_key.pop(alike[0])
                break
    return suggestions
