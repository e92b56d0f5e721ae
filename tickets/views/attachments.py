"""Files on a ticket or a contact: attaching, fetching, a preview, taking away."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role, User
from files.serving import serve_file
from helpdesk.lib.joined import Joined
from tickets.models import Attachment, Interaction, Ticket
from tickets.models.attachments import AttachmentQuerySet
from tickets.services.attachments import attach_files, remove_attachment

# Files of one post.
MOST = 10


@dataclass(frozen=True)
class FileRow:
    """A file as a page shows it; ``interaction`` and ``note`` are 0 for one on the ticket itself."""

    pk: int
    interaction: int
    note: int
    size: int
    has_preview: bool
    name: str


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def ticket_attach(request: PersonRequest, pk: int) -> HttpResponse:
    """Attach files to a ticket."""
    ticket = get_object_or_404(Ticket, pk=pk)
    return attach(request, reverse("ticket_page", args=[pk]), ticket=ticket)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def interaction_attach_file(request: PersonRequest, pk: int) -> HttpResponse:
    """Attach files to a contact."""
    interaction = get_object_or_404(Interaction, pk=pk)
    return attach(request, reverse("interaction_page", args=[pk]), interaction=interaction)


def attach(request: PersonRequest, back: str, **target: Any) -> HttpResponse:
    """Attach what was sent, and say what was refused and why."""
    sent = request.FILES.getlist("files")
    uploads: list[Any] = [(one, one.name or "") for one in sent[:MOST]]
    made, refusals = attach_files(uploads=uploads, actor=request.user, **target)
    if made:
        told = ngettext("%(n)d file is attached.", "%(n)d files are attached.", len(made))
        messages.success(request, told % {"n": len(made)})
    for refusal in refusals:
        messages.error(request, refusal)
    if len(sent) > MOST:
        messages.warning(request, _("Only %(n)d files are taken at once.") % {"n": MOST})
    if not sent:
        messages.error(request, _("Choose a file first."))
    return redirect(f"{back}#files")


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def attachment_download(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The file as it was sent, always to be saved."""
    return serve_file(read_attachment(pk, request.user).file)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def attachment_preview(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The picture as we made it anew, shown in place."""
    there = Attachment.objects.there().visible_to(request.user)
    made = get_object_or_404(there.select_related("preview"), pk=pk)
    if made.preview is None:
        raise Http404
    return serve_file(made.preview, as_attachment=False)


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def attachment_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Take it away; the history keeps that it was there."""
    placed = Attachment.objects.filter(form_key__isnull=True)
    attachment = get_object_or_404(placed.select_related(*RELATED), pk=pk)
    remove_attachment(attachment=attachment, actor=request.user)
    messages.success(request, _("“%(name)s” is taken away.") % {"name": attachment.file.name})
    if attachment.interaction_id is not None:
        return redirect("interaction_page", attachment.interaction_id)
    note = attachment.note
    return redirect("ticket_page", note.ticket_id if note else attachment.ticket_id)


RELATED = ("file", "ticket", "interaction", "note")


def read_attachment(pk: int, person: User) -> Attachment:
    """One that nobody has taken away and that this person may see, or 404."""
    there = Attachment.objects.there().visible_to(person)
    return get_object_or_404(there.select_related("file"), pk=pk)


def lines_of(rows: AttachmentQuerySet, group: str) -> Subquery:
    """A line for each file, as one value of the query that reads what it is attached to."""
    sign = Case(When(preview__isnull=False, then=Value("1")), default=Value("0"))
    parts: list[Any] = [
        Cast("pk", CharField()),
        Cast(Coalesce("interaction", 0), CharField()),
        Cast(Coalesce("note", 0), CharField()),
        Cast("file__size", CharField()),
        sign,
        F("file__name"),
    ]
    spaced = [part for one in parts for part in (one, Value(" "))][:-1]
    there = rows.there().order_by().values(group)
    line = Concat(*spaced, output_field=CharField())
    return Subquery(there.annotate(all=Joined(line)).values("all"))


def files_of_ticket() -> dict[str, Subquery]:
    """Columns of a ticket: the lines of its own files, those of its contacts and of its notes."""
    here = Attachment.objects.filter(ticket=OuterRef("pk"))
    said = Attachment.objects.filter(interaction__ticket=OuterRef("pk"))
    noted = Attachment.objects.filter(note__ticket=OuterRef("pk"))
    return {
        "own_files": lines_of(here, "ticket"),
        "contact_files": lines_of(said, "interaction__ticket"),
        "note_files": lines_of(noted, "note__ticket"),
    }


def files_of_contact() -> dict[str, Subquery]:
    """The column of a contact."""
    said = Attachment.objects.filter(interaction=OuterRef("pk"))
    return {"own_files": lines_of(said, "interaction")}


def file_rows(*lines: str | None) -> list[FileRow]:
    """The files of those lines, the newest first."""
    rows = []
    for line in "\n".join(one for one in lines if one).splitlines():
        key, interaction, note, size, preview, name = line.split(" ", 5)
        numbers = (int(key), int(interaction), int(note), int(size))
        rows.append(FileRow(*numbers, preview == "1", name))
    return sorted(rows, key=lambda row: row.pk, reverse=True)
