"""Let a ticket wait, take it up again, close it, reopen it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.states import ReopenForm, WaitForm
from tickets.forms.versions import VersionedForm
from tickets.models import Ticket
from tickets.services import (
    close_ticket,
    reopen_ticket,
    resume_ticket,
    wait_for_customer,
    wait_until,
)
from tickets.views.doing import do_act, show_act
from tickets.views.showing import read_ticket


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_wait(request: PersonRequest, pk: int) -> HttpResponse:
    """Until the customer answers, or until a moment."""
    ticket = read_ticket(pk)
    if request.method != "POST":
        form = WaitForm(ticket=ticket, auto_id="act_%s")
        return show_act(request, ticket, act="wait", form=form)
    return do_act(
        request,
        ticket,
        form=WaitForm(request.POST, ticket=ticket, auto_id="act_%s"),
        act="wait",
        run=let_wait,
        done=_("Ticket #%(n)d waits.") % {"n": pk},
    )


def let_wait(*, waits: str, until: datetime | None, **said: Any) -> Ticket:
    """Which of the two services it is; ``waits`` has done its work in the form."""
    return wait_for_customer(**said) if until is None else wait_until(until=until, **said)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_reopen(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin again with what was resolved or closed."""
    ticket = read_ticket(pk)
    if request.method != "POST":
        form = ReopenForm(ticket=ticket, auto_id="act_%s")
        return show_act(request, ticket, act="reopen", form=form)
    return do_act(
        request,
        ticket,
        form=ReopenForm(request.POST, ticket=ticket, auto_id="act_%s"),
        act="reopen",
        run=reopen_ticket,
        done=_("Ticket #%(n)d is open again.") % {"n": pk},
    )


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Take it up again."""
    ticket = read_ticket(pk)
    return do_act(
        request,
        ticket,
        form=VersionedForm(request.POST, ticket=ticket),
        act="",
        run=resume_ticket,
        done=_("Ticket #%(n)d is open again.") % {"n": pk},
    )


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close what is resolved."""
    ticket = read_ticket(pk)
    return do_act(
        request,
        ticket,
        form=VersionedForm(request.POST, ticket=ticket),
        act="",
        run=close_ticket,
        done=_("Ticket #%(n)d is closed.") % {"n": pk},
    )
