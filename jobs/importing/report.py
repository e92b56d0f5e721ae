"""What an import did, row by row in numbers; kept in the job so that a killed one can go on."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.lib.csvfiles.refusals import Rejection
from jobs.importing.kinds import MOST_LOOKALIKES, ChunkResult

# Different reasons told in a report, and examples kept of all; the file of rejected rows has all.
MOST_REASONS = 50
MOST_EXAMPLES = 20
_LONGEST_VALUE = 80


@dataclass
class ImportReport:
    """Rows read and what became of them; `counts` is what the kind counts besides."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    finished: bool = False
    # Finished, but before the end of the file: too many rows were rejected.
    gave_up: bool = False
    total: int | None = None
    seconds: float = 0.0
    # Bytes of the file of rejected rows that belong to what is counted here.
    rejects_size: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    # "heading: reason" with how often.
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    lookalikes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def good(self) -> int:
        """Rows that went in."""
        return self.rows - self.rejected

    def outcome(self) -> str:
        """How it ended, in a sentence or two; of one that gave up also what stays and what to do."""
        numbers = {"good": self.good, "rejected": self.rejected}
        if not self.gave_up:
            return (
                ngettext(
                    "%(good)d row went in, %(rejected)d were rejected.",
                    "%(good)d rows went in, %(rejected)d were rejected.",
                    self.good,
                )
                % numbers
            )
        return (
            _(
                "The import stopped before the end of the file: %(rejected)d rows were rejected, so the "
                "file is probably damaged (a quotation mark that is never closed, for example) or of "
                "another kind. Rows that went in before, and stay: %(good)d. See below why rows were "
                "rejected, mend the file and import it again; what is in already goes in only once."
            )
            % numbers
        )

    def add(self, result: ChunkResult, rows: int) -> None:
        """Count a loaded chunk."""
        self.rows += rows
        self.created += result.created
        self.changed += result.changed
        self.unchanged += result.unchanged
        self.counts.update(result.counts)
        room = MOST_LOOKALIKES - len(self.lookalikes)
        self.lookalikes += result.lookalikes[:room]

    def reject(self, rejections: list[Rejection]) -> None:
        """Count one row that is refused, for one reason or several."""
        self.rejected += 1
        for rejection in rejections:
            reason = str(rejection.reason)
            key = f"{rejection.column}: {reason}" if rejection.column else reason
            if key in self.reasons or len(self.reasons) < MOST_REASONS:
                self.reasons[key] += 1
            if len(self.examples) < MOST_EXAMPLES:
                value = rejection.value[:_LONGEST_VALUE]
                self.examples.append(
                    {
                        "line": rejection.line,
                        "column": rejection.column,
                        "value": value,
                        "reason": reason,
                    }
                )

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        # Not asdict, which makes counters of a counter's pairs.
        return {**vars(self), "counts": dict(self.counts), "reasons": dict(self.reasons)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "ImportReport":
        """What `as_json` gave."""
        known = {**stored}
        known["counts"] = Counter(stored.get("counts", {}))
        known["reasons"] = Counter(stored.get("reasons", {}))
        return cls(**known)
