"""Labels and reports as PDF."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, by_pin, roles
from accounts.models import Role
from purchases.models import Lot
from quality.services.paper import lot_label, lot_report


@by_pin
@roles(Role.INSPECTOR, Role.MANAGER)
@require_safe
def lot_label_pdf(request: PersonRequest, pk: int) -> HttpResponse:
    """The label to stick on the lot: its state, why, and its number as a barcode."""
    lot = get_object_or_404(Lot.objects.select_related("product"), pk=pk)
    return pdf(lot_label(lot), f"label-{pk}.pdf")


@roles(Role.INSPECTOR, Role.MANAGER)
@require_safe
def lot_report_pdf(request: PersonRequest, pk: int) -> HttpResponse:
    """The inspections of the lot that this person may see."""
    lot = get_object_or_404(Lot.objects.select_related("product", "maker"), pk=pk)
    return pdf(lot_report(lot, person=request.user), f"lot-{pk}.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    """Shown in place; the browser prints it."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
