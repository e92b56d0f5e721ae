"""Keeping a view of the queue under a name."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.views import SavedViewForm
from tickets.models import SavedView
from tickets.services.saved_views import add_view, change_view, delete_view
from tickets.views.errors import add_errors

# A row is never changed more often.
VERSION_DIGITS = 9


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def view_new(request: PersonRequest) -> HttpResponse:
    """Keep the filters of this address under a name."""
    initial = {"query": request.GET.urlencode()}
    form = SavedViewForm(request.POST or None, person=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            view = add_view(actor=request.user, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("“%(name)s” is among your views.") % {"name": view.name})
            return redirect(address_of(view))
    return show_form(request, form, None)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a view: its name, who sees it, or its filters to those of this address."""
    view = get_object_or_404(SavedView.objects.editable_by(request.user), pk=pk)
    query = request.GET.urlencode() or view.query
    initial = {"query": query, "name": view.name, "shared": view.shared}
    form = SavedViewForm(request.POST or None, person=request.user, view=view, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        known = version.isdecimal() and len(version) <= VERSION_DIGITS
        try:
            change_view(
                view=view,
                version=int(version) if known else 0,
                actor=request.user,
                **form.cleaned_data,
            )
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("Saved."))
            view.refresh_from_db()
            return redirect(address_of(view))
    return show_form(request, form, view)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def view_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a view away."""
    view = get_object_or_404(SavedView.objects.editable_by(request.user), pk=pk)
    delete_view(view=view, actor=request.user)
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect("ticket_list")


def show_form(request: PersonRequest, form: SavedViewForm, view: SavedView | None) -> HttpResponse:
    """The page of a view that is made or changed."""
    told = {"form": form, "view": view}
    status = 422 if form.errors else 200
    return render(request, "tickets/saved_view.html", told, status=status)


def address_of(view: SavedView) -> str:
    """Where a saved view is opened: its filters stand in the address."""
    return f"{reverse('ticket_list')}?{urlencode({'saved': view.pk})}&{view.query}"
