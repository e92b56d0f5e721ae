"""The bench: scan a lot, go on with what is half done, see what comes next."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonRequest, by_pin, roles
from accounts.models import Role, User
from purchases.models import Lot
from quality.forms.inspections import OpenForm, ScanForm
from quality.models import Disposition, Inspection, Plan
from quality.services import open_inspection, openings_for
from quality.services.scanning import lots_for_code

# How many of each the bench shows: one glance, not a list.
NEXT = 8
RECENT = 6


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_GET
def bench(request: PersonRequest) -> HttpResponse:
    """The inspector's landing."""
    return bench_page(request, ScanForm())


def bench_page(request: PersonRequest, form: ScanForm, status: int = 200) -> HttpResponse:
    """The bench with its scan box, as it was filled."""
    mine = Inspection.objects.filter(inspector=request.user).for_tiles()
    context = {
        "form": form,
        "half_done": mine.half_done().order_by("opened_at")[:NEXT],
        "signed": mine.signed().order_by("-signed_at")[:RECENT],
        "waiting": waiting_lots(request),
        "owed": owed_pairs(request.user),
    }
    return render(request, "quality/bench.html", context, status=status)


def waiting_lots(request: PersonRequest) -> list[Lot]:
    """Lots nobody has inspected yet, and reworked ones, that this person may inspect.

    Those a customer waits for come first, the longest waiting one before the others; then the
    oldest. Two queries, so that each is read in its order and no further than it is shown.
    """
    active = Plan.objects.active()
    planned = Q(product__in=active.values("product")) | Q(
        product__category__in=active.filter(product__isnull=True).values("category")
    )
    others = Lot.objects.filter(planned).exclude(maker=request.user).for_list()
    if request.user.may(Role.MANAGER):
        # They know which these are.
        others = others.filter(known_bad__isnull=True)
    oldest = others.order_by(F("awaited_since").asc(nulls_last=True), "state_since", "pk")
    reworked = Disposition.objects.to_be_checked().values("nonconformance__lot")
    made = oldest.filter(state=Lot.State.MADE)[:NEXT]
    again = oldest.filter(state=Lot.State.ON_HOLD, pk__in=reworked)[:NEXT]
    return sorted([*made, *again], key=turn)[:NEXT]


def turn(lot: Lot) -> tuple[bool, datetime, datetime, int]:
    """The place of a lot among those that wait, as the queries order them."""
    since = lot.awaited_since or lot.state_since
    return (lot.awaited_since is None, since, lot.state_since, lot.pk)


def owed_pairs(person: User) -> list[Inspection]:
    """Lots that wait for a second or third person and that this one may look at: asked ones first.

    Nothing of the row says what was found; a manager, who could see it, is no blind second.
    """
    begun = Inspection.objects.half_done().filter(
        lot=OuterRef("lot"), round=OuterRef("round"), stage__in=["second", "third"]
    )
    seconds = Inspection.objects.signed().filter(
        lot=OuterRef("lot"), round=OuterRef("round"), stage="second", inspector=person
    )
    waiting = Inspection.objects.pair_open().exclude(inspector=person).exclude(maker=person)
    waiting = waiting.exclude(Exists(begun)).exclude(Exists(seconds))
    if person.may(Role.MANAGER):
        waiting = waiting.filter(pair=Inspection.Pair.DISPUTED)
    mine_first = Case(When(asked=person, then=Value(0)), default=Value(1))
    # Found first and read then: with all its joins the question takes longer to plan than to answer.
    found = list(
        waiting.order_by(mine_first, "signed_at", "pk").values_list("pk", flat=True)[:NEXT]
    )
    tiles = Inspection.objects.for_tiles().in_bulk(found) if found else {}
    return [tiles[pk] for pk in found]


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def inspection_open(request: PersonRequest) -> HttpResponse:
    """What a code stands for, and what can be opened on it; a POST opens or asks which."""
    if request.method == "POST":
        return open_scanned(request) if "code" in request.POST else open_chosen(request)
    form = ScanForm(request.GET)
    if not form.is_valid():
        return redirect("bench")
    code = form.cleaned_data["code"]
    lots = list(lots_for_code(code))
    choices = [{"lot": lot, **offered(request, lot)} for lot in lots]
    context = {"code": code, "choices": choices}
    return render(request, "quality/inspection_open.html", context)


def offered(request: PersonRequest, lot: Lot) -> dict[str, object]:
    """What this person may open on the lot, or why nothing."""
    mine = lot.inspections.half_done().filter(inspector=request.user).first()
    if mine is not None:
        return {"mine": mine}
    try:
        return {"openings": openings_for(lot=lot, inspector=request.user)}
    except ValidationError as error:
        return {"refusal": error.messages[0]}


def open_scanned(request: PersonRequest) -> HttpResponse:
    """A scan that leaves nothing to choose opens at once."""
    form = ScanForm(request.POST)
    if not form.is_valid():
        return bench_page(request, form, status=422)
    code = form.cleaned_data["code"]
    lots = list(lots_for_code(code))
    if not lots:
        form.add_error(
            "code", _("No lot, serial or order “%(code)s”. Scan it again.") % {"code": code}
        )
        return bench_page(request, form, status=422)
    only = offered(request, lots[0]) if len(lots) == 1 else {}
    openings = only.get("openings", [])
    sure = "mine" in only or (isinstance(openings, list) and len(openings) == 1)
    if "refusal" in only:
        form.add_error("code", str(only["refusal"]))
        return bench_page(request, form, status=422)
    if not sure:
        url = reverse("inspection_open", query={"code": code})
        return redirect(url)
    return opened(request, lots[0])


def open_chosen(request: PersonRequest) -> HttpResponse:
    """The lot and kind of inspection chosen by hand."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That lot is not there any more. Scan it again."))
        return redirect("bench")
    said = form.cleaned_data
    return opened(request, said["lot"], said["stage"], said["covers"])


def opened(
    request: PersonRequest, lot: Lot, stage: str = "", covers: int | None = None
) -> HttpResponse:
    """Open it and show its first screen; back to the bench with the reason when refused."""
    try:
        inspection = open_inspection(lot=lot, inspector=request.user, stage=stage, covers=covers)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("bench")
    return redirect("inspection_page", pk=inspection.pk)
