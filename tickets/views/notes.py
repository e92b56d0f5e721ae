"""Writing on a ticket: a note for us, an answer to the customer; finding whom to mention."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role, User
from helpdesk.lib.folding import fold
from helpdesk.lib.mentions import Mentions
from tickets.forms.notes import NoteForm, ReplyForm
from tickets.services import reply_to_ticket, write_note
from tickets.services.owners import WORKERS
from tickets.views.after import ticket_address, view_of
from tickets.views.doing import do_act
from tickets.views.errors import add_errors
from tickets.views.holding import hold_sent
from tickets.views.showing import find_ticket, read_ticket, show_ticket

SUGGESTIONS = 6


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_note(request: PersonRequest, pk: int) -> HttpResponse:
    """Write an internal note."""
    ticket = read_ticket(pk)
    form = NoteForm(request.POST, auto_id="note_%s")
    hold_sent(request, form)
    if form.is_valid():
        try:
            note = write_note(ticket=ticket, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if note.row.is_repeat:
                messages.info(request, _("This note was written already; nothing was added."))
            else:
                messages.success(request, _("Noted. Only we see it."))
                warn_of_names(request, note.mentions)
            return redirect(ticket_address(pk, view_of(request)))
    return show_ticket(request, ticket, refused=form, note=form)


def warn_of_names(request: PersonRequest, mentions: Mentions) -> None:
    """Say whom an "@" did not reach."""
    for names, words in (
        (mentions.unknown, _("Nobody here is called %(names)s: nobody was told.")),
        (mentions.unclear, _("More than one is called %(names)s: write the whole name.")),
    ):
        if names:
            messages.warning(request, words % {"names": ", ".join(names)})


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_reply(request: PersonRequest, pk: int) -> HttpResponse:
    """Log what was answered. No mail leaves."""
    ticket = find_ticket(pk)
    form = ReplyForm(request.POST, ticket=ticket, auto_id="reply_%s")
    hold_sent(request, form)
    return do_act(
        request,
        ticket,
        form=form,
        act="",
        run=reply_to_ticket,
        done=_("Logged as answered. Tallydesk sends no mail."),
        name="reply",
    )


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def mention_list(request: PersonRequest) -> HttpResponse:
    """The people whose name begins with what was typed after an "@"; a fragment."""
    typed = fold(request.GET.get("q", ""))
    people = User.objects.active().with_role(*WORKERS).filter(name_folded__startswith=typed)
    told = {"people": people.order_by("name_folded", "pk")[:SUGGESTIONS]}
    return render(request, "tickets/_mentions.html", told)
