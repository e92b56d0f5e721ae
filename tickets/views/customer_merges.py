"""Merging a customer into another one, and undoing it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from purchases.finding import find_customers
from purchases.models import Customer
from tickets.forms.merges import MergeCustomerForm
from tickets.models import CustomerMerge
from tickets.services import merge_customers, undo_customer_merge
from tickets.views.errors import add_errors

MOST = 9


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_merge(request: PersonRequest, pk: int) -> HttpResponse:
    """Find the customer who is the same, and give them all that this one has."""
    customer = get_object_or_404(Customer.objects.select_related("merged_into"), pk=pk)
    form = MergeCustomerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        into = Customer(pk=form.cleaned_data["into"])
        try:
            merge = merge_customers(customer=customer, into=into, actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = _("%(name)s is merged into this customer. The counts of all purchases stay.")
            messages.success(request, told % {"name": customer})
            return redirect("customer_page", merge.into_id)
    if customer.merged_into_id is not None and request.method != "POST":
        return redirect("customer_page", customer.survivor().pk)
    return show_choice(request, customer, form)


def show_choice(request: PersonRequest, customer: Customer, form: forms.Form) -> HttpResponse:
    """Whom to merge it with: the one proposed, or those whom the text may mean."""
    asked = request.GET.get("q", "").strip()
    proposed = request.GET.get("into", "")
    keys = [one.customer.pk for one in find_customers(asked, shop=request.shop)]
    if proposed.isascii() and proposed.isdecimal() and not asked:
        keys = [int(proposed[:15])]
    found = Customer.objects.living().for_list().filter(pk__in=keys).exclude(pk=customer.pk)
    told = {
        "customer": customer,
        "form": form,
        "asked": asked,
        "found": found[:MOST],
        "purchases": customer.purchases.count(),
        "contacts": customer.interactions.count(),
        "tickets": customer.tickets.count(),
    }
    status = 422 if form.errors else 200
    return render(request, "tickets/customer_merge.html", told, status=status)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def customer_unmerge(request: PersonRequest, pk: int) -> HttpResponse:
    """Make them two again."""
    merge = CustomerMerge.objects.filter(merged=pk).order_by("-at", "-pk").first()
    if merge is None:
        raise Http404
    try:
        undo_customer_merge(merge=merge, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("customer_page", merge.into_id)
    messages.success(request, _("The merge is undone: this customer has everything back."))
    return redirect("customer_page", pk)
