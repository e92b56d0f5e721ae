from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from purchases.finding import find_purchases

READERS = (Role.AGENT, Role.MANAGER)


@roles(Role.AGENT, Role.MANAGER, Role.INSPECTOR)
@require_safe
def purchase_find(request: PersonRequest) -> HttpResponse:
    """Purchases that fit ``?q=``: a page, or only the list where htmx asks for it.

    An inspector sees number, product and state of a purchase, and is not told of customers.
    """
    sees_customers = request.user.may(*READERS)
    found = find_purchases(request.GET.get("q", ""), shop=request.shop, customers=sees_customers)
    template = "purchases/_found.html" if request.htmx else "purchases/purchase_find.html"
    return render(request, template, {"found": found, "sees_customers": sees_customers})
