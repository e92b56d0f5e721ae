"""The numbers behind a chart, as a table for templates/parts/chart_table.html."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NumbersRow:
    """One row; with a `url` its first cell links to the `count` rows behind it."""

    cells: tuple[str, ...]
    url: str = ""
    count: int | None = None

    @property
    def first(self) -> str:
        """The cell that names the row."""
        return self.cells[0]

    @property
    def rest(self) -> tuple[str, ...]:
        """The cells after the name."""
        return self.cells[1:]


@dataclass(frozen=True)
class NumbersTable:
    """Headings and rows of one chart; `caption` is the chart's own label."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[NumbersRow, ...]
