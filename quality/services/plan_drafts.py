"""A plan as it is typed, and a plan that is there as it would be typed."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quality.models import Characteristic, Plan, Severity
from quality.rules.lines import faults_of_line


@dataclass(frozen=True)
class LineDraft:
    """A characteristic as typed; an open side of the limits is None."""

    name: str
    kind: str
    unit: str = ""
    lower: Decimal | None = None
    nominal: Decimal | None = None
    upper: Decimal | None = None
    required: bool = True
    method: str = ""
    severity: str = Severity.MAJOR
    lower_inclusive: bool = True
    upper_inclusive: bool = True
    decimals: int | None = None
    good: str = ""
    bad: str = ""
    faults: str = ""
    photo_on_fail: bool = False
    gauge_id: int | None = None
    good_picture_id: int | None = None
    bad_picture_id: int | None = None


@dataclass(frozen=True)
class PlanDraft:
    """A plan as typed: its lines in the order they are checked."""

    lines: tuple[LineDraft, ...]
    note: str = ""
    seconds: str = Plan.Seconds.NEVER
    seconds_first: int = 50
    seconds_changed: int = 20
    seconds_percent: int = 10
    sampling: str = Plan.Sampling.WHOLE
    sampling_number: int | None = None
    level: str = ""
    aql_critical: str = ""
    aql_major: str = ""
    aql_minor: str = ""


FACTS = tuple(field.name for field in fields(PlanDraft) if field.name != "lines")


def facts_of(draft: PlanDraft) -> dict[str, object]:
    """What a draft says besides its lines, by column."""
    return {name: getattr(draft, name) for name in FACTS}


def lines_of(plan: Plan) -> tuple[LineDraft, ...]:
    """The plan's characteristics as they would be typed."""
    names = [field.name for field in fields(LineDraft)]
    return tuple(LineDraft(**row) for row in plan.characteristics.values(*names))


def draft_of(plan: Plan) -> PlanDraft:
    """The whole plan as it would be typed."""
    said = {name: getattr(plan, name) for name in FACTS}
    return PlanDraft(lines=lines_of(plan), **said)


def with_pictures(line: LineDraft, former: LineDraft | None) -> LineDraft:
    """The line with the pictures it had; they are set on the page, not in the form."""
    if former is None:
        return line
    return replace(
        line,
        good_picture_id=line.good_picture_id or former.good_picture_id,
        bad_picture_id=line.bad_picture_id or former.bad_picture_id,
    )


def told(lines: Sequence[LineDraft]) -> str:
    """The lines in words, for the history."""
    return "; ".join(
        f"{line.name} ({line.kind}) {line.lower}/{line.nominal}/{line.upper} {line.unit}".strip()
        for line in lines
    )


def write_lines(plan: Plan, lines: Sequence[LineDraft]) -> None:
    """The characteristics of a draft, in this order."""
    Characteristic.objects.bulk_create(
        Characteristic(
            plan=plan,
            position=position,
            **{field.name: getattr(line, field.name) for field in fields(line)},
        )
        for position, line in enumerate(lines, start=1)
    )


def check_draft(draft: PlanDraft) -> None:
    """Raise ValidationError for what cannot be checked: a line, a name said twice, the sampling."""
    names = [line.name.casefold() for line in draft.lines]
    for line in draft.lines:
        for fault in faults_of_line(line).values():
            raise ValidationError(f"{line.name}: {fault}")
        if names.count(line.name.casefold()) > 1:
            raise ValidationError(_("“%(name)s” is there twice.") % {"name": line.name})
    _check_sampling(draft)


def _check_sampling(draft: PlanDraft) -> None:
    """Raise ValidationError for a sampling that says too little or too much."""
    kinds = Plan.Sampling
    counted = draft.sampling in {kinds.NTH, kinds.FIRST, kinds.MAKER, kinds.CHANGE}
    if counted and not draft.sampling_number:
        raise ValidationError({"sampling_number": _("Say the number n.")})
    if not counted and draft.sampling_number:
        raise ValidationError({"sampling_number": _("This way of sampling has no number n.")})
    if draft.sampling != kinds.AQL:
        return
    if not draft.level:
        raise ValidationError({"level": _("Choose an inspection level; II is the usual one.")})
    said = {
        Severity.CRITICAL: draft.aql_critical,
        Severity.MAJOR: draft.aql_major,
        Severity.MINOR: draft.aql_minor,
    }
    classes = {line.severity for line in draft.lines}
    if not any(aql for severity, aql in said.items() if severity in classes):
        raise ValidationError(
            {"aql_major": _("Choose an AQL for a class that the characteristics have.")}
        )
