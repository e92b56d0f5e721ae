"""The ticket page, and how a ticket ends."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.tickets import ResolveForm
from tickets.services import resolve_ticket
from tickets.views.after import after_saving
from tickets.views.errors import add_errors
from tickets.views.showing import read_ticket, show_ticket


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One problem: who works on it, what was said and promised about it."""
    return show_ticket(request, read_ticket(pk))


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_resolve(request: PersonRequest, pk: int) -> HttpResponse:
    """End it, with its reason and what was done."""
    ticket = read_ticket(pk)
    form = ResolveForm(request.POST, ticket=ticket, auto_id="resolve_%s")
    if form.is_valid():
        try:
            resolve_ticket(ticket=ticket, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Ticket #%(n)d is resolved.") % {"n": pk})
            return after_saving(request, ticket)
    return show_ticket(request, ticket, resolve=form)
