from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.filters import choice_filter, day_filter, read_filters
from helpdesk.lib.paging import Ordering, read_page
from purchases.finding import purchases_like
from purchases.forms.fields import sku_suggestions
from purchases.forms.orders import (
    EMPTY_LINES,
    Lines,
    PurchaseForm,
    line_formset,
    lines_before,
)
from purchases.models import Customer, Purchase
from purchases.services import save_customer, save_purchase
from purchases.views.filtering import (
    category_choices,
    sold_category_filter,
    sold_product_filter,
)

ORDERINGS = {
    "ordered": Ordering(gettext_lazy("Ordered"), ("ordered_at",)),
    "net": Ordering(gettext_lazy("Tally"), ("net_interactions",)),
}
FLAG_CHOICES = [(value, label) for value, label in Purchase.FlagState.choices if value]
FILTERS = (
    choice_filter("status", "status", gettext_lazy("Status"), Purchase.Status.choices),
    choice_filter("flag", "flag_state", gettext_lazy("Flag"), FLAG_CHOICES),
    sold_product_filter("product", gettext_lazy("Product")),
    sold_category_filter("category", gettext_lazy("Category")),
    day_filter("from", "ordered_at__gte", gettext_lazy("Ordered from")),
    day_filter("to", "ordered_at__lt", gettext_lazy("Ordered to"), after=True),
)
HISTORY_ROWS = 20
MORE_LINES = 5
LONGEST_KEY = 18


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def purchase_list(request: PersonRequest) -> HttpResponse:
    """All purchases; filters and the text in ``?q=`` live in the address."""
    filters = read_filters(request.GET, FILTERS, request.shop.zone)
    asked = request.GET.get("q", "").strip()
    purchases = filters.apply(Purchase.objects.for_list())
    if asked:
        purchases = purchases.filter(purchases_like(asked, shop=request.shop))
    told = {
        "page": read_page(request, purchases, ORDERINGS, "-ordered"),
        "filters": filters,
        "asked": asked,
        "statuses": Purchase.Status.choices,
        "flag_states": FLAG_CHOICES,
        "categories": category_choices(),
        "skus": sku_suggestions(),
        "may_import": request.user.may(Role.MANAGER, Role.ADMIN, write=True),
    }
    return render(request, "purchases/purchase_list.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def purchase_new(request: PersonRequest) -> HttpResponse:
    """Make a purchase; ``?customer=`` is whose."""
    customer = Customer.objects.living().filter(pk=posed_key(request, "customer")).first()
    form = PurchaseForm(
        request.POST or None,
        shop=request.shop,
        customer=customer,
        initial={"ordered_at": timezone.localtime().replace(second=0, microsecond=0)},
    )
    lines = line_formset(empty_lines(request))(request.POST or None)
    return _edit_purchase(request, form, lines, None)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def purchase_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a purchase."""
    purchase = get_object_or_404(Purchase.objects.for_edit(), pk=pk)
    form = PurchaseForm(
        request.POST or None,
        shop=request.shop,
        customer=purchase.customer,
        initial=PurchaseForm.typed_before(purchase),
    )
    lines = line_formset(empty_lines(request))(request.POST or None, initial=lines_before(purchase))
    return _edit_purchase(request, form, lines, purchase)


def _edit_purchase(
    request: PersonRequest, form: PurchaseForm, lines: Lines, purchase: Purchase | None
) -> HttpResponse:
    """The form of a purchase, new or there. A second button only asks for more empty lines."""
    asks_for_lines = "more" in request.POST
    if request.method == "POST" and not asks_for_lines and form.is_valid() and lines.is_valid():
        try:
            saved = _save(request, form, lines, purchase)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Purchase %(number)s is saved.") % {"number": saved})
            return redirect("purchase_page", saved.pk)
    history = HistoryEntry.objects.about(purchase)[:HISTORY_ROWS] if purchase else ()
    told = {
        "form": form,
        "lines": lines,
        "purchase": purchase,
        "history": history,
        "skus": sku_suggestions(),
        "asks_for_lines": asks_for_lines,
    }
    return render(request, "purchases/purchase_edit.html", told)


@transaction.atomic
def _save(
    request: PersonRequest, form: PurchaseForm, lines: Lines, purchase: Purchase | None
) -> Purchase:
    """Save the purchase, after its customer where that is a new one; both or neither."""
    customer = form.customer or save_customer(
        actor=request.user, shop=request.shop, draft=form.new_customer()
    )
    return save_purchase(
        actor=request.user,
        shop=request.shop,
        draft=form.draft(customer, lines.drafts(request.shop.currency)),
        purchase=purchase,
        version=form.cleaned_data["version"],
    )


def empty_lines(request: PersonRequest) -> int:
    """How many empty lines to draw: more where somebody asked for them."""
    return EMPTY_LINES + (MORE_LINES if "more" in request.POST else 0)


def posed_key(request: PersonRequest, name: str) -> int:
    """A row's key in the address; 0, which no row has, when there is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_KEY else 0
