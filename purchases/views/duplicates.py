"""Customers who may be one: look at each pair, merge it or say that they are two."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from purchases.models import Customer, DuplicatePair, Purchase
from purchases.services import dismiss_pair

ORDERINGS = {"found": Ordering(gettext_lazy("Found"), ())}
PAGE_SIZE = 25


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def duplicate_list(request: PersonRequest) -> HttpResponse:
    """Pairs that nobody has looked at yet, the newest found first."""
    page = read_page(request, DuplicatePair.objects.waiting(), ORDERINGS, "-found", PAGE_SIZE)
    keys = {key for pair in page.items for key in (pair.first_id, pair.second_id)}
    customers = {row.pk: row for row in Customer.objects.filter(pk__in=keys).for_list()}
    bought = Purchase.objects.filter(customer__in=keys).order_by().values_list("customer")
    counts = dict(bought.annotate(n=Count("pk")))
    rows = [
        (pair, [(customers[k], counts.get(k, 0)) for k in (pair.first_id, pair.second_id)])
        for pair in page.items
    ]
    told = {
        "page": page,
        "rows": rows,
        "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
    }
    return render(request, "purchases/duplicate_list.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def duplicate_dismiss(request: PersonRequest, pk: int) -> HttpResponse:
    """They are two people: the pair is not proposed again."""
    pair = get_object_or_404(DuplicatePair, pk=pk)
    dismiss_pair(pair=pair, actor=request.user)
    messages.success(request, _("They stay two customers, and are not proposed again."))
    return redirect("duplicate_list")
