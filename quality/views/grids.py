"""A sample as a table: a row for each unit, a column for each characteristic."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, by_pin, roles
from accounts.models import Role
from quality.models import Characteristic, Inspection
from quality.rules.steps import Step
from quality.services.entries import record_entries
from quality.services.recording import Entry
from quality.views.screens import own_open_inspection, read_steps

# Units of a page: more make a table nobody finds their way in.
ROWS = 20
IN_TABLE = ("pass_fail", "choice", "count", "measure", "text")


@dataclass(frozen=True)
class Cell:
    """One field of the table: what stands in it, and why it was refused."""

    name: str
    step: Step | None
    typed: str
    refused: str = ""


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def inspection_grid(request: PersonRequest, pk: int) -> HttpResponse:
    """The units around `?unit=` as a table; a POST records what was filled in."""
    inspection = own_open_inspection(pk, request.user)
    if (
        inspection.signed_at
        or inspection.withdrawn_at
        or inspection.inspector_id != request.user.pk
    ):
        return redirect("inspection_page", pk=pk)
    steps = [one for one in read_steps(inspection) if one.characteristic.kind in IN_TABLE]
    if inspection.units == 1 or not steps:
        raise Http404
    unit = request.GET.get("unit", "1")
    first = (min(int(unit), inspection.units) - 1) // ROWS * ROWS + 1 if unit.isdecimal() else 1
    shown = [one for one in steps if first <= one.sample < first + ROWS]
    if request.method == "POST":
        return record_grid(request, inspection, shown, first)
    return grid_page(request, inspection, shown, first)


def record_grid(
    request: PersonRequest, inspection: Inspection, shown: list[Step], first: int
) -> HttpResponse:
    """Record the cells that changed; those that cannot be read stay, with the reason."""
    typed = {name_of(step): request.POST.get(name_of(step), "").strip() for step in shown}
    changed = {
        name_of(step): Entry(step.characteristic, typed[name_of(step)], sample=step.sample)
        for step in shown
        if typed[name_of(step)] and typed[name_of(step)] != typed_of(step)
    }
    try:
        refused = record_entries(inspection=inspection, entries=changed, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("inspection_page", pk=inspection.pk)
    kept = len(changed) - len(refused)
    if kept:
        told = ngettext("%(n)d entry is kept.", "%(n)d entries are kept.", kept)
        messages.success(request, told % {"n": kept})
    if refused:
        fresh = [one for one in read_steps(inspection) if one in shown or first <= one.sample]
        rows = [one for one in fresh if one.characteristic.kind in IN_TABLE]
        rows = [one for one in rows if first <= one.sample < first + ROWS]
        return grid_page(request, inspection, rows, first, refused=refused, typed=typed)
    following = first + ROWS
    if following <= inspection.units and "next" in request.POST:
        return redirect(f"{reverse('inspection_grid', args=[inspection.pk])}?unit={following}")
    if "next" in request.POST:
        return redirect("inspection_sign", pk=inspection.pk)
    return redirect(f"{reverse('inspection_grid', args=[inspection.pk])}?unit={first}")


def grid_page(
    request: PersonRequest,
    inspection: Inspection,
    shown: list[Step],
    first: int,
    *,
    refused: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    """The table as it is, or as it was typed."""
    lines: list[Characteristic] = list({one.characteristic: None for one in shown})
    by_place = {(one.sample, one.characteristic.pk): one for one in shown}
    rows = []
    for sample in sorted({one.sample for one in shown}):
        cells = []
        for line in lines:
            step = by_place.get((sample, line.pk))
            name = name_of(step) if step else ""
            said = (typed or {}).get(name) or (typed_of(step) if step else "")
            cells.append(Cell(name, step, said, (refused or {}).get(name, "")))
        rows.append((sample, cells))
    context = {
        "inspection": inspection,
        "lines": lines,
        "rows": rows,
        "first": first,
        "last": min(first + ROWS - 1, inspection.units),
        "previous": first - ROWS,
        "refused": refused or {},
        "step": shown[0],
    }
    status = 422 if refused else 200
    return render(request, "quality/inspection_grid.html", context, status=status)


def name_of(step: Step) -> str:
    """The name of a cell's field."""
    return f"r{step.characteristic.pk}-{step.sample}"


def typed_of(step: Step) -> str:
    """What is recorded, as it would be typed."""
    if step.result is None:
        return ""
    foreign = step.result.unit not in {"", step.characteristic.unit}
    written = step.result.unit in step.result.typed
    return (
        f"{step.result.typed} {step.result.unit}" if foreign and not written else step.result.typed
    )
