"""Canned texts and macros: keeping them, and picking a text while one writes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from purchases.models import Customer, Purchase
from tickets.forms.texts import KeptForm, MacroEditForm, TextForm
from tickets.models import CannedText, Macro, Ticket
from tickets.queue.filters import is_key
from tickets.services.texts import add_text, change_text, delete_text
from tickets.variables import VARIABLES, fill, values_of
from tickets.views.errors import add_errors

KEEPERS = (Role.AGENT, Role.MANAGER, Role.ADMIN)
HISTORY_ROWS = 20
# More than these one narrows by typing.
MOST_PICKED = 12
KINDS: dict[type[CannedText | Macro], tuple[type[KeptForm], Any, str]] = {
    CannedText: (TextForm, gettext_lazy("New text"), "text"),
    Macro: (MacroEditForm, gettext_lazy("New macro"), "macro"),
}


@roles(*KEEPERS)
@require_safe
def text_list(request: PersonRequest) -> HttpResponse:
    """One's own texts and macros, and everybody's."""
    mine = {
        "texts": CannedText.objects.visible_to(request.user),
        "macros": Macro.objects.visible_to(request.user),
    }
    may_share = request.user.may(Role.MANAGER, Role.ADMIN, write=True)
    may_write = request.user.may(*KEEPERS, write=True)
    told = {**mine, "may_share": may_share, "may_write": may_write}
    return render(request, "tickets/text_list.html", told)


@roles(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def text_new(request: PersonRequest) -> HttpResponse:
    """A new canned text."""
    return keep_new(request, CannedText)


@roles(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def macro_new(request: PersonRequest) -> HttpResponse:
    """A new macro."""
    return keep_new(request, Macro)


@roles(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def text_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a canned text."""
    return keep_changed(request, CannedText, pk)


@roles(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def macro_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a macro."""
    return keep_changed(request, Macro, pk)


@roles(*KEEPERS)
@require_POST
def text_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a canned text away."""
    return delete(request, CannedText, pk)


@roles(*KEEPERS)
@require_POST
def macro_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a macro away."""
    return delete(request, Macro, pk)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def text_pick(request: PersonRequest) -> HttpResponse:
    """Texts whose name fits ``?q=``, filled in for the ticket, purchase or customer named."""
    rows = CannedText.objects.visible_to(request.user)
    rows = rows.filter(name__icontains=request.GET.get("q", "").replace("\0", ""))
    values = values_of(
        person=request.user,
        shop=request.shop,
        ticket=named(request, "ticket", Ticket.objects.for_list().select_related("product")),
        purchase=named(request, "purchase", Purchase.objects.select_related("customer")),
        customer=named(request, "customer", Customer.objects.all()),
    )
    texts = [(row.name, fill(row.text, values)[0]) for row in rows[:MOST_PICKED]]
    return render(request, "tickets/_text_pick.html", {"texts": texts})


def named(request: PersonRequest, name: str, rows: Any) -> Any:
    """The row whose key the address has under this name, if any."""
    text = request.GET.get(name, "")
    return rows.filter(pk=int(text)).first() if is_key(text) else None


def keep_new(request: PersonRequest, kind: type[CannedText | Macro]) -> HttpResponse:
    """Add what the form says, or show it."""
    form_class, title, _name = KINDS[kind]
    form = form_class(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        shared = form.cleaned_data.get("shared", False)
        try:
            row = add_text(kind=kind, shared=shared, values=form.values(), actor=request.user)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": row.name})
            return redirect("text_list")
    return show(request, form, kind, title)


def keep_changed(request: PersonRequest, kind: type[CannedText | Macro], pk: int) -> HttpResponse:
    """Change what the form says, or show it."""
    row = get_object_or_404(kind.objects.editable_by(request.user), pk=pk)
    form = KINDS[kind][0](request.POST or None, instance=row, person=request.user)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_text(row=row, version=version, values=form.values(), actor=request.user)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("text_list")
    return show(request, form, kind, row.name, row)


def delete(request: PersonRequest, kind: type[CannedText | Macro], pk: int) -> HttpResponse:
    """Take one away."""
    row = get_object_or_404(kind.objects.editable_by(request.user), pk=pk)
    delete_text(row=row, actor=request.user)
    messages.success(request, _("“%(name)s” was deleted.") % {"name": row.name})
    return redirect("text_list")


def show(
    request: PersonRequest,
    form: KeptForm,
    kind: type[CannedText | Macro],
    title: object,
    row: CannedText | Macro | None = None,
) -> HttpResponse:
    """The form's page."""
    told = {
        "form": form,
        "title": title,
        "row": row,
        "delete_url": f"{KINDS[kind][2]}_delete",
        "variables": VARIABLES.items(),
        "history": HistoryEntry.objects.about(row)[:HISTORY_ROWS] if row else (),
    }
    status = 422 if form.errors else 200
    return render(request, "tickets/text_form.html", told, status=status)
