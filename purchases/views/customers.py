from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.paging import Ordering, read_page
from purchases.finding import find_customers
from purchases.forms.customers import CustomerForm, typed_before
from purchases.models import Customer, Purchase
from purchases.services import save_customer

ORDERINGS = {
    "name": Ordering(gettext_lazy("Name"), ("name_folded",)),
    "added": Ordering(gettext_lazy("Added"), ()),
}
HISTORY_ROWS = 20


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def customer_list(request: PersonRequest) -> HttpResponse:
    """All customers; ``?q=`` finds by phone, name, e-mail, postcode or customer number."""
    asked = request.GET.get("q", "").strip()
    customers = Customer.objects.living().for_list()
    if asked:
        found = find_customers(asked, shop=request.shop)
        customers = customers.filter(pk__in=[one.customer.pk for one in found])
    page = read_page(request, customers, ORDERINGS, "name")
    bought = Purchase.objects.filter(customer__in=page.items).values("customer")
    counts = {
        row["customer"]: row for row in bought.annotate(n=Count("pk"), last=Max("ordered_at"))
    }
    rows = [
        (customer, counts.get(customer.pk), first_phone(customer, request.shop.country))
        for customer in page.items
    ]
    told = {"page": page, "rows": rows, "asked": asked}
    return render(request, "purchases/customer_list.html", told)


def first_phone(customer: Customer, country: str) -> str:
    """The first number of a customer of a list, as people write it."""
    return next((phone.display(country) for phone in customer.phones.all()), "")


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def customer_new(request: PersonRequest) -> HttpResponse:
    """Make a customer."""
    form = CustomerForm(request.POST or None, initial={"country": request.shop.country})
    if request.method == "POST" and form.is_valid():
        try:
            customer = save_customer(actor=request.user, shop=request.shop, draft=form.draft())
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("%(customer)s is added.") % {"customer": customer})
            return redirect("customer_page", customer.pk)
    return render(request, "purchases/customer_edit.html", {"form": form})


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def customer_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a customer."""
    customer = get_object_or_404(Customer.objects.select_related("merged_into"), pk=pk)
    if customer.merged_into_id is not None:
        return redirect("customer_edit", customer.survivor().pk)
    form = CustomerForm(request.POST or None, initial=typed_before(customer, request.shop.country))
    if request.method == "POST" and form.is_valid():
        try:
            save_customer(
                actor=request.user,
                shop=request.shop,
                draft=form.draft(),
                customer=customer,
                version=form.cleaned_data["version"],
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("customer_page", customer.pk)
    history = HistoryEntry.objects.about(customer)[:HISTORY_ROWS]
    told = {"form": form, "customer": customer, "history": history}
    return render(request, "purchases/customer_edit.html", told)
