"""The owner button: asking a manager past the queue, and what they answered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from purchases.models import Purchase
from tickets.forms.help import AnswerForm, HelpForm
from tickets.models import HelpRequest, Ticket
from tickets.services import answer_help, ask_for_help
from tickets.views.after import after_saving, view_of
from tickets.views.errors import add_errors
from tickets.views.showing import read_ticket

ORDERINGS = {
    "due": Ordering(gettext_lazy("Due"), ("due_at",)),
    "answered": Ordering(gettext_lazy("Answered"), ("answered_at",), nullable=True),
}


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def help_list(request: PersonRequest) -> HttpResponse:
    """Open questions, the soonest due first; an agent sees their own, a manager all of them."""
    answered = request.GET.get("show") == "answered"
    asked = HelpRequest.objects.seen_by(request.user).for_list()
    asked = asked.answered() if answered else asked.open()
    told = {
        "page": read_page(request, asked, ORDERINGS, "-answered" if answered else "due"),
        "answered": answered,
        "sees_all": request.user.may(Role.MANAGER),
    }
    return render(request, "tickets/help_list.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def help_ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask about a ticket, which keeps its owner."""
    return _ask(request, ticket=read_ticket(pk))


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "POST"])
def help_ask_purchase(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask about a purchase; where somebody works on a ticket of it, about that one."""
    purchase = get_object_or_404(Purchase.objects.select_related("customer"), pk=pk)
    if request.method == "GET":
        ticket = Ticket.objects.filter(purchase=purchase).unfinished().order_by("-pk").first()
        if ticket is not None:
            return redirect("help_ask", ticket.pk)
    return _ask(request, purchase=purchase)


def _ask(
    request: PersonRequest, *, ticket: Ticket | None = None, purchase: Purchase | None = None
) -> HttpResponse:
    """The form, and what it asks."""
    form = HelpForm(request.POST or None, asker=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_for_help(
                ticket=ticket,
                purchase=purchase,
                question=form.cleaned_data["question"],
                due_at=form.cleaned_data["moment"],
                asked_of=form.cleaned_data["asked_of"],
                actor=request.user,
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            if asked.is_repeat:
                messages.info(request, _("You asked this already; nothing was added."))
            else:
                messages.success(request, _("Asked. You are told when there is an answer."))
            if ticket is not None and asked.ticket_id == ticket.pk:
                return after_saving(request, ticket)
            if asked.ticket_id is not None:
                return redirect("ticket_page", asked.ticket_id)
            return redirect("purchase_page", asked.purchase_id)
    told = {"form": form, "ticket": ticket, "purchase": purchase, "back": view_of(request)}
    status = 422 if form.errors else 200
    return render(request, "tickets/help_ask.html", told, status=status)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def help_page(request: PersonRequest, pk: int) -> HttpResponse:
    """A question, and its answer or the box for it."""
    return _show(request, _read(pk), AnswerForm())


@roles(Role.MANAGER)
@require_POST
def help_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer it."""
    asked = _read(pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_help(request=asked, answer=form.cleaned_data["answer"], actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = _("Answered. %(name)s is told.") % {"name": asked.asked_by}
            messages.success(request, told)
            return redirect("help_list")
    return _show(request, asked, form)


def _read(pk: int) -> HelpRequest:
    """The question with all that its page names, or 404."""
    return get_object_or_404(HelpRequest.objects.for_list(), pk=pk)


def _show(request: PersonRequest, asked: HelpRequest, form: AnswerForm) -> HttpResponse:
    """The page; with an answer that was not taken, that form and its errors."""
    may_answer = request.user.may(Role.MANAGER, write=True) and asked.asked_by_id != request.user.pk
    told = {"asked": asked, "form": form, "may_answer": may_answer}
    return render(request, "tickets/help_page.html", told, status=422 if form.errors else 200)
