"""2 Why do they call? Contacts by fault and reason, and what changed."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts import Pareto, ParetoRow, draw_pareto
from dashboards.links import Figure
from dashboards.reading import Board
from dashboards.stats.reasons import FaultRow, ReasonRow, Why
from thresholds.rules.luck import Change
from tickets.models import Fault

# The vital few: the faults down to this share of all contacts.
VITAL = 0.8
MOST_LINES = 5


@dataclass(frozen=True)
class ReasonLine:
    """A reason in the full list, with its rows."""

    row: ReasonRow
    fault: str
    url: str


@dataclass(frozen=True)
class WhyPanel:
    """``lead`` names the faults that make up most of it; ``lines`` the most frequent reasons,
    ``more`` those after them."""

    why: Why
    chart: SafeString
    lines: tuple[ReasonLine, ...]
    more: tuple[ReasonLine, ...]
    lead: str
    lead_share: float
    counted: Figure
    uncoded: Figure
    purchases_before: int


def show_why(board: Board) -> WhyPanel:
    """Figures, chart and links of the panel."""
    why, links = board.why, board.links
    rows = tuple(
        _row(board, row, before) for row, before in zip(why.faults, _sums(why), strict=True)
    )
    vital = [row for row, drawn in zip(why.faults, rows, strict=True) if drawn.vital]
    lines = sorted(
        (
            ReasonLine(line, fault_name(row.fault), _reason_url(board, line))
            for row in why.faults
            for line in row.reasons
        ),
        key=lambda line: -line.row.net,
    )
    return WhyPanel(
        why=why,
        chart=draw_pareto(Pareto(rows, _("Counted contacts by fault, the largest first"))),
        lines=tuple(lines[:MOST_LINES]),
        more=tuple(lines[MOST_LINES:]),
        lead=_listed([fault_name(row.fault) for row in vital]),
        lead_share=vital[-1].together if vital else 0.0,
        counted=Figure(why.net, links.interactions(mature=1)),
        uncoded=Figure(why.uncoded, links.interactions(mature=1, uncoded=1)),
        purchases_before=board.cohorts.purchases_before,
    )


def fault_name(fault: str) -> str:
    """A fault in words; contacts without a reason have none."""
    return str(Fault(fault).label) if fault else _("No reason yet")


def _sums(why: Why) -> list[float]:
    """The share together above each fault."""
    return [0.0, *(row.together for row in why.faults)][: len(why.faults)]


def _row(board: Board, row: FaultRow, above: float) -> ParetoRow:
    most = row.reasons[0]
    asked = {"fault": row.fault} if row.fault else {"uncoded": "1"}
    change = row.change
    return ParetoRow(
        label=fault_name(row.fault),
        count=row.net,
        url=board.links.interactions(mature=1, **asked),
        detail=f"{most.leaf.name} {most.net:,}" if row.fault else "",
        detail_url=_reason_url(board, most) if row.fault else "",
        detail_count=most.net,
        together=row.together,
        per_purchase=row.per_purchase,
        change=change.difference if change else None,
        low=change.low if change else None,
        high=change.high if change else None,
        vital=above < VITAL,
        worse=is_worse(change),
    )


def is_worse(change: Change | None) -> bool:
    """Whether the rate has clearly risen."""
    return change is not None and change.is_clear and change.difference > 0


def _reason_url(board: Board, line: ReasonRow) -> str:
    if line.leaf.reason_id is None:
        return board.links.interactions(mature=1, uncoded=1)
    return board.links.interactions(mature=1, reason=line.leaf.reason_id)


def _listed(names: list[str]) -> str:
    """Names as a sentence begins: "Goods, promise and delivery"."""
    if len(names) < 2:  # noqa: PLR2004  # nothing to join
        return "".join(names)
    words = [names[0], *(name.lower() for name in names[1:])]
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
