"""One inspection: a screen for each characteristic, the summary to sign, the signed record."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PersonRequest, by_pin, roles
from accounts.models import Role
from accounts.services.pins import has_pin, try_pin
from files.models import StoredFile
from quality.forms.inspections import EntryForm, MakerForm, SignForm, WhyForm
from quality.models import Inspection
from quality.rules.judging import may_be_negative, units_beside
from quality.rules.scale import scale_of
from quality.rules.steps import Step
from quality.rules.words import plain
from quality.services import (
    clear_result,
    correct_inspection,
    explain_result,
    name_maker,
    record_result,
    sign_inspection,
    withdraw_inspection,
)
from quality.services.photos import keep_photo
from quality.services.signing import is_refused_early
from quality.views.screens import (
    class_counts,
    own_open_inspection,
    read_steps,
    step_screen,
    step_url,
    visible_inspection,
)
from quality.views.units import unit_options


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def inspection_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The screen of `?line=`, the first open one without it; a finished inspection as a record."""
    inspection = visible_inspection(pk, request.user)
    steps = read_steps(inspection)
    mine = inspection.inspector_id == request.user.pk
    if inspection.signed_at or inspection.withdrawn_at or not mine:
        return record_page(request, inspection, steps)
    if not steps:
        raise Http404
    return step_page(request, inspection, steps, asked_step(request, steps))


def asked_step(request: PersonRequest, steps: list[Step]) -> Step:
    """The step named in the address; the first open one, or the first, without a good one."""
    asked = request.GET.get("line", "")
    if asked.isdecimal() and 1 <= int(asked) <= len(steps):
        return steps[int(asked) - 1]
    return next((step for step in steps if step.result is None), steps[0])


def step_page(
    request: PersonRequest,
    inspection: Inspection,
    steps: list[Step],
    step: Step,
    *,
    refused: str = "",
    typed: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """One characteristic: what is asked, what was typed, whether it is within its limits."""
    why = "why" in request.GET and step.state == "out"
    context = line_context(inspection, steps, step, refused=refused, typed=typed) | {"why": why}
    return render(request, "quality/inspection_line.html", context, status=status)


def line_context(
    inspection: Inspection,
    steps: list[Step],
    step: Step,
    *,
    refused: str = "",
    typed: str | None = None,
) -> dict[str, Any]:
    """What the screen of a characteristic shows."""
    line, result = step.characteristic, step.result
    scale = scale_of(line)
    shown = typed if typed is not None else result.typed if result else ""
    value = step.judgement.value if step.judgement and typed is None else None
    return step_screen(
        inspection,
        steps,
        step,
        refused=refused,
        typed=shown,
        state="" if typed is not None or result is None else step.state,
        scale=scale,
        marker=scale.place(value) if scale and value is not None else None,
        out_from=scale.nearest(value) if scale and value is not None else None,
        marker_text=plain(value),
        signed_values=may_be_negative(line),
        units=unit_options(units_beside(line.unit), chosen=result.unit if result else line.unit),
    )


def record_page(request: PersonRequest, inspection: Inspection, steps: list[Step]) -> HttpResponse:
    """The whole inspection, read-only."""
    correction = inspection.corrections.filter(withdrawn_at__isnull=True).first()
    context = {
        "inspection": inspection,
        "steps": steps,
        "mine": inspection.inspector_id == request.user.pk,
        "classes": class_counts(inspection, steps) if inspection.units > 1 else [],
        "correction": correction,
        "may_open_first": inspection.first is not None
        and (inspection.first.pair != Inspection.Pair.OWED or request.user.may(Role.MANAGER)),
    }
    return render(request, "quality/inspection_record.html", context)


def step_or_404(steps: list[Step], number: int) -> Step:
    """The step with this number. Raises Http404."""
    if not 1 <= number <= len(steps):
        raise Http404
    return steps[number - 1]


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_record(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """Record what was found; out of limits asks why, else the next screen."""
    inspection = own_open_inspection(pk, request.user)
    steps = read_steps(inspection)
    step = step_or_404(steps, number)
    form = EntryForm(request.POST)
    typed = form.cleaned_data.get("typed", "") if form.is_valid() else request.POST.get("typed", "")
    try:
        result = record_result(
            inspection=inspection,
            characteristic=step.characteristic,
            typed=typed,
            unit=form.cleaned_data.get("unit", ""),
            sample=step.sample,
            photo=sent_photo(request),
            actor=request.user,
        )
    except ValidationError as error:
        return refused_entry(request, inspection, steps, step, error=error, typed=typed)
    explained = result.note or result.fault
    if not result.conforms and not explained:
        return redirect(step_url(inspection, steps, number) + "&why=1")
    return redirect(step_url(inspection, steps, number + 1))


def sent_photo(request: PersonRequest) -> StoredFile | None:
    """The photo that came along, kept; None without one. Raises ValidationError for no picture."""
    sent = request.FILES.get("photo")
    if sent is None:
        return None
    return keep_photo(stream=sent, name=sent.name or "", actor=request.user)


def refused_entry(
    request: PersonRequest,
    inspection: Inspection,
    steps: list[Step],
    step: Step,
    *,
    error: ValidationError,
    typed: str,
) -> HttpResponse:
    """The same screen with what was typed and why it was not taken."""
    if inspection.signed_at or inspection.withdrawn_at:
        messages.error(request, error.messages[0])
        return redirect("inspection_page", pk=inspection.pk)
    refused = error.messages[0]
    return step_page(request, inspection, steps, step, refused=refused, typed=typed, status=422)


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_explain(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """Say what is wrong, then the next screen."""
    inspection = own_open_inspection(pk, request.user)
    steps = read_steps(inspection)
    step = step_or_404(steps, number)
    form = WhyForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")
    try:
        explain_result(
            inspection=inspection,
            characteristic=step.characteristic,
            note=note,
            fault=form.cleaned_data.get("fault", ""),
            sample=step.sample,
            photo=sent_photo(request),
            actor=request.user,
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(step_url(inspection, steps, number) + "&why=1")
    return redirect(step_url(inspection, steps, number + 1))


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_clear(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """Take an entry back and stay on its screen."""
    inspection = own_open_inspection(pk, request.user)
    steps = read_steps(inspection)
    step = step_or_404(steps, number)
    try:
        clear_result(
            inspection=inspection,
            characteristic=step.characteristic,
            sample=step.sample,
            actor=request.user,
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(step_url(inspection, steps, number))


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def inspection_sign(request: PersonRequest, pk: int) -> HttpResponse:
    """The summary with every line, and the signature."""
    inspection = own_open_inspection(pk, request.user)
    if request.method == "GET":
        return sign_page(request, inspection, SignForm(initial={"version": inspection.version}))
    form = SignForm(request.POST)
    if not form.is_valid():
        return sign_page(request, inspection, form, status=422)
    said = dict(form.cleaned_data)
    pin = said.pop("pin")
    try:
        if has_pin(request.user):
            refuse_wrong_pin(request, pin)
        sign_inspection(inspection=inspection, actor=request.user, **said)
    except ValidationError as error:
        # A stale summary is shown as it is now; the note typed stays.
        fresh = {
            "version": Inspection.objects.get(pk=pk).version,
            "note": form.cleaned_data["note"],
        }
        return sign_page(request, inspection, SignForm(initial=fresh), error=error, status=422)
    messages.success(request, _("Signed. It cannot be changed any more."))
    return redirect("inspection_page", pk=pk)


def refuse_wrong_pin(request: PersonRequest, pin: str) -> None:
    """Whoever has a PIN signs with it. Raises ValidationError; a wrong one stays counted."""
    refusal = try_pin(person=request.user, pin=pin)
    if refusal:
        raise ValidationError(refusal)


def sign_page(
    request: PersonRequest,
    inspection: Inspection,
    form: SignForm,
    *,
    error: ValidationError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Everything that is about to be signed, and what still stands in the way."""
    if inspection.signed_at or inspection.withdrawn_at:
        return redirect("inspection_page", pk=inspection.pk)
    steps = read_steps(inspection)
    missing = [one for one in steps if one.result is None and one.characteristic.required]
    classes = class_counts(inspection, steps) if inspection.units > 1 else []
    failed = [one for one in steps if one.state == "out"]
    early = is_refused_early(inspection)
    context = {
        "inspection": inspection,
        # Of a sample only what is wrong is listed; the classes tell the rest.
        "steps": failed if classes else steps,
        "classes": classes,
        "early": early,
        "form": form,
        "missing": [] if early else missing,
        "skipped": sum(1 for one in steps if one.result is None) - len(missing),
        "failed": failed,
        "fails": any(one.refused for one in classes) if classes else bool(failed),
        "nothing": not any(one.result for one in steps),
        "maker_form": MakerForm(lot=inspection.lot) if inspection.lot.maker_id is None else None,
        "refused": error.messages if error else [],
        "asks_pin": has_pin(request.user),
        "back_url": step_url(inspection, steps, len(steps)),
    }
    return render(request, "quality/inspection_sign.html", context, status=status)


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_maker(request: PersonRequest, pk: int) -> HttpResponse:
    """Name the maker of the lot, so that the inspection can be signed."""
    inspection = own_open_inspection(pk, request.user)
    form = MakerForm(request.POST, lot=inspection.lot)
    if not form.is_valid():
        messages.error(request, _("Choose who made the lot: somebody who does not inspect it."))
        return redirect("inspection_sign", pk=pk)
    try:
        name_maker(lot=inspection.lot, maker=form.cleaned_data["maker"], actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("inspection_sign", pk=pk)


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Give up an unsigned inspection."""
    inspection = visible_inspection(pk, request.user)
    try:
        withdraw_inspection(inspection=inspection, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("inspection_page", pk=pk)
    messages.success(
        request,
        _("The inspection of lot %(lot)s was withdrawn.") % {"lot": inspection.lot.number},
    )
    return redirect("bench")


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_POST
def inspection_correct(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin a correction: a new record with the same results to start from."""
    inspection = visible_inspection(pk, request.user)
    try:
        correction = correct_inspection(inspection=inspection, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("inspection_page", pk=pk)
    return redirect("inspection_sign", pk=correction.pk)
