"""Who works on a ticket."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.forms.owners import HandOffForm
from tickets.services import hand_off_ticket
from tickets.views.after import after_saving
from tickets.views.errors import add_errors
from tickets.views.showing import read_ticket, show_ticket


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
            return after_saving(request, ticket)
    return show_ticket(request, ticket, hand_off=form)
