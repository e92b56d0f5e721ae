"""Files on tickets and contacts, the hostile ones among them."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from accounts.models import User
from files import pictures
from files.models import StoredFile
from tests import make
from tickets.models import Attachment, Ticket, TicketEvent
from tickets.services import merge_tickets, undo_merge
from tickets.services.attachments import attach_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


@pytest.fixture
def lotte(client: Client) -> User:
    person = make.agent(name="Lotte Maes")
    client.force_login(person)
    return person


@pytest.fixture
def ticket(lotte: User) -> Ticket:
    return make.ticket(purchase=make.purchase())


def on_disk(storage: Path) -> int:
    return sum(path.is_file() for path in storage.rglob("*"))


def send(client: Client, ticket: Ticket, *files: tuple[str, bytes]) -> str:
    url = reverse("ticket_attach", args=[ticket.pk])
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(url, {"files": uploads}, follow=True).content.decode()


def test_a_picture_is_attached_shown_and_served_only_by_views(client, ticket, lotte, storage):
    shown = send(client, ticket, ("Crack in the mug.png", make.picture().getvalue()))
    made = Attachment.objects.get()
    assert "1 file is attached." in shown
    assert "Crack in the mug.png" in shown
    assert reverse("attachment_preview", args=[made.pk]) in shown
    assert (made.ticket, made.added_by, made.file.uploaded_by) == (ticket, lotte, lotte)
    assert (on_disk(storage), "Crack" in made.file.path) == (2, False)
    told = TicketEvent.objects.get(kind="file_added")
    assert (told.ticket, told.note) == (ticket, "Crack in the mug.png")
    saved = client.get(reverse("attachment_download", args=[made.pk]))
    assert saved.getvalue() == make.picture().getvalue()
    assert saved["Content-Disposition"].startswith("attachment;")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in saved["Content-Security-Policy"]
    preview = client.get(reverse("attachment_preview", args=[made.pk]))
    assert (preview["Content-Type"], preview["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert Image.open(BytesIO(preview.getvalue())).size == (40, 30)


def test_a_file_of_a_contact_shows_on_its_page_and_on_its_ticket(client, ticket):
    contact = make.interaction(purchase=ticket.purchase, ticket=ticket)
    url = reverse("interaction_attach_file", args=[contact.pk])
    client.post(url, {"files": [SimpleUploadedFile("invoice.txt", b"EUR 12")]})
    for page in (
        reverse("interaction_page", args=[contact.pk]),
        reverse("ticket_page", args=[ticket.pk]),
    ):
        assert "invoice.txt" in client.get(page).content.decode()
    made = Attachment.objects.get()
    assert (made.interaction, made.ticket, made.preview) == (contact, None, None)
    assert client.get(reverse("attachment_preview", args=[made.pk])).status_code == 404


def test_the_same_content_is_there_once(client, ticket, storage):
    send(client, ticket, ("a.txt", b"same"), ("b.txt", b"same"))
    send(client, ticket, ("a.txt", b"same"))
    assert (Attachment.objects.count(), on_disk(storage)) == (1, 1)


def test_taken_away_it_is_served_no_more_and_the_history_keeps_it(client, ticket, lotte):
    send(client, ticket, ("a.png", make.picture().getvalue()))
    made = Attachment.objects.get()
    url = reverse("attachment_remove", args=[made.pk])
    for _n in range(2):
        shown = client.post(url, follow=True).content.decode()
    assert "“a.png” is taken away." in shown
    for name in ("attachment_download", "attachment_preview"):
        assert client.get(reverse(name, args=[made.pk])).status_code == 404
    assert TicketEvent.objects.filter(kind="file_removed", note="a.png").count() == 1
    made.refresh_from_db()
    assert made.removed_by == lotte


def test_files_follow_a_merge_and_go_back(client, ticket, lotte):
    send(client, ticket, ("a.txt", b"hello"))
    ticket.refresh_from_db()
    other = make.ticket(purchase=make.purchase())
    merge = merge_tickets(ticket=ticket, into=other, version=ticket.version, actor=lotte)
    assert Attachment.objects.get().ticket == other
    undo_merge(merge=merge, actor=lotte)
    assert Attachment.objects.get().ticket == ticket


def bomb() -> bytes:
    """A small file that unpacks to a hundred megabytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 100_000_000)
    return made.getvalue()


PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 300


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("picture.png", PAGE), "is no picture"),
        (("page.html", PAGE), "can carry a program"),
        (("drawing.svg", DRAWING), "can carry a program"),
        (("drawing.png", DRAWING), "is no picture"),
        (("bomb.docx", bomb()), "are not taken"),
        (("tool.txt", b"MZ\x90\0" + b"\0" * 300), "are not taken"),
        (("IMG_1.HEIC", HEIC), "Most computers cannot open"),
        (("half.png", make.picture((300, 300)).getvalue()[:60]), "cannot be read"),
        (("gif.gif", b"GIF89a/*" + PAGE), "cannot be read"),
    ],
)
def test_hostile_and_useless_files_are_refused_with_words_and_nothing_stays(
    client, ticket, storage, file, words
):
    assert words in send(client, ticket, file)
    assert (Attachment.objects.count(), StoredFile.objects.count(), on_disk(storage)) == (0, 0, 0)


def test_a_polyglot_is_only_ever_saved_and_its_preview_has_nothing_of_it(client, ticket):
    picture = make.picture(kind="JPEG").getvalue() + PAGE
    send(client, ticket, ("a.jpg", picture))
    made = Attachment.objects.get()
    saved = client.get(reverse("attachment_download", args=[made.pk]))
    assert saved["Content-Disposition"].startswith("attachment;")
    assert saved.getvalue() == picture
    preview = client.get(reverse("attachment_preview", args=[made.pk])).getvalue()
    assert b"script" not in preview


def test_a_picture_with_too_many_pixels_is_not_decoded(monkeypatch, client, ticket, storage):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000)
    assert "million pixels" in send(client, ticket, ("a.png", make.picture().getvalue()))
    assert on_disk(storage) == 0


def test_a_file_over_the_limit_is_refused(settings: Settings, client, ticket, storage):
    settings.ATTACHMENT_LIMIT = 1024**2
    assert "larger than 1 MB" in send(client, ticket, ("a.txt", b"x" * (1024**2 + 1)))
    assert on_disk(storage) == 0


def test_an_empty_file_is_refused(ticket, lotte, storage):
    with pytest.raises(ValidationError, match="is empty"):
        attach_file(stream=BytesIO(b""), name="nothing.txt", ticket=ticket, actor=lotte)
    assert on_disk(storage) == 0


def test_a_huge_name_and_marks_in_it_become_a_name(client, ticket):
    send(client, ticket, ("é" * 90 + "\u202etxt.exe" + "x" * 200 + ".txt", b"hello"))
    name = Attachment.objects.get().file.name
    assert (len(name) <= 200, "\u202e" in name) == (True, False)


def test_several_at_once_and_none_at_all(client, ticket):
    shown = send(client, ticket, ("a.txt", b"hello"), ("b.png", PAGE))
    assert "1 file is attached." in shown
    assert "is no picture" in shown
    assert "Choose a file first." in send(client, ticket)


def test_the_ticket_page_takes_the_same_queries_for_one_file_and_twenty(client, ticket, queries):
    url = reverse("ticket_page", args=[ticket.pk])
    client.get(url)
    with queries() as none:
        client.get(url)
    actor = make.agent()
    for n in range(20):
        attach_file(stream=BytesIO(b"%d" % n), name=f"{n}.txt", ticket=ticket, actor=actor)
    with queries(exactly=len(none)):
        shown = client.get(url)
    assert len(shown.context["files"]) == 20


def test_the_database_refuses_an_attachment_that_cannot_be(ticket, lotte):
    made = attach_file(stream=BytesIO(b"x"), name="x.txt", ticket=ticket, actor=lotte)
    contact = make.interaction(purchase=ticket.purchase)
    for name, fields in (
        ("attachment_on_one_thing", {"ticket": None}),
        ("attachment_on_one_thing", {"interaction": contact}),
        ("attachment_removed_by_somebody", {"removed_at": timezone.now()}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Attachment.objects.filter(pk=made.pk).update(**fields)
    assert default_storage.exists(made.file.path)
