"""The rejected rows as a CSV file: to be mended in a spreadsheet and imported again."""

from collections.abc import Sequence
from typing import BinaryIO

from helpdesk.lib.csvfiles.neutralising import SafeWriter
from helpdesk.lib.csvfiles.refusals import Rejection

ABOUT = ("line", "column", "value", "reason")
# A value of a megabyte helps nobody in a report.
_LONGEST_VALUE = 500


class RejectsWriter(SafeWriter):
    """Writes the original columns and, after them, line, column, value and reason."""

    def __init__(self, stream: BinaryIO, header: Sequence[str]) -> None:
        super().__init__(stream)
        # The file being imported may itself be such a report: its remarks are then replaced.
        mended = tuple(header[-len(ABOUT) :]) == ABOUT
        self._width = len(header) - len(ABOUT) if mended else len(header)
        kept = header[: self._width]
        self.count = 0
        self.row([*kept, *(name if name not in kept else f"rejected_{name}" for name in ABOUT)])

    def write(self, *rejections: Rejection) -> None:
        """Write one row; several rejections of the same row are joined in its remarks."""
        first = rejections[0]
        cells = list(first.cells[: self._width])
        cells += [""] * (self._width - len(cells))
        self.row(
            [
                *cells,
                first.line,
                "; ".join(r.column for r in rejections),
                "; ".join(r.value[:_LONGEST_VALUE] for r in rejections),
                " ".join(str(r.reason) for r in rejections),
            ]
        )
        self.count += 1
