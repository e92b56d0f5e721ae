"""Who works on a ticket, who follows it, how urgent it is, what it is called."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.owners import HandOffForm, PriorityForm, SubjectForm
from tickets.services import (
    change_priority,
    change_subject,
    follow_ticket,
    hand_off_ticket,
    unfollow_ticket,
)
from tickets.views.after import ticket_address, view_of
from tickets.views.doing import do_act, show_act
from tickets.views.showing import read_ticket


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_hand_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Claim it, or give it to somebody else or to a team."""
    ticket = read_ticket(pk)
    if request.method != "POST":
        form = HandOffForm(ticket=ticket, auto_id="act_%s")
        return show_act(request, ticket, act="hand_off", form=form)
    form = HandOffForm(request.POST, ticket=ticket, auto_id="act_%s")
    taker = (form.cleaned_data.get("owner") or form.cleaned_data["team"]) if form.is_valid() else ""
    return do_act(
        request,
        ticket,
        form=form,
        act="hand_off",
        run=hand_off_ticket,
        done=_("%(name)s owns ticket #%(n)d now.") % {"name": taker, "n": pk},
    )


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_priority(request: PersonRequest, pk: int) -> HttpResponse:
    """Make it more or less urgent."""
    ticket = read_ticket(pk)
    return do_act(
        request,
        ticket,
        form=PriorityForm(request.POST, ticket=ticket, auto_id="priority_%s"),
        act="",
        run=change_priority,
        done=_("The priority of ticket #%(n)d is changed.") % {"n": pk},
        name="priority",
        stays=True,
    )


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_subject(request: PersonRequest, pk: int) -> HttpResponse:
    """Call it something else."""
    ticket = read_ticket(pk)
    if request.method != "POST":
        form = SubjectForm(ticket=ticket, auto_id="act_%s")
        return show_act(request, ticket, act="subject", form=form)
    return do_act(
        request,
        ticket,
        form=SubjectForm(request.POST, ticket=ticket, auto_id="act_%s"),
        act="subject",
        run=change_subject,
        done=_("The subject of ticket #%(n)d is changed.") % {"n": pk},
        stays=True,
    )


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_follow(request: PersonRequest, pk: int) -> HttpResponse:
    """Be told of it, or no longer (``stop``)."""
    ticket = read_ticket(pk)
    if "stop" in request.POST:
        unfollow_ticket(ticket=ticket, actor=request.user)
        messages.success(request, _("You are no longer told what others do here."))
    else:
        follow_ticket(ticket=ticket, actor=request.user)
        messages.success(request, _("You are told from now on what others do here."))
    return redirect(ticket_address(pk, view_of(request)))
