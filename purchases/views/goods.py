from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from helpdesk.lib.filters import choice_filter, read_filters
from helpdesk.lib.paging import Ordering, read_page
from purchases.forms.fields import sku_suggestions
from purchases.forms.goods import LotForm, ProductForm
from purchases.models import Lot, Product
from purchases.prefixes import lots_like, products_like
from purchases.services import save_lot, save_product
from purchases.views.filtering import category_choices, product_filter

PRODUCT_ORDERINGS = {
    "name": Ordering(gettext_lazy("Name"), ("name_folded",)),
    "sku": Ordering(gettext_lazy("SKU"), ("sku",)),
}
PRODUCT_FILTERS = (
    choice_filter("category", "category", gettext_lazy("Category"), category_choices),
)
LOT_ORDERINGS = {
    "added": Ordering(gettext_lazy("Added"), ()),
    "number": Ordering(gettext_lazy("Lot"), ("number",)),
}
LOT_FILTERS = (
    choice_filter("state", "state", gettext_lazy("State"), Lot.State.choices),
    product_filter("product", "product", gettext_lazy("Product")),
)
HISTORY_ROWS = 20


@roles(Role.AGENT, Role.INSPECTOR, Role.MANAGER)
@require_safe
def product_list(request: PersonRequest) -> HttpResponse:
    """What is sold; ``?q=`` finds by the beginning of a name or SKU, ``?show=all`` adds the retired."""
    filters = read_filters(request.GET, PRODUCT_FILTERS, request.shop.zone)
    everything = request.GET.get("show") == "all"
    asked = request.GET.get("q", "").strip()
    products = filters.apply(Product.objects.all() if everything else Product.objects.offered())
    products = products_like(products, asked) if asked else products
    page = read_page(request, products, PRODUCT_ORDERINGS, "name")
    lots = Lot.objects.filter(product__in=page.items).values_list("product").annotate(n=Count("pk"))
    counts = dict(lots)
    told = {
        "page": page,
        "rows": [(product, counts.get(product.pk, 0)) for product in page.items],
        "filters": filters,
        "everything": everything,
        "asked": asked,
        "categories": category_choices(),
        "may_edit": request.user.may(Role.MANAGER, write=True),
    }
    return render(request, "purchases/product_list.html", told)


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def product_new(request: PersonRequest) -> HttpResponse:
    """Make a product."""
    return _edit_product(request, None)


@roles(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def product_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a product."""
    return _edit_product(request, get_object_or_404(Product, pk=pk))


def _edit_product(request: PersonRequest, product: Product | None) -> HttpResponse:
    """The form of a product, new or there."""
    initial = ProductForm.typed_before(product) if product else None
    form = ProductForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_product(
                actor=request.user,
                draft=form.draft(),
                product=product,
                version=form.cleaned_data["version"],
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("%(product)s is saved.") % {"product": saved.name})
            return redirect("product_list")
    history = HistoryEntry.objects.about(product)[:HISTORY_ROWS] if product else ()
    told = {
        "form": form,
        "product": product,
        "history": history,
        "categories": Product.objects.categories(),
    }
    return render(request, "purchases/product_edit.html", told)


@roles(Role.AGENT, Role.INSPECTOR, Role.MANAGER)
@require_safe
def lot_list(request: PersonRequest) -> HttpResponse:
    """Lots with who made them and their state; ``?q=`` finds by the beginning of a number."""
    filters = read_filters(request.GET, LOT_FILTERS, request.shop.zone)
    asked = request.GET.get("q", "").strip()
    lots = filters.apply(Lot.objects.for_list())
    lots = lots_like(lots, asked) if asked else lots
    told = {
        "page": read_page(request, lots, LOT_ORDERINGS, "-added"),
        "filters": filters,
        "asked": asked,
        "states": Lot.State.choices,
        "skus": sku_suggestions(),
        "may_open": request.user.may(Role.INSPECTOR, Role.MANAGER),
        "may_edit": request.user.may(Role.INSPECTOR, Role.MANAGER, write=True),
    }
    return render(request, "purchases/lot_list.html", told)


@roles(Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def lot_new(request: PersonRequest) -> HttpResponse:
    """Make a lot; ``?number=`` is what was scanned."""
    return _edit_lot(request, None)


@roles(Role.INSPECTOR, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def lot_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a lot."""
    return _edit_lot(request, get_object_or_404(Lot.objects.for_list(), pk=pk))


def _edit_lot(request: PersonRequest, lot: Lot | None) -> HttpResponse:
    """The form of a lot, new or there."""
    initial = LotForm.typed_before(lot) if lot else {"number": request.GET.get("number", "")[:80]}
    form = LotForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_lot(
                actor=request.user,
                draft=form.draft(),
                lot=lot,
                version=form.cleaned_data["version"],
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Lot %(lot)s is saved.") % {"lot": saved.number})
            return redirect("lot_page", saved.pk)
    history = HistoryEntry.objects.about(lot)[:HISTORY_ROWS] if lot else ()
    told = {"form": form, "lot": lot, "history": history, "skus": sku_suggestions()}
    return render(request, "purchases/lot_edit.html", told)
