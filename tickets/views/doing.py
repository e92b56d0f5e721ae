"""What every action on a ticket has in common: its form opens in the page, and is kept when refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.access import PersonRequest
from tickets.forms.versions import VersionedForm
from tickets.models import Ticket
from tickets.views.after import after_saving, ticket_address, view_of
from tickets.views.errors import add_errors
from tickets.views.showing import read_ticket, show_ticket


def show_act(request: PersonRequest, ticket: Ticket, *, act: str, form: Form) -> HttpResponse:
    """The empty form of an action: its fragment for the page that stands there, else in the page."""
    if request.htmx:
        told = {"ticket": ticket, "act_form": form, "back": view_of(request)}
        return render(request, f"tickets/_act_{act}.html", told)
    return show_ticket(request, ticket, act=act, act_form=form)


def do_act(
    request: PersonRequest,
    ticket: Ticket,
    *,
    form: VersionedForm,
    act: str,
    run: Callable[..., Any],
    done: str,
    name: str = "act_form",
    stays: bool = False,
) -> HttpResponse:
    """Let ``run`` do what a form says and go on, or show what was refused.

    ``stays``: it is a small thing, after which everybody stays on the ticket. ``name`` is the
    form's in the template. Nothing that was typed is lost: a refused form is drawn
    again upon the ticket as it is now.
    """
    if form.is_valid():
        try:
            run(ticket=ticket, actor=request.user, **form.said())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, done)
            if stays:
                return redirect(ticket_address(ticket.pk, view_of(request)))
            return after_saving(request, ticket)
    fresh = read_ticket(ticket.pk)
    return show_ticket(request, fresh, refused=form, act=act, **{name: form})
