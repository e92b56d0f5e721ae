"""Files that come with a contact, a note or an answer: held until the form is saved."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import Attachment, CallDraft, Interaction, Ticket, TicketEvent
from tickets.services import add_to_interaction, save_call_draft
from tickets.services.attachments import attach_file
from tickets.services.holding import MOST_HELD, forget_held_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]
URL = "/calls/new/"


@pytest.fixture
def lotte(client: Client) -> User:
    person = make.agent(name="Lotte Maes")
    client.force_login(person)
    return person


@pytest.fixture
def purchase(lotte: User) -> Purchase:
    return make.purchase()


@pytest.fixture
def ticket(purchase: Purchase) -> Ticket:
    return make.ticket(purchase=purchase)


def upload(
    name: str = "crack.txt", content: bytes = b"The glaze is cracked."
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def call(purchase: Purchase, **changed: object) -> dict[str, object]:
    said: dict[str, object] = {
        "form_key": str(uuid4()),
        "purchase": purchase.pk,
        "channel": "phone",
        "direction": "inbound",
        "reason": make.reason().pk,
        "outcome": "no_action",
        "summary": "Sends a picture of the crack.",
    }
    return said | changed


def on_disk(storage: Path) -> int:
    return sum(path.is_file() for path in storage.rglob("*"))


def test_files_chosen_in_the_call_form_are_stored_with_the_contact(client, purchase, lotte):
    picture = SimpleUploadedFile("crack.png", make.picture().getvalue())
    client.post(URL, call(purchase, files=[upload(), picture]))
    logged = Interaction.objects.get()
    files = list(logged.attachments.order_by("pk").values_list("file__name", "form_key"))
    assert files == [("crack.txt", None), ("crack.png", None)]
    assert Attachment.objects.get(file__name="crack.png").preview is not None
    told = TicketEvent.objects.filter(kind="file_added").order_by("pk")
    assert [(one.note, one.interaction, one.purchase, one.actor) for one in told] == [
        ("crack.txt", logged, purchase, lotte),
        ("crack.png", logged, purchase, lotte),
    ]


def test_a_refused_save_keeps_them_and_the_second_one_takes_them(client, purchase):
    said = call(purchase, summary="", files=[upload()])
    refused = client.post(URL, said)
    held = Attachment.objects.get()
    assert (refused.status_code, held.form_key) == (422, said["form_key"])
    assert f'name="held" value="{held.pk}" checked' in refused.content.decode()
    client.post(URL, said | {"summary": "Sends a picture.", "files": [], "held": [held.pk]})
    assert Interaction.objects.get().attachments.get() == held


def test_one_unticked_stays_behind_and_is_forgotten(client, purchase, storage):
    said = call(purchase, summary="", files=[upload(), upload("wrong.txt", b"Not this one")])
    client.post(URL, said)
    first = Attachment.objects.get(file__name="crack.txt")
    client.post(URL, said | {"summary": "Good.", "files": [], "held": [first.pk]})
    assert [one.file.name for one in Interaction.objects.get().attachments.all()] == ["crack.txt"]
    assert (forget_held_files(), on_disk(storage)) == (0, 2)
    Attachment.objects.update(added_at=timezone.now() - timedelta(days=2))
    assert forget_held_files() == 1
    assert Attachment.objects.get() == first


def test_a_hostile_file_is_refused_beside_the_field_and_nothing_is_saved(client, purchase, storage):
    page = b"<!doctype html><script>alert(1)</script>"
    shown = client.post(URL, call(purchase, files=[upload("a.png", page), upload()]))
    assert shown.status_code == 422
    assert "is no picture" in shown.content.decode().split("data-held ")[1].split("</ul>")[0]
    assert (Interaction.objects.count(), Attachment.objects.get().file.name) == (0, "crack.txt")
    assert on_disk(storage) == 1


def test_a_script_holds_them_at_once_and_they_come_back_with_the_draft(client, purchase, lotte):
    key = str(uuid4())
    save_call_draft(person=lotte, form_key=key, fields={"purchase": str(purchase.pk)})
    answer = client.post(reverse("file_hold"), {"form_key": key, "files": [upload()]})
    held = Attachment.objects.get()
    assert f'value="{held.pk}"' in answer.content.decode()
    assert f'value="{held.pk}"' in client.get(f"{URL}?key={key}").content.decode()
    Attachment.objects.update(added_at=timezone.now() - timedelta(days=2))
    assert forget_held_files() == 0
    CallDraft.objects.all().delete()
    assert forget_held_files() == 1


def test_the_draft_button_without_scripts_keeps_them(client, purchase):
    said = call(purchase, files=[upload()])
    client.post(reverse("call_draft_save", args=[said["form_key"]]), said)
    assert Attachment.objects.get().form_key == said["form_key"]


def test_what_is_held_is_one_persons_alone(client, purchase, lotte):
    other = make.agent()
    key = str(uuid4())
    theirs = attach_file(stream=BytesIO(b"x"), name="x.txt", form_key=key, actor=other)
    for name in ("attachment_download", "attachment_preview"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
    for name in ("attachment_remove", "held_discard"):
        assert client.post(reverse(name, args=[theirs.pk])).status_code == 404
    client.post(URL, call(purchase, form_key=key, held=[theirs.pk]))
    assert Interaction.objects.get().attachments.count() == 0
    theirs.refresh_from_db()
    assert theirs.form_key == key


def test_a_held_file_taken_out_is_gone_and_a_given_one_stays(client, purchase, lotte, storage):
    held = attach_file(stream=BytesIO(b"x"), name="x.txt", form_key=str(uuid4()), actor=lotte)
    url = reverse("held_discard", args=[held.pk])
    with transaction.atomic():
        assert client.post(url).status_code == 204
    assert (Attachment.objects.count(), client.post(url).status_code) == (0, 404)


def test_more_than_ten_are_not_taken(client, purchase):
    many = [upload(f"{n}.txt", b"%d" % n) for n in range(MOST_HELD + 1)]
    shown = client.post(URL, call(purchase, files=many))
    assert "Only 10 files are taken at once." in shown.content.decode()
    assert (Attachment.objects.count(), Interaction.objects.count()) == (MOST_HELD, 0)


def test_added_to_the_last_contact_they_stand_under_the_one_that_is_drawn(client, ticket, lotte):
    first = make.interaction(purchase=ticket.purchase, ticket=ticket, agent=lotte)
    attach_file(stream=BytesIO(b"one"), name="one.txt", interaction=first, actor=lotte)
    key = str(uuid4())
    more = attach_file(stream=BytesIO(b"two"), name="two.txt", form_key=key, actor=lotte)
    added = add_to_interaction(
        actor=lotte,
        interaction=first,
        channel=first.channel,
        direction=first.direction,
        outcome="no_action",
        summary="And one more.",
        held=[more.pk],
        form_key=key,
    )
    page = client.get(reverse("ticket_page", args=[ticket.pk])).content.decode()
    talk = page[page.index("td-talk") : page.index("</ol>", page.index("td-talk"))]
    assert talk.count(reverse("interaction_page", args=[added.pk])) == 1
    assert reverse("interaction_page", args=[first.pk]) not in talk
    assert talk.index(">one.txt</a>") < talk.index(">two.txt</a>")


def test_files_of_a_note_and_of_an_answer_stand_under_them(client, ticket):
    note = {"form_key": str(uuid4()), "text": "Look at this.", "files": [upload("note.txt", b"n")]}
    client.post(reverse("ticket_note", args=[ticket.pk]), note)
    ticket.refresh_from_db()
    reply = {
        "form_key": str(uuid4()),
        "text": "See the drawing.",
        "channel": "email",
        "version": ticket.version,
        "files": [upload("reply.txt", b"r")],
    }
    client.post(reverse("ticket_reply", args=[ticket.pk]), reply)
    page = client.get(reverse("ticket_page", args=[ticket.pk])).content.decode()
    rows = page.split("td-timeline td-talk")[1].split("</section>")[0].split('<li class="td-event')
    said = [row for row in rows if "td-said-files" in row]
    assert ["See the drawing." in said[0], "reply.txt" in said[0]] == [True, True]
    assert ["Look at this." in said[1], "note.txt" in said[1], len(said)] == [True, True, 2]
    noted = TicketEvent.objects.get(kind="noted")
    assert noted.changes == {"files": [None, "note.txt"]}
    made = Attachment.objects.get(note=noted)
    client.post(reverse("attachment_remove", args=[made.pk]))
    assert TicketEvent.objects.get(kind="file_removed").ticket == ticket


def test_an_answer_over_somebodys_newer_one_keeps_its_files(client, ticket):
    reply = {
        "form_key": str(uuid4()),
        "text": "Typed on an old page.",
        "channel": "email",
        "version": ticket.version - 1,
        "files": [upload()],
    }
    shown = client.post(reverse("ticket_reply", args=[ticket.pk]), reply)
    held = Attachment.objects.get()
    assert (shown.status_code, held.form_key) == (422, reply["form_key"])
    form = shown.content.decode().split("td-say-reply")[1].split("</form>")[0]
    assert f'name="held" value="{held.pk}" checked' in form


def test_the_database_refuses_a_file_on_two_things(ticket, lotte):
    made = attach_file(stream=BytesIO(b"x"), name="x.txt", ticket=ticket, actor=lotte)
    for fields in ({"form_key": str(uuid4())}, {"ticket": None}):
        with (
            pytest.raises(IntegrityError, match="attachment_on_one_thing"),
            transaction.atomic(),
        ):
            Attachment.objects.filter(pk=made.pk).update(**fields)
