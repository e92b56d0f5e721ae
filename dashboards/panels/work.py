"""4 What is being done? Flags by age, actions, the second person, promises."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts import Blocks, StackedBar, StackPart, draw_blocks, draw_stacked
from dashboards.links import Figure
from dashboards.reading import Board
from dashboards.stats.work import AgeGroup, Promises, Work
from quality.models import Inspection
from thresholds.models import Flag
from tickets.models import Promise


@dataclass(frozen=True)
class AgeLine:
    """One age group of the flags, with its blocks."""

    label: str
    flags: Figure
    blocks: SafeString


@dataclass(frozen=True)
class WorkPanel:
    """Everything the panel shows; ``passed_bar`` and ``promise_bar`` are stacked bars."""

    work: Work
    ages: tuple[AgeLine, ...]
    unfinished: Figure
    unowned: Figure
    open: Figure
    acknowledged: Figure
    late: Figure
    due_soon: Figure
    second: Figure
    disagreed: Figure
    passed_bar: SafeString
    first: Figure
    promises: Figure
    overdue: Figure
    promise_bar: SafeString
    promise_parts: tuple[tuple[str, Figure], ...]


def show_work(board: Board) -> WorkPanel:
    """Figures, bars and links of the panel."""
    work, links = board.work, board.links
    flags, promises = work.flags, work.promises
    second = Inspection.Stage.SECOND.value
    parts = _promise_parts(board, promises)
    return WorkPanel(
        work=work,
        ages=tuple(_age_line(board, place, group) for place, group in enumerate(flags.groups)),
        unfinished=Figure(flags.unfinished, links.flags()),
        unowned=Figure(flags.unowned, links.flags(unowned=1)),
        open=Figure(flags.open, links.flags(state=Flag.State.OPEN.value)),
        acknowledged=Figure(flags.acknowledged, links.flags(state=Flag.State.ACKNOWLEDGED.value)),
        late=Figure(flags.late, links.flags(late=1)),
        due_soon=Figure(flags.due_soon, links.flags(soon=1)),
        second=Figure(work.second.signed, links.inspections(stage=second)),
        disagreed=Figure(work.disagreed, links.inspections(stage=second, differs=1)),
        passed_bar=_passed_bar(board, work),
        first=Figure(work.first.signed, links.inspections(stage=Inspection.Stage.FIRST.value)),
        promises=Figure(promises.ended, ""),
        overdue=Figure(promises.overdue, links.promises_ever(overdue=1)),
        promise_bar=_promise_bar(parts),
        promise_parts=tuple((str(state.label), figure) for state, figure in parts),
    )


def _age_line(board: Board, place: int, group: AgeGroup) -> AgeLine:
    title = _("%(flags)d flags, %(unowned)d of them without an owner") % {
        "flags": group.flags,
        "unowned": group.unowned,
    }
    return AgeLine(
        label=_age_label(group),
        flags=Figure(group.flags, board.links.flags(age=place)),
        blocks=draw_blocks(Blocks(group.flags, group.unowned, title)),
    )


def _age_label(group: AgeGroup) -> str:
    if group.most is None:
        return _("over %(n)d days") % {"n": group.least - 1}
    return _("%(least)d to %(most)d days") % {"least": group.least, "most": group.most}


def _passed_bar(board: Board, work: Work) -> SafeString:
    """The second person's verdicts."""
    second = Inspection.Stage.SECOND.value
    links, verdict = board.links, Inspection.Verdict
    passed = links.inspections(stage=second, verdict=verdict.PASS.value)
    failed = links.inspections(stage=second, verdict=verdict.FAIL.value)
    parts = (
        StackPart(str(verdict.PASS.label), work.second.passed, "accent", passed),
        StackPart(
            str(verdict.FAIL.label), work.second.signed - work.second.passed, "alarm", failed
        ),
    )
    return draw_stacked(StackedBar(parts, _("Second inspections by verdict")))


def _promise_parts(board: Board, promises: Promises) -> tuple[tuple[Promise.State, Figure], ...]:
    counts = {
        Promise.State.KEPT: promises.kept,
        Promise.State.KEPT_LATE: promises.kept_late,
        Promise.State.BROKEN: promises.broken,
    }
    return tuple(
        (state, Figure(count, board.links.promises(state=state.value)))
        for state, count in counts.items()
    )


def _promise_bar(parts: tuple[tuple[Promise.State, Figure], ...]) -> SafeString:
    tones = {Promise.State.KEPT: "accent", Promise.State.KEPT_LATE: "warn"}
    stack = tuple(
        StackPart(str(state.label), figure.count, tones.get(state, "alarm"), figure.url)
        for state, figure in parts
    )
    return draw_stacked(StackedBar(stack, _("Promises by how they ended")))
