"""Everything about a serial on one page; what its customers said is a fragment of its own."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from purchases.models import Lot
from quality.services.serials import life_of, lots_of_serial
from tickets.models import Interaction

LONGEST = 120
# Contacts shown, the newest.
HEARD = 20


@roles(Role.AGENT, Role.INSPECTOR, Role.MANAGER)
@require_safe
def serial_page(request: PersonRequest) -> HttpResponse:
    """`?number=` is the serial (or lot) number, `?lot=` which lot where several have it."""
    number = request.GET.get("number", "").strip()[:LONGEST]
    lots = lots_of_serial(number)
    chosen = request.GET.get("lot", "")
    here = [lot for lot in lots if str(lot.pk) == chosen] or (lots if len(lots) == 1 else [])
    inspects = request.user.may(Role.INSPECTOR, Role.MANAGER)
    context: dict[str, object] = {
        "number": number,
        "lots": lots,
        "lot": here[0] if here else None,
        "inspects": inspects,
        "hears": request.user.may(Role.AGENT, Role.MANAGER),
    }
    if here:
        context["life"] = life_of(here[0], serial=number, person=request.user, inspects=inspects)
    status = 404 if number and not lots else 200
    return render(request, "quality/serial_page.html", context, status=status)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def serial_contacts(request: PersonRequest, lot_pk: int) -> HttpResponse:
    """What customers said about their purchases of this lot, newest first."""
    lot = get_object_or_404(Lot, pk=lot_pk)
    if "\0" in request.GET.get("number", ""):
        raise Http404
    heard = Interaction.objects.current().filter(purchase__lines__lot=lot).distinct()
    contacts = heard.select_related("purchase", "customer", "reason", "agent")
    context = {"lot": lot, "contacts": contacts.order_by("-occurred_at", "-pk")[:HEARD]}
    template = "quality/_serial_contacts.html" if request.htmx else "quality/serial_contacts.html"
    return render(request, template, context)
