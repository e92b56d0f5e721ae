"""What the screens of an inspection have in common."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from quality.models import Inspection
from quality.rules.steps import Step, steps_of


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
    """The inspection to write in; a finished one passes, the service says why not. Http404."""
    found = visible_inspection(pk, person)
    if found.signed_at is None and found.inspector_id != person.pk:
        raise Http404
    return found


def read_steps(inspection: Inspection) -> list[Step]:
    """The inspection line by line: two queries."""
    if inspection.plan is None:
        return []
    results = {row.characteristic_id: row for row in inspection.results.all()}
    return steps_of(inspection.plan.characteristics.all(), results)


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
    return {
        "inspection": inspection,
        "steps": steps,
        "step": step,
        "done": sum(1 for one in steps if one.result is not None),
        "previous_url": step_url(inspection, steps, step.number - 1) if step.number > 1 else "",
        "next_url": step_url(inspection, steps, step.number + 1),
        **more,
    }
