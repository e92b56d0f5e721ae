"""What a tablet needs to go on without a connection, and to send what it kept."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import PersonRequest, by_pin, roles
from accounts.models import Role
from files.models import StoredFile
from quality.forms.devices import DeviceEntryForm
from quality.models import DeviceEntry, Inspection
from quality.rules.steps import Step
from quality.services.devices import DeviceSaid, EntryMissing, answered, take_entry
from quality.views.inspections import line_context, sent_photo, step_or_404
from quality.views.screens import own_open_inspection, read_steps, step_url

# How many screens a device keeps ahead; each is drawn twice, once to say what is wrong.
AHEAD = 40
WORKER = "js/bench_worker.js"


@never_cache
@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def inspection_screens(request: PersonRequest, pk: int) -> HttpResponse:
    """The screens from ``?from=`` on, to be kept by the device; of an open inspection alone."""
    inspection = own_open_inspection(pk, request.user)
    if inspection.signed_at or inspection.withdrawn_at:
        raise Http404
    steps = read_steps(inspection)
    asked = request.GET.get("from", "1")
    first = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1  # noqa: PLR2004
    told = {
        "screens": [
            {**line_context(inspection, steps, step), "why": why}
            for step in steps[max(first - 1, 0) : max(first - 1, 0) + AHEAD]
            for why in (False, True)
        ]
    }
    return render(request, "quality/inspection_screens.html", told)


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_entries(request: PersonRequest, pk: int) -> HttpResponse:
    """Take one entry of a device. JSON: what became of it, and which screen comes next."""
    form = DeviceEntryForm(request.POST)
    readable = form.readable()
    data = dict(form.cleaned_data)
    # Somebody else has signed in at this tablet meanwhile: the entry stays for who typed it.
    if readable and data["person"] != request.user.pk:
        return JsonResponse({"state": "other"}, status=403)
    inspection = own_open_inspection(pk, request.user)
    if not readable:
        return JsonResponse({"state": "unreadable"}, status=400)
    for told in ("person", "lost"):
        data.pop(told, None)
    steps = read_steps(inspection)
    step = step_or_404(steps, data.pop("number"))
    known = answered(inspection=inspection, device=data["device"], seq=data["seq"])
    if known is not None:
        return JsonResponse(_told(inspection, steps, step, known))
    try:
        photo, broken = _photo(request, form.broken())
        data["seen"] = _moment(data.get("seen", ""))
        said = DeviceSaid(**data, photo=photo, broken=broken)
        entry = take_entry(inspection=inspection, step=step, said=said, actor=request.user)
    except EntryMissing as missing:
        return JsonResponse({"state": "missing", "expected": missing.expected}, status=409)
    except ValidationError as error:
        return JsonResponse({"state": "refused", "says": error.messages[0], "kept": False})
    return JsonResponse(_told(inspection, steps, step, entry))


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def bench_worker(request: PersonRequest) -> HttpResponse:
    """The script that opens the bench without a connection; it stands below /bench/ to rule there."""
    script = Path(finders.find(WORKER) or settings.STATIC_ROOT / WORKER)
    text = script.read_text(encoding="utf-8")
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _photo(request: PersonRequest, broken: str) -> tuple[StoredFile | None, str]:
    """The photo of an entry that is not broken already, and why the entry is then."""
    if broken:
        return None, broken
    try:
        return sent_photo(request), ""
    except ValidationError as error:
        return None, error.messages[0]


def _told(
    inspection: Inspection, steps: list[Step], step: Step, entry: DeviceEntry
) -> dict[str, Any]:
    """What the device is told of an entry: of one's own entries alone."""
    if entry.refusal:
        return {"state": "refused", "says": entry.refusal, "kept": True}
    here = step_url(inspection, steps, step.number)
    result = inspection.results.filter(
        characteristic=step.characteristic, sample=step.sample
    ).first()
    following = step_url(inspection, steps, step.number + 1)
    if entry.kind == DeviceEntry.Kind.CLEAR:
        following = here
    elif result and not result.conforms and not (result.note or result.fault):
        following = f"{here}&why=1"
    if entry.kind == DeviceEntry.Kind.EXPLAIN:
        following = step_url(inspection, steps, step.number + 1)
    return {"state": "taken", "next": following}


def _moment(text: str) -> datetime | None:
    """The moment a screen named; None for none or one that cannot be read."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
