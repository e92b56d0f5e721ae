"""The queue and the ticket."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from tickets.forms.tickets import EndPromiseForm, HandOffForm, PromiseForm, ResolveForm
from tickets.models import Promise, Ticket, TicketEvent
from tickets.services import end_promise, hand_off_ticket, make_promise, resolve_ticket
from tickets.views.casefile import TICKET_STATES
from tickets.views.errors import add_errors
from tickets.views.timeline import CHANNEL_ICONS, LABELS

ORDERINGS = {"waiting": Ordering(gettext_lazy("Waiting"), ("waiting_since",), nullable=True)}
VIEWS = {
    "all": (gettext_lazy("All unfinished"), "inbox"),
    "mine": (gettext_lazy("Mine"), "user"),
    "unassigned": (gettext_lazy("Nobody's"), "user-x"),
}
CONTACTS = 50
EVENTS = 50


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def ticket_list(request: PersonRequest) -> HttpResponse:
    """The queue: what somebody still has to do something about, the longest waiting first."""
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    tickets = Ticket.objects.unfinished().for_list()
    if view == "mine":
        tickets = tickets.filter(owner=request.user)
    elif view == "unassigned":
        tickets = tickets.filter(owner__isnull=True)
    page = read_page(request, tickets, ORDERINGS, "waiting")
    rows = [(ticket, *TICKET_STATES[Ticket.State(ticket.state)]) for ticket in page.items]
    views = [(key, label, icon, key == view) for key, (label, icon) in VIEWS.items()]
    told = {"page": page, "rows": rows, "views": views, "now": timezone.now()}
    return render(request, "tickets/ticket_list.html", told)


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
            return redirect("ticket_page", pk)
    return show_ticket(request, ticket, resolve=form)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_hand_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Claim it, or give it to somebody else."""
    ticket = read_ticket(pk)
    form = HandOffForm(request.POST, ticket=ticket, auto_id="hand_off_%s")
    if form.is_valid():
        try:
            hand_off_ticket(ticket=ticket, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            owner = form.cleaned_data["owner"]
            messages.success(
                request, _("%(name)s owns ticket #%(n)d now.") % {"name": owner, "n": pk}
            )
            return redirect("ticket_page", pk)
    return show_ticket(request, ticket, hand_off=form)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def promise_make(request: PersonRequest, pk: int) -> HttpResponse:
    """Promise something on a ticket."""
    ticket = read_ticket(pk)
    form = PromiseForm(request.POST, auto_id="promise_%s")
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
            return redirect("ticket_page", made.ticket_id)
    return show_ticket(request, ticket, promise=form)


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
            return redirect("ticket_page", ticket.pk)
    return show_ticket(request, ticket, ending=(promise.pk, form))


def read_ticket(pk: int) -> Ticket:
    """The ticket with all that its page names, or 404."""
    return get_object_or_404(Ticket.objects.for_list(), pk=pk)


def show_ticket(
    request: PersonRequest,
    ticket: Ticket,
    *,
    resolve: Form | None = None,
    hand_off: Form | None = None,
    promise: Form | None = None,
    ending: tuple[int, Form] | None = None,
) -> HttpResponse:
    """The page; with a form that was refused, that form and its errors."""
    refused = any((resolve, hand_off, promise, ending))
    tone, icon = TICKET_STATES[Ticket.State(ticket.state)]
    contacts = ticket.interactions.for_timeline()[:CONTACTS]
    told: dict[str, Any] = {
        "ticket": ticket,
        "now": timezone.now(),
        "tone": tone,
        "state_icon": icon,
        "is_finished": ticket.state in Ticket.FINISHED,
        "contacts": [(one, CHANNEL_ICONS[one.channel], label_of(one)) for one in contacts],
        "promises": ticket.promises.select_related("owner").order_by("due_at", "pk"),
        # What was logged stands in the timeline above it already.
        "events": ticket.events.exclude(kind=TicketEvent.Kind.LOGGED)
        .select_related("actor")
        .order_by("-at", "-pk")[:EVENTS],
        "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
        "resolve": resolve or ResolveForm(ticket=ticket, auto_id="resolve_%s"),
        "hand_off": hand_off or HandOffForm(ticket=ticket, auto_id="hand_off_%s"),
        "promise": promise or PromiseForm(auto_id="promise_%s"),
        "ending_of": ending[0] if ending else None,
        "ending": ending[1] if ending else EndPromiseForm(ticket=ticket, auto_id="ending_%s"),
    }
    return render(request, "tickets/ticket_page.html", told, status=422 if refused else 200)


def label_of(contact: Any) -> object:
    """How the contact counts, in a word; nothing for one that simply counts."""
    return LABELS.get(contact.standing, "")
