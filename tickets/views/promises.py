"""Promises on a ticket: made, ended."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.promises import EndPromiseForm, PromiseForm
from tickets.models import Promise
from tickets.services import end_promise, make_promise
from tickets.views.after import after_saving
from tickets.views.doing import show_act
from tickets.views.errors import add_errors
from tickets.views.showing import read_ticket, show_ticket


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def promise_make(request: PersonRequest, pk: int) -> HttpResponse:
    """Promise something on a ticket."""
    ticket = read_ticket(pk)
    if request.method != "POST":
        form = PromiseForm(auto_id="act_%s")
        return show_act(request, ticket, act="promise", form=form)
    form = PromiseForm(request.POST, auto_id="act_%s")
    if form.is_valid():
        try:
            made = make_promise(
                ticket=ticket,
                draft=form.draft(),
                actor=request.user,
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            if made.is_repeat:
                messages.info(request, _("This was promised already; nothing was added."))
            else:
                messages.success(request, _("Promised. It shows here until it is kept."))
            # A form that was sent twice may have been another ticket's.
            same = made.ticket_id == ticket.pk
            return after_saving(request, ticket if same else made.ticket)
    return show_ticket(request, ticket, refused=form, act="promise", act_form=form)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def promise_end(request: PersonRequest, pk: int) -> HttpResponse:
    """Say how a promise ended."""
    promise = get_object_or_404(Promise, pk=pk)
    ticket = read_ticket(promise.ticket_id)
    form = EndPromiseForm(request.POST, ticket=ticket)
    if form.is_valid():
        try:
            ended = end_promise(promise=promise, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request,
                _("The promise has ended: %(state)s.") % {"state": ended.get_state_display()},
            )
            return after_saving(request, ticket)
    return show_ticket(request, ticket, refused=form, ending=form, ending_of=promise.pk)
