"""What an import says about a file, a row or a value that it cannot take."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


class CsvRefused(ValidationError):  # noqa: N818 (a name, as UnitMismatch)
    """The whole file cannot be read. The message says what is wrong, where and what to do."""


class BadValue(ValueError):  # noqa: N818 (a name, as UnitMismatch)
    """One value cannot be taken. `reason` is meant for the person and translated when shown."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Rejection:
    """A row that does not go in: the line it begins on (1 is the first), column, value, reason.

    `column` is the heading as it stands in the file, "" when the row as a whole is wrong. `cells`
    are the cells of the row as far as they could be read.
    """

    line: int
    column: str
    value: str
    reason: str | Promise
    cells: tuple[str, ...] = ()
