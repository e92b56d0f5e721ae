"""What a plan's sampling lets pass, and how hard the next lot is inspected."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from purchases.models import Product
from quality.models import Plan, Severity, Switch
from quality.rules.sampling import SamplingPlan, sampling_plan
from quality.rules.sampling import Severity as Taken
from quality.rules.units import chances, units_of
from quality.services.switching import agree_switch

# A lot to show the sampling for when none is asked.
USUAL_LOT, LARGEST_LOT = 500, 10_000_000


@dataclass(frozen=True)
class SamplingRow:
    """A class's sample of a lot of this size, and how often bad lots pass: (share, chance)."""

    label: str
    plan: SamplingPlan
    chances: list[tuple[float, float]]
    state: str = ""
    severity: str = ""


def lot_size_asked(request: PersonRequest) -> int:
    """The size of lot the page shows the sampling for."""
    text = request.GET.get("lot", "")
    return max(1, min(int(text), LARGEST_LOT)) if text.isdecimal() and len(text) < 9 else USUAL_LOT  # noqa: PLR2004 - digits


def sampling_rows(plan: Plan, lot_size: int) -> list[SamplingRow]:
    """The sample of each class; one row without a sampling plan, none for the lot as a whole."""
    if plan.sampling == Plan.Sampling.WHOLE:
        return []
    if plan.sampling != Plan.Sampling.AQL:
        alone = SamplingPlan("", units_of(plan, lot_size), 0, 1)
        return [SamplingRow(str(_("All classes")), alone, chances(alone, lot_size))]
    switches = {one.severity: one for one in Switch.objects.filter(product=plan.product_id or 0)}
    classes = set(plan.characteristics.values_list("severity", flat=True))
    rows = []
    for severity, aql in plan.aqls.items():
        if severity not in classes:
            continue
        switch = switches.get(severity)
        state = Taken(switch.state) if switch else Taken.NORMAL
        taken = Taken.TIGHTENED if state == Taken.STOPPED else state
        found = sampling_plan(lot_size, level=plan.level, aql=aql, severity=taken)
        label = f"{Severity(severity).label}, AQL {aql}"
        rows.append(SamplingRow(label, found, chances(found, lot_size), str(state), severity))
    return rows


def switches_of(plan: Plan) -> list[Switch]:
    """How hard the next lots of the plan's products are inspected, where that was counted."""
    if plan.sampling != Plan.Sampling.AQL:
        return []
    rows = Switch.objects.select_related("product", "agreed_by")
    if plan.product_id:
        rows = rows.filter(product=plan.product_id)
    else:
        rows = rows.filter(product__category=plan.category)
    return list(rows.order_by("product__name", "severity")[:30])


@roles(Role.MANAGER)
@require_POST
def switch_agree(request: PersonRequest, product_pk: int, severity: str) -> HttpResponse:
    """A manager agrees to reduced inspection, ends it, or says what was mended after a stop."""
    product = get_object_or_404(Product, pk=product_pk)
    back = Plan.objects.in_force_for(product)
    if severity in Severity.values:
        try:
            agree_switch(
                product=product,
                severity=severity,
                step=request.POST.get("step", ""),
                reason=request.POST.get("reason", "")[:300],
                actor=request.user,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Agreed; the next lot is inspected by it."))
    return redirect("plan_page", pk=back.pk) if back else redirect("plan_list")
