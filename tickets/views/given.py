"""One piece of goodwill: what was asked and decided, and undoing what was given wrongly."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.goodwill import RefuseForm, UndoForm
from tickets.models import Goodwill, GoodwillCorrection
from tickets.services import undo_goodwill
from tickets.services.goodwill import may_undo
from tickets.views.after import after_saving, view_of
from tickets.views.errors import add_errors
from tickets.views.showing import read_ticket

# What else was given for the purchase, on the page of one.
BESIDE = 20


@roles(Role.AGENT, Role.MANAGER, Role.ADMIN)
@require_safe
def goodwill_page(request: PersonRequest, pk: int) -> HttpResponse:
    """All that somebody has to know who approves it, or wants to undo it."""
    return show_goodwill(request, read_goodwill(pk))


@roles(Role.AGENT, Role.MANAGER, Role.ADMIN)
@require_POST
def goodwill_undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Take back what was given wrongly; the row stays, and sums leave it out."""
    given = read_goodwill(pk)
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            correction = undo_goodwill(goodwill=given, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _told(correction, given))
            if request.user.may(Role.AGENT, Role.MANAGER):
                return after_saving(request, read_ticket(given.ticket_id))
            return redirect("goodwill_page", pk)
    return show_goodwill(request, given, undoing=form)


def read_goodwill(pk: int) -> Goodwill:
    """The goodwill with all that its page names, or 404."""
    found: Goodwill = get_object_or_404(Goodwill.objects.for_list(), pk=pk)
    return found


def show_goodwill(
    request: PersonRequest,
    given: Goodwill,
    *,
    refused: RefuseForm | None = None,
    undoing: UndoForm | None = None,
) -> HttpResponse:
    """The page; ``refused`` and ``undoing`` are forms that were not taken."""
    ticket = given.ticket
    others = Goodwill.objects.standing().filter(ticket__purchase=ticket.purchase_id)
    beside = others.exclude(pk=given.pk) if ticket.purchase_id else others.none()
    person, granted = request.user, given.state == Goodwill.State.GRANTED
    told = {
        "one": given,
        "ticket": ticket,
        "beside": beside.order_by("-asked_at", "-pk")[:BESIDE],
        "may_decide": person.may(Role.MANAGER, Role.ADMIN, write=True),
        "may_open": person.may(Role.AGENT, Role.MANAGER),
        "may_undo": granted and given.undoing is None and may_undo(given, person),
        "form": undoing or UndoForm(),
        "undoing": undoing,
        "refused": refused,
        "refusing": given.pk if refused else None,
        "back": view_of(request),
    }
    status = 422 if refused or undoing else 200
    return render(request, "tickets/goodwill_page.html", told, status=status)


def _told(correction: GoodwillCorrection, given: Goodwill) -> str:
    """What became of it."""
    if correction.is_repeat:
        told = _("%(name)s has undone this already; nothing was added.")
        return told % {"name": correction.made_by}
    return _("Undone: %(amount)s. The history keeps both.") % {"amount": given.amount}
