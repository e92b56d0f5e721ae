"""A version as it is written, and what is wrong with it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from helpdesk.lib.units import UNITS
from procedures.models import Step

Kind = Step.Kind
LEAST_ANSWERS = 2
MOST_STEPS = 200
LONGEST_TITLE, LONGEST_TEXT, LONGEST_ANSWER = 160, 8000, 120


@dataclass(frozen=True)
class BranchDraft:
    """An answer; ``to`` is the title of a later step, "" the next one; ``ends``: nothing follows."""

    label: str
    to: str = ""
    ends: bool = False


@dataclass(frozen=True)
class StepDraft:
    """A step as typed; an open side of the limits is None."""

    kind: str
    title: str
    text: str = ""
    required: bool = True
    critical: bool = False
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    branches: tuple[BranchDraft, ...] = ()


@dataclass(frozen=True)
class VersionDraft:
    """A version as typed: its steps in order."""

    steps: tuple[StepDraft, ...]
    change_note: str = ""


@dataclass(frozen=True)
class Fault:
    """Something wrong with the step at ``place`` (from 0), beside the field it is wrong in."""

    place: int
    field: str
    text: str


def faults_of(draft: VersionDraft) -> list[Fault]:
    """All that keeps a version from being saved; an unfinished decision may be saved."""
    found = [
        Fault(place, field, text)
        for place, step in enumerate(draft.steps)
        for field, text in _faults_of_step(step)
    ]
    if len(draft.steps) > MOST_STEPS:
        told = _("A procedure has at most %(n)d steps. Split it in two.") % {"n": MOST_STEPS}
        found.append(Fault(len(draft.steps) - 1, "title", told))
    return [*found, *_twice(draft.steps), *_lost(draft.steps)]


def unfinished(draft: VersionDraft) -> list[str]:
    """What has to be there before it can be published."""
    found = [] if draft.steps else [_("There is no step yet.")]
    return found + [
        _("“%(title)s” is a decision and needs at least two answers.") % {"title": step.title}
        for step in draft.steps
        if step.kind == Kind.DECIDE and len(step.branches) < LEAST_ANSWERS
    ]


def _faults_of_step(step: StepDraft) -> Iterator[tuple[str, str]]:
    if step.kind not in Kind.values:
        yield "kind", _("Choose what kind of step it is.")
    if not step.title.strip():
        yield "title", _("Give the step a title.")
    if len(step.title) > LONGEST_TITLE:
        yield "title", _("At most %(n)d letters.") % {"n": LONGEST_TITLE}
    if len(step.text) > LONGEST_TEXT:
        yield "text", _("At most %(n)d letters.") % {"n": LONGEST_TEXT}
    if step.critical and not step.required:
        yield "required", _("A critical step is required as well.")
    yield from _faults_of_limits(step)
    if step.kind != Kind.DECIDE and step.branches:
        yield "answers", _("Only a decision has answers.")


def _faults_of_limits(step: StepDraft) -> Iterator[tuple[str, str]]:
    if step.kind != Kind.MEASURE:
        if step.unit or step.lower is not None or step.upper is not None:
            yield "unit", _("Only a measure has a unit and limits.")
        return
    if step.unit not in UNITS:
        yield "unit", _("Choose a unit we know.")
    if step.lower is None and step.upper is None:
        yield "lower", _("Give a lower or an upper limit.")
    elif step.lower is not None and step.upper is not None and step.lower > step.upper:
        yield "upper", _("The upper limit is below the lower one.")


def _twice(steps: Iterable[StepDraft]) -> Iterator[Fault]:
    """Titles and answers said twice: a branch would not know which is meant."""
    seen: set[str] = set()
    for place, step in enumerate(steps):
        if step.title.casefold() in seen:
            yield Fault(place, "title", _("Another step has this title."))
        seen.add(step.title.casefold())
        labels = [branch.label.casefold() for branch in step.branches]
        if len(set(labels)) < len(labels) or "" in labels:
            yield Fault(place, "answers", _("Each answer has words of its own."))
        if any(len(label) > LONGEST_ANSWER for label in labels):
            yield Fault(place, "answers", _("At most %(n)d letters.") % {"n": LONGEST_ANSWER})


def _lost(steps: tuple[StepDraft, ...]) -> Iterator[Fault]:
    """Answers that lead nowhere, or back: a procedure always comes to its end."""
    for place, step in enumerate(steps):
        later = {one.title for one in steps[place + 1 :]}
        for branch in step.branches:
            if branch.to and branch.to not in later:
                told = _("“%(label)s” leads to “%(to)s”, which is no later step.")
                yield Fault(place, "answers", told % {"label": branch.label, "to": branch.to})
