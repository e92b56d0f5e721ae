"""What the screens of an inspection have in common."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from quality.models import Inspection, Severity
from quality.rules.steps import Step, steps_of
from quality.rules.units import Found, Size, bad_units
from quality.services.samples import sizes_of


def visible_inspection(pk: int, person: User) -> Inspection:
    """The inspection, if this person may see it. Raises Http404."""
    found = (
        Inspection.objects.visible_to(person)
        .for_list()
        .select_related("first", "first_inspector", "second_inspector", "corrects")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def own_open_inspection(pk: int, person: User) -> Inspection:
    """The inspection to write in; a finished one passes, the service says why not. Http404.

    With its plan and nothing else: this is read at every entry.
    """
    found = Inspection.objects.visible_to(person).select_related("plan").filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.signed_at is None and found.inspector_id != person.pk:
        raise Http404
    return found


def read_steps(inspection: Inspection) -> list[Step]:
    """The inspection line by line, unit by unit: three queries."""
    if inspection.plan is None:
        return []
    results = {(row.characteristic_id, row.sample): row for row in inspection.results.all()}
    lines = inspection.plan.characteristics.select_related("gauge")
    return steps_of(lines, results, units=inspection.units, sizes=sizes_of(inspection))


@dataclass(frozen=True)
class ClassCount:
    """How a class of the sample stands."""

    label: str
    size: int
    accept: int
    reject: int
    bad: int

    @property
    def refused(self) -> bool:
        """Whether so many are bad that the lot is refused."""
        return self.bad >= self.reject


def class_counts(inspection: Inspection, steps: list[Step]) -> list[ClassCount]:
    """Each class of characteristics with its sample and how many units are bad in it."""
    sizes = sizes_of(inspection)
    bad = bad_units(
        Found(step.characteristic.severity, step.sample, step.result.conforms)
        for step in steps
        if step.result is not None
    )
    there = {step.characteristic.severity for step in steps}
    whole = Size(inspection.units, 0, 1)
    return [
        ClassCount(
            label=str(label),
            size=sizes.get(value, whole).size,
            accept=sizes.get(value, whole).accept,
            reject=sizes.get(value, whole).reject,
            bad=bad.get(value, 0),
        )
        for value, label in Severity.choices
        if value in there
    ]


def step_url(inspection: Inspection, steps: list[Step], number: int) -> str:
    """The screen of a step; past the last one the summary."""
    if number > len(steps):
        return reverse("inspection_sign", args=[inspection.pk])
    return f"{reverse('inspection_page', args=[inspection.pk])}?line={number}"


def errors_of(error: ValidationError) -> list[str]:
    """What a service refused, as sentences."""
    return list(error.messages)


def step_screen(
    inspection: Inspection, steps: list[Step], step: Step, **more: Any
) -> dict[str, Any]:
    """The context of one characteristic's screen."""
    unit = [one for one in steps if one.sample == step.sample]
    return {
        "inspection": inspection,
        "steps": unit,
        "place": step.number - unit[0].number + 1,
        "step": step,
        "done": sum(1 for one in steps if one.result is not None),
        "previous_url": step_url(inspection, steps, step.number - 1) if step.number > 1 else "",
        "next_url": step_url(inspection, steps, step.number + 1),
        **more,
    }
