"""Drawing the ticket page, for every view that acts on a ticket."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Max, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.access import PersonRequest
from accounts.models import Role
from helpdesk.lib.joined import Joined
from helpdesk.lib.prepared import Prepared
from purchases.models import CustomerEmail, CustomerPhone, Lot, PurchaseLine
from tickets.forms.notes import NoteForm, ReplyForm
from tickets.forms.owners import PriorityForm
from tickets.forms.promises import EndPromiseForm
from tickets.forms.versions import VersionedForm, drawn_from
from tickets.models import Follower, Interaction, Promise, Ticket, TicketEvent
from tickets.models.tickets import TicketQuerySet
from tickets.services.changing import STALE
from tickets.views.after import view_of
from tickets.views.attachments import FileRow, file_rows, files_of_ticket
from tickets.views.casefile import TICKET_STATES
from tickets.views.contact_rows import draw_choices, draw_contact, draw_files
from tickets.views.deadlines import standings
from tickets.views.joined import joined_in, with_notes_of
from tickets.views.owed import read_owed
from tickets.views.timeline import said_once
from tickets.views.wording import EventRow, event_row

Places = dict[int, list[FileRow]]
CONTACTS = 50
EVENTS = 50
# What stands in the conversation as a contact, or would only make it longer.
UNSAID = (TicketEvent.Kind.LOGGED, TicketEvent.Kind.FOLLOWED, TicketEvent.Kind.OPENED)


@dataclass(frozen=True)
class Collision:
    """A save over somebody's newer save: what they saved, what was typed here and was not."""

    theirs: list[EventRow]
    yours: list[tuple[str, str]]


def _told_of(pk: int) -> TicketQuerySet:
    """The ticket with all that its page names."""
    phones = CustomerPhone.objects.filter(customer=OuterRef("customer_id")).order_by("pk")
    emails = CustomerEmail.objects.filter(customer=OuterRef("customer_id")).order_by("pk")
    events = TicketEvent.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    followers = Follower.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    held = PurchaseLine.objects.filter(
        purchase=OuterRef("purchase_id"), lot__state__in=[Lot.State.ON_HOLD, Lot.State.REJECTED]
    ).order_by("pk")
    person = Concat(Cast("person", CharField()), Value(" "), "person__name")
    return (
        Ticket.objects.for_list()
        .filter(pk=pk)
        .annotate(
            phone=Subquery(phones.values("number")[:1]),
            email=Subquery(emails.values("address")[:1]),
            held_lot=Subquery(held.values("lot__number")[:1]),
            newest_event=Subquery(events.annotate(newest=Max("pk")).values("newest")),
            following=Subquery(followers.annotate(all=Joined(person)).values("all")),
            **files_of_ticket(),
        )
    )


_ticket_told = Prepared(_told_of)
_ticket_alone = Prepared(lambda ticket: Ticket.objects.filter(pk=ticket))
_contacts_of = Prepared(
    lambda ticket: Interaction.objects.filter(ticket=ticket).for_timeline()[: CONTACTS + 1]
)
_happened_to = Prepared(
    lambda ticket: (
        TicketEvent.objects.filter(ticket=ticket)
        .exclude(kind__in=UNSAID)
        .select_related("actor")
        .order_by("-at", "-pk")[:EVENTS]
    )
)
_promises_of = Prepared(
    lambda ticket: (
        Promise.objects.filter(ticket=ticket).select_related("owner").order_by("due_at", "pk")
    )
)


def read_ticket(pk: int) -> Any:
    """The ticket with all that its page names, or 404.

    ``newest_event`` is a history row's key; ``following`` has a line for each follower.
    """
    return _ticket_told.or_404(pk)


def find_ticket(pk: int) -> Ticket:
    """The ticket alone, for a change that shows its page only when it is refused, or 404."""
    return _ticket_alone.or_404(pk)


def show_ticket(
    request: PersonRequest, ticket: Any, *, refused: Form | None = None, **shown: Any
) -> HttpResponse:
    """The page. ``shown`` replaces what the template has by these names, the forms for example;
    ``act`` names the action whose form (``act_form``) is open. ``refused`` is the one that was not
    taken.
    """
    told = ticket_told(ticket) | forms_told(ticket)
    told["back"] = view_of(request)
    told["may_write"] = request.user.may(Role.AGENT, Role.MANAGER, write=True)
    told["deadlines"] = standings(ticket, now=told["now"], mark=request.shop.hours_mark)
    told["follows"] = request.user.pk in told["followers"]
    if isinstance(refused, VersionedForm) and refused.has_error("__all__", code=STALE):
        told["collision"] = collide(ticket, refused)
    if told["is_finished"] != (shown.get("act") == "reopen"):
        shown["act"] = ""
    told["loose"] = None if refused is None or is_drawn(told, shown) else refused
    status = 422 if refused else 200
    return render(request, "tickets/ticket_page.html", told | shown, status=status)


def is_drawn(told: dict[str, Any], shown: dict[str, Any]) -> bool:
    """Whether the refused form stands on the page and shows its errors itself."""
    unfinished = "reply" in shown and not told["is_finished"]
    return bool(shown.get("act") or {"note", "ending"} & shown.keys() or unfinished)


def collide(ticket: Any, form: VersionedForm) -> Collision:
    """Both texts; the form is drawn upon the ticket as it is now, so that it can be sent again."""
    events = ticket.events.select_related("actor", "interaction").order_by("-pk")
    seen = form.cleaned_data.get("seen")
    newer = events.filter(pk__gt=seen)[:10] if seen is not None else events[:1]
    form.draw_again(ticket)
    return Collision([event_row(one) for one in newer], form.typed())


def ticket_told(ticket: Any) -> dict[str, Any]:
    """What is read of the ticket."""
    tone, icon = TICKET_STATES[Ticket.State(ticket.state)]
    found = _contacts_of(ticket.pk)
    contacts = found[:CONTACTS]
    events = _happened_to(ticket.pk)
    merges = joined_in(events)
    told = with_notes_of([one.merged_id for one in merges if one.into_id == ticket.pk], events)
    said = said_once(contacts)
    promises = _promises_of(ticket.pk)
    files = file_rows(ticket.own_files, ticket.contact_files, ticket.note_files)
    return {
        "ticket": ticket,
        "now": timezone.now(),
        "tone": tone,
        "state_icon": icon,
        "is_finished": ticket.state in Ticket.FINISHED,
        "proofs": draw_choices(said) if any(one.state == "open" for one in promises) else "",
        "talk": talk_of(said, [event_row(one) for one in told], by_place(files, contacts)),
        "has_older": len(found) > CONTACTS,
        "promises": promises,
        "owed": read_owed(ticket.pk),
        "merges": merges,
        "followers": followers_of(ticket),
        "files": files,
        "attach_url": reverse("ticket_attach", args=[ticket.pk]),
    }


def followers_of(ticket: Any) -> dict[int, str]:
    """Key and name of each, by name."""
    pairs = [line.split(" ", 1) for line in (ticket.following or "").splitlines()]
    return {int(key): name for key, name in sorted(pairs, key=lambda pair: pair[1])}


def talk_of(
    said: list[Any], events: list[EventRow], places: tuple[Places, Places]
) -> list[dict[str, Any]]:
    """Contacts with their files, and between them notes and what was done, the newest first."""
    of_contact, of_note = places
    rows: list[dict[str, Any]] = [
        {"at": one.occurred_at, "drawn": draw_contact(one, files=of_contact.get(one.pk, ()))}
        for one in said
    ]
    rows += [
        {"at": row.at, "row": row, "files": draw_files(of_note.get(row.event.pk, ()))}
        for row in events
        if row.event.kind != TicketEvent.Kind.FILE_ADDED or row.event.interaction_id is None
    ]
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def by_place(files: list[FileRow], contacts: list[Any]) -> tuple[Places, Places]:
    """The files of each contact and of each note; a contact that a correction says again in full
    is not drawn, and its files stand under the correction."""
    drawn = {one.pk for one in said_once(contacts)}
    again = {one.corrects_id: one.pk for one in contacts if one.corrects_id}
    of_contact: Places = {}
    of_note: Places = {}
    for file in reversed(files):
        place = file.interaction
        while place and place not in drawn and place in again:
            place = again[place]
        if file.note:
            of_note.setdefault(file.note, []).append(file)
        elif place:
            of_contact.setdefault(place, []).append(file)
    return of_contact, of_note


def forms_told(ticket: Ticket) -> dict[str, Any]:
    """Its empty forms."""
    return {
        "note": NoteForm(auto_id="note_%s"),
        "reply": ReplyForm(ticket=ticket, auto_id="reply_%s"),
        "priority": PriorityForm(ticket=ticket, auto_id="priority_%s"),
        "versioned": hidden_inputs(drawn_from(ticket)),
        "ending": EndPromiseForm(ticket=ticket, auto_id="ending_%s"),
    }


def hidden_inputs(values: dict[str, int]) -> SafeString:
    """What small forms of one button carry; drawn once for all of them."""
    drawn = '<input type="hidden" name="{}" value="{}">'
    return format_html_join("", drawn, values.items())
