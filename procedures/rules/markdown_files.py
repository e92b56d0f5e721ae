"""A procedure as a Markdown file with front matter: written, and read back. Pure.

The front matter says what it is called and where it applies. Each step is a heading of the second
level, a fenced block ``step`` with its kind and what belongs to it, and its text. Written twice it
is the same to the byte, so that a version control shows what somebody changed and nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from procedures.rules.drafts import BranchDraft, StepDraft
from procedures.rules.front_matter import FileFault, read_fields, write_fields

LONGEST_FILE = 1_000_000
FENCE = "---"
STEP_FENCE = "```step"
END = "```"
YES = {"true": True, "yes": True, "false": False, "no": False}
KNOWN = (
    "key",
    "title",
    "purpose",
    "owner",
    "review_on",
    "reasons",
    "products",
    "categories",
    "roles",
    "change_note",
)
STEP_KNOWN = ("kind", "required", "critical", "unit", "lower", "upper", "answers")
_HEADING = re.compile(r"## +(\S.*?) *")


@dataclass(frozen=True)
class ProcedureFile:
    """What a file says. ``lines`` are where the fields and the steps (by place) begin in it."""

    title: str
    key: str = ""
    purpose: str = ""
    owner: str = ""
    review_on: date | None = None
    reasons: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    change_note: str = ""
    steps: tuple[StepDraft, ...] = ()
    step_lines: tuple[int, ...] = ()


def write_steps(steps: Iterable[StepDraft]) -> str:
    """The part of a file below its front matter: two versions that read alike are equal here."""
    return "\n".join(_write_step(step) for step in steps)


def write_file(told: ProcedureFile) -> str:
    """The file's text, with line feeds, ending with one."""
    fields: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ((name, getattr(told, name)) for name in KNOWN)
    }
    fields["review_on"] = told.review_on.isoformat() if told.review_on else ""
    head = f"{FENCE}\n{write_fields(fields)}{FENCE}\n"
    return f"{head}\n{write_steps(told.steps)}" if told.steps else head


def read_file(text: str) -> ProcedureFile:
    """What the file says. Raises FileFault for the first thing that cannot be read."""
    if len(text) > LONGEST_FILE:
        raise FileFault(0, _("The file is too long to be a procedure."))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        raise FileFault(1, _("The file begins with a line “---” and the fields of the procedure."))
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise FileFault(1, _("The fields end with a line “---”; there is none."))
    fields = read_fields("\n".join(lines[1:end]), first_line=2)
    steps = list(_read_steps(lines, end + 1))
    return ProcedureFile(
        **_read_head(fields, lines),
        steps=tuple(step for step, _line in steps),
        step_lines=tuple(line for _step, line in steps),
    )


def _write_step(step: StepDraft) -> str:
    fields: dict[str, Any] = {"kind": step.kind}
    if not step.required:
        fields["required"] = False
    if step.critical:
        fields["critical"] = True
    fields |= {"unit": step.unit, "lower": step.lower, "upper": step.upper}
    fields["answers"] = [
        {"answer": one.label}
        | ({"to": _line(one.to)} if one.to else {})
        | ({"ends": True} if one.ends else {})
        for one in step.branches
    ]
    head = f"## {_line(step.title)}\n\n{STEP_FENCE}\n{write_fields(fields)}{END}\n"
    return f"{head}\n{_written(step.text)}\n" if step.text.strip() else head


def _line(title: str) -> str:
    """A title on one line."""
    return " ".join(title.split())


def _written(text: str) -> str:
    """A step's text. A fence that would begin a step is told apart by a blank."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return "\n".join(
        line.replace("```step", "``` step", 1) if line.startswith(STEP_FENCE) else line
        for line in lines
    )


def _read_head(fields: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    """The front matter as ProcedureFile takes it."""
    for name in fields:
        if name not in KNOWN:
            told = _("“%(name)s” is no field of a procedure. There are: %(known)s.")
            raise FileFault(_line_of(lines, name), told % {"name": name, "known": ", ".join(KNOWN)})
    head: dict[str, Any] = {}
    for name in ("key", "title", "purpose", "owner", "change_note"):
        head[name] = _text(fields, name, lines)
    for name in ("reasons", "products", "categories", "roles"):
        head[name] = _list(fields, name, lines)
    day = _text(fields, "review_on", lines)
    try:
        head["review_on"] = date.fromisoformat(day) if day else None
    except ValueError as error:
        told = _("Write the day as 2027-05-31.")
        raise FileFault(_line_of(lines, "review_on"), told) from error
    if not head["title"].strip():
        raise FileFault(2, _("The field “title” is missing."))
    return head


def _text(fields: dict[str, Any], name: str, lines: list[str]) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise FileFault(_line_of(lines, name), _("“%(name)s” is one text.") % {"name": name})
    return value


def _list(fields: dict[str, Any], name: str, lines: list[str]) -> tuple[str, ...]:
    """Several texts; one alone may stand behind the colon."""
    value = fields.get(name, [])
    told = [value] if isinstance(value, str) and value else value or []
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise FileFault(_line_of(lines, name), _("“%(name)s” is a list of texts.") % {"name": name})
    return tuple(told)


def _line_of(lines: list[str], name: str) -> int:
    """Where a field stands, from 1."""
    found = (at for at, line in enumerate(lines, 1) if line.startswith((f"{name}:", f'"{name}"')))
    return next(found, 2)


def _read_steps(lines: list[str], at: int) -> Iterator[tuple[StepDraft, int]]:
    """The steps with the lines of their headings, from 1."""
    starts = [place for place in range(at, len(lines)) if _begins_step(lines, place)]
    before = [place for place in range(at, starts[0] if starts else len(lines)) if lines[place]]
    if before and lines[before[0]].strip():
        told = _("A step begins with “## Title”, and below it a block “```step” with its kind.")
        raise FileFault(before[0] + 1, told)
    for start, stop in pairwise([*starts, len(lines)]):
        yield _read_step(lines, start, stop), start + 1


def _begins_step(lines: list[str], at: int) -> bool:
    """Whether a heading stands here with the block of a step behind it."""
    if not _HEADING.fullmatch(lines[at]):
        return False
    following = next((line for line in lines[at + 1 :] if line.strip()), "")
    return following.rstrip() == STEP_FENCE


def _read_step(lines: list[str], start: int, stop: int) -> StepDraft:
    heading = _HEADING.fullmatch(lines[start])
    fence = next(at for at in range(start + 1, stop) if lines[at].strip())
    end = next((at for at in range(fence + 1, stop) if lines[at].rstrip() == END), None)
    if heading is None or end is None:
        raise FileFault(fence + 1, _("The block of the step ends with a line “```”."))
    fields = read_fields("\n".join(lines[fence + 1 : end]), first_line=fence + 2)
    for name in fields:
        if name not in STEP_KNOWN:
            told = _("“%(name)s” is no field of a step. There are: %(known)s.")
            raise FileFault(fence + 2, told % {"name": name, "known": ", ".join(STEP_KNOWN)})
    line = fence + 2
    return StepDraft(
        kind=_text(fields, "kind", lines),
        title=heading.group(1),
        text="\n".join(lines[end + 1 : stop]).strip("\n"),
        required=_flag(fields, "required", line, default=True),
        critical=_flag(fields, "critical", line, default=False),
        unit=_text(fields, "unit", lines),
        lower=_limit(fields, "lower", line),
        upper=_limit(fields, "upper", line),
        branches=tuple(_answers(fields.get("answers") or [], line)),
    )


def _flag(fields: dict[str, Any], name: str, line: int, *, default: bool) -> bool:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or value.lower() not in YES:
        raise FileFault(line, _("“%(name)s” is true or false.") % {"name": name})
    return YES[value.lower()]


def _limit(fields: dict[str, Any], name: str, line: int) -> Decimal | None:
    value = fields.get(name)
    if value in (None, ""):
        return None
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise FileFault(line, _("“%(name)s” is a number.") % {"name": name}) from error
    if not number.is_finite():
        raise FileFault(line, _("“%(name)s” is a number.") % {"name": name})
    return number


def _answers(told: Any, line: int) -> Iterator[BranchDraft]:
    """The answers of a decision: each with the step it leads ``to``, or that it ``ends``."""
    wrong = FileFault(line, _("“answers” is a list of “answer” with “to” a step, or “ends: true”."))
    if not isinstance(told, list):
        raise wrong
    for one in told:
        if not isinstance(one, dict) or not {"answer"} <= set(one) <= {"answer", "to", "ends"}:
            raise wrong
        label, to = one["answer"], one.get("to", "")
        if not isinstance(label, str) or not isinstance(to, str):
            raise wrong
        yield BranchDraft(label, to, ends=_flag(one, "ends", line, default=False))
