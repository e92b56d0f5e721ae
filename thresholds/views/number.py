"""The number in force, how it came about, pinning another, and the settings of the fit."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, everyone, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.paging import Ordering, Page, read_page
from thresholds.forms.flags import VersionForm
from thresholds.forms.number import SETTINGS, PinForm, SettingsForm
from thresholds.models import Flag, Threshold, ThresholdRevision
from thresholds.services.number import threshold_to_read
from thresholds.services.pinning import change_settings, pin_number, unpin_number
from thresholds.stats import almost_certain, distribution, warnings_now
from thresholds.texts import PUBLISHED_BECAUSE, caution_text

ORDERINGS = {"made": Ordering(gettext_lazy("Made"), ("made_at",))}
RUNS_SHOWN = 12
GRADE_SHOWN = 20
HISTORY_ROWS = 20


@roles(Role.MANAGER)
@require_safe
def threshold_page(request: PersonRequest) -> HttpResponse:
    """The number in force and everything that explains it."""
    return _show(request, None)


@roles(Role.MANAGER)
@require_POST
def threshold_pin(request: PersonRequest) -> HttpResponse:
    """A manager sets the number by hand."""
    form = PinForm(request.POST)
    if form.is_valid():
        try:
            pin_number(
                number=form.cleaned_data["number"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                version=form.cleaned_data["version"],
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            number = form.cleaned_data["number"]
            messages.success(request, _("The number is pinned at %(n)d.") % {"n": number})
            return redirect("threshold_page")
    return _show(request, form)


@roles(Role.MANAGER)
@require_POST
def threshold_unpin(request: PersonRequest) -> HttpResponse:
    """Let the learned number hold again."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect("threshold_page")
    try:
        unpin_number(actor=request.user, version=form.cleaned_data["version"])
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The learned number holds again."))
    return redirect("threshold_page")


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def threshold_settings(request: PersonRequest) -> HttpResponse:
    """What the fit works with."""
    threshold = threshold_to_read()
    initial = {name: getattr(threshold, name) for name in (*SETTINGS, "version")}
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            changed = change_settings(actor=request.user, version=version, **form.told())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _saved(changed=changed))
            return redirect("threshold_settings")
    told = {
        "form": form,
        "threshold": threshold,
        "history": HistoryEntry.objects.about(threshold)[:HISTORY_ROWS],
        "may_pin": request.user.may(Role.MANAGER),
    }
    return render(request, "thresholds/threshold_settings.html", told)


@everyone
@require_safe
def how_we_count(request: PersonRequest) -> HttpResponse:
    """The definitions behind every figure, with this shop's settings filled in."""
    told = {"threshold": threshold_to_read(), "may_look": request.user.may(Role.MANAGER)}
    return render(request, "thresholds/how_we_count.html", told)


def _show(request: PersonRequest, form: PinForm | None) -> HttpResponse:
    """Draw the page of the number, with a pin that was refused if there is one."""
    threshold, shop = threshold_to_read(), request.shop
    grade = almost_certain(shop=shop, threshold=threshold)
    told = {
        "threshold": threshold,
        "fit": threshold.in_force,
        "form": form or PinForm(initial={"version": threshold.version}),
        "distribution": distribution(shop=shop, threshold=threshold),
        "warnings": [caution_text(each) for each in warnings_now(shop=shop, threshold=threshold)],
        "grade": grade.grade if grade else None,
        "graded": grade.purchases[:GRADE_SHOWN] if grade else (),
        "newly": Flag.objects.unfinished().counts()["newly"],
        "runs": _runs(request),
        "why": _why(threshold),
    }
    return render(request, "thresholds/threshold_page.html", told)


def _runs(request: PersonRequest) -> Page[ThresholdRevision]:
    runs = ThresholdRevision.objects.live().defer("maturity", "warnings")
    return read_page(request, runs, ORDERINGS, "-made", RUNS_SHOWN)


def _why(threshold: Threshold) -> str:
    """Why the run in force was published, from its history row."""
    entry = HistoryEntry.objects.about(threshold).filter(verb="published").first()
    return str(PUBLISHED_BECAUSE.get(entry.note, "")) if entry else ""


def _saved(*, changed: bool) -> str:
    """What saving the settings leads to."""
    if changed:
        return _("Saved. The number is learned again with it, within minutes.")
    return _("Nothing was changed.")
