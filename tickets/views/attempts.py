"""One promise: whom to ring, what was tried, and what came of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.templatetags.moments import ago_text
from purchases.models import CustomerPhone
from tickets.forms.attempts import AttemptForm
from tickets.forms.promises import EndPromiseForm, GivePromiseForm
from tickets.models import CallAttempt, Promise
from tickets.services import give_promise, log_attempt
from tickets.views.errors import add_errors
from tickets.views.timeline import ENDINGS

Outcome = CallAttempt.Outcome
SIGNS = {
    Outcome.REACHED: ("phone-call", "td-good"),
    Outcome.NO_ANSWER: ("phone-missed", "td-warn"),
    Outcome.VOICEMAIL: ("voicemail", "td-warn"),
    Outcome.WRONG_NUMBER: ("phone-off", "td-alarm"),
}


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def promise_page(request: PersonRequest, pk: int) -> HttpResponse:
    """A promise with its tries."""
    return _show(request, _read(pk))


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def promise_try(request: PersonRequest, pk: int) -> HttpResponse:
    """Write down a try."""
    promise = _read(pk)
    form = AttemptForm(request.POST, auto_id="try_%s")
    if form.is_valid():
        try:
            attempt = log_attempt(
                promise=promise,
                draft=form.draft(),
                actor=request.user,
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _told(attempt))
            return redirect("promise_list")
    return _show(request, promise, form)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def promise_give(request: PersonRequest, pk: int) -> HttpResponse:
    """Let somebody else keep it."""
    promise = _read(pk)
    form = GivePromiseForm(request.POST, promise=promise, auto_id="give_%s")
    if form.is_valid():
        try:
            given = give_promise(promise=promise, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = _("%(name)s keeps this promise from now on, and is told.")
            messages.success(request, told % {"name": given.owner})
            return redirect("promise_page", pk)
    return _show(request, _read(pk), giving=form)


def _read(pk: int) -> Promise:
    """The promise with all that its page names, or 404."""
    return get_object_or_404(Promise.objects.for_list().select_related("made_in", "proof"), pk=pk)


def _show(
    request: PersonRequest,
    promise: Promise,
    form: AttemptForm | None = None,
    *,
    giving: GivePromiseForm | None = None,
) -> HttpResponse:
    """The page; with a form that was not taken, that form and its errors."""
    ticket = promise.ticket
    tries = promise.tries.select_related("tried_by").order_by("-tried_at", "-pk")
    told = {
        "promise": promise,
        "ticket": ticket,
        "sign": ENDINGS.get(Promise.State(promise.state)),
        "phones": CustomerPhone.objects.filter(customer=ticket.customer_id).order_by("pk"),
        "tries": [(one, *SIGNS[Outcome(one.outcome)]) for one in tries],
        "form": form or AttemptForm(auto_id="try_%s"),
        "ending": EndPromiseForm(ticket=ticket, auto_id="ending_%s"),
        "giving": giving or GivePromiseForm(promise=promise, auto_id="give_%s"),
        "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
    }
    return render(request, "tickets/promise_page.html", told, status=422 if form or giving else 200)


def _told(attempt: CallAttempt) -> str:
    """What came of it, and what happens next."""
    if attempt.is_repeat:
        return _("This try was written down already; nothing was added.")
    if attempt.contact is not None:
        return _("Logged, and the promise has ended: %(state)s.") % {
            "state": Promise.objects.get(pk=attempt.promise_id).get_state_display()
        }
    if attempt.next_at is None:
        return _("Written down. The promise stays open: find the right number.")
    return _("Written down. You are reminded to try again %(when)s.") % {
        "when": ago_text(attempt.next_at)
    }
