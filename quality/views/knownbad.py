"""Known-bad units, for those who put them in the queue: who looks for them must not know."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from purchases.models import Product
from quality.forms.knownbad import KnownBadForm
from quality.models import KnownBad, Plan
from quality.services.knownbad import (
    UnitDraft,
    effectiveness,
    looks_at,
    put_known_bad,
    take_out,
)

ORDERINGS = {"put": Ordering("", ())}
# Products to choose from.
MOST_OFFERED = 200


@roles(Role.MANAGER)
@require_GET
def known_bad_list(request: PersonRequest) -> HttpResponse:
    """The units, what was found of them, and how much of all that was wrong."""
    units = KnownBad.objects.select_related("lot__product", "put_by")
    page = read_page(request, units, ORDERINGS, "put")
    looks = looks_at(page.items)
    planned = Product.objects.filter(plans__in=Plan.objects.active()).order_by("name")
    context = {
        "page": page,
        "rows": [(unit, looks.get(unit.pk, [])) for unit in page.items],
        "found": effectiveness(),
        "products": planned[:MOST_OFFERED],
        "edits": request.user.may(Role.MANAGER, write=True),
    }
    return render(request, "quality/known_bad_list.html", context)


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def known_bad_new(request: PersonRequest, product_pk: int) -> HttpResponse:
    """Put a unit of this product in the queue."""
    product = get_object_or_404(Product, pk=product_pk)
    plan = Plan.objects.in_force_for(product)
    if plan is None:
        messages.error(
            request,
            _("%(product)s has no active inspection plan.") % {"product": product.name},
        )
        return redirect("known_bad_list")
    form = KnownBadForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            made = put_known_bad(
                draft=UnitDraft(product=product, **form.cleaned_data), actor=request.user
            )
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            told = _("%(lot)s waits among the others. Put the unit where they are.")
            messages.success(request, told % {"lot": made.lot.number})
            return redirect("known_bad_list")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "product": product}
    return render(request, "quality/known_bad_new.html", context, status=status)


@roles(Role.MANAGER)
@require_POST
def known_bad_out(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a unit out of the queue."""
    unit = get_object_or_404(KnownBad.objects.select_related("lot"), pk=pk)
    try:
        take_out(unit=unit, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(
            request, _("%(lot)s is out. Take the unit away too.") % {"lot": unit.lot.number}
        )
    return redirect("known_bad_list")
