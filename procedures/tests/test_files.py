"""The manual as files: over HTTP and by command, out and back in."""

import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from accounts.models import HistoryEntry, User
from procedures.models import Picture, Procedure, Version
from procedures.rules.drafts import StepDraft
from procedures.services import add_picture, draft_of, publish_version, retire_procedure
from procedures.services.archives import pack_files, unpack_uploads
from procedures.services.files import files_of, import_files
from tests import make

pytestmark = pytest.mark.django_db

LATE = b"""---
title: Late delivery
purpose: She knows the day.
reasons:
  - Delivery / Late
roles: agent
---

## Say the day

```step
kind: say
```

Never "soon".
"""


@pytest.fixture
def nadia() -> User:
    return make.manager(name="Nadia El Amrani", email="nadia@example.com")


@pytest.fixture
def desk(client: Client, nadia: User) -> Client:
    client.force_login(nadia)
    make.reason(group="Delivery", name="Late")
    return client


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def text(answer) -> str:
    return answer.content.decode()


def said(outcomes) -> list[tuple[str, str, int]]:
    return [(one.name, one.what, one.line) for one in outcomes]


def test_a_file_becomes_a_procedure_with_a_draft_and_says_so(desk, nadia):
    answer = desk.post("/procedures/import/", {"sent": sent("late-delivery.md", LATE)})
    assert answer.status_code == 200
    assert "New: its steps wait as a draft" in text(answer)
    made = Procedure.objects.get()
    draft = made.versions.get()
    assert (made.key, made.title, made.owner, made.roles) == (
        "late-delivery",
        "Late delivery",
        nadia,
        ["agent"],
    )
    assert [str(one) for one in made.reasons.all()] == ["Late"]
    assert (draft.state, draft.author, draft.change_note) == (
        "draft",
        nadia,
        "From the file late-delivery.md",
    )
    assert draft_of(draft).steps == (StepDraft("say", "Say the day", 'Never "soon".'),)


def test_the_same_file_again_changes_nothing(desk, nadia):
    desk.post("/procedures/import/", {"sent": sent("late-delivery.md", LATE)})
    entries = HistoryEntry.objects.count()
    answer = desk.post("/procedures/import/", {"sent": sent("late-delivery.md", LATE)})
    assert "Says what is there already" in text(answer)
    assert HistoryEntry.objects.count() == entries
    assert Version.objects.get().version == 2


def test_a_try_keeps_nothing(desk):
    told = {"sent": sent("late-delivery.md", LATE), "only_try": "on"}
    answer = desk.post("/procedures/import/", told)
    assert "What would happen" in text(answer)
    assert "New: its steps wait as a draft" in text(answer)
    assert not Procedure.objects.exists()


def test_other_steps_of_one_in_force_wait_as_the_next_draft(desk, nadia):
    desk.post("/procedures/import/", {"sent": sent("late-delivery.md", LATE)})
    live = publish_version(draft=Version.objects.get(), version=2, actor=make.admin())
    changed = LATE.replace(b"soon", b"shortly")
    answer = desk.post("/procedures/import/", {"sent": sent("late-delivery.md", changed)})
    assert "Other steps: they wait as a draft" in text(answer)
    draft = Version.objects.get(state="draft")
    assert (draft.number, draft_of(draft).steps[0].text) == (2, 'Never "shortly".')
    assert draft_of(live).steps[0].text == 'Never "soon".'


def test_where_it_applies_holds_at_once(desk, nadia):
    desk.post("/procedures/import/", {"sent": sent("late-delivery.md", LATE)})
    moved = LATE.replace(b"  - Delivery / Late", b"  - Delivery")
    answer = desk.post("/procedures/import/", {"sent": sent("late-delivery.md", moved)})
    assert "Applies elsewhere from now on" in text(answer)
    assert [one.name for one in Procedure.objects.get().reasons.all()] == ["Delivery"]


def test_somebody_elses_draft_is_not_written_over(desk, nadia):
    desk.post("/procedures/import/", {"sent": sent("late-delivery.md", LATE)})
    changed = {"late-delivery.md": LATE.replace(b"soon", b"shortly")}
    [outcome] = import_files(files=changed, actor=make.manager(name="Piet Maes"))
    assert outcome.what == "refused"
    assert outcome.why.startswith("Nadia El Amrani is writing version 1.")
    assert draft_of(Version.objects.get()).steps[0].text == 'Never "soon".'


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (LATE.replace(b"Delivery / Late", b"Delivery / Later"), 0, "There is no reason"),
        (LATE.replace(b"roles: agent", b"roles: boss"), 0, "There is no role “boss”"),
        (LATE.replace(b"roles: agent", b"owner: nobody@example.com"), 0, "Nobody here has"),
        (LATE.replace(b"roles: agent", b"products: X-1"), 0, "no product with the SKU “X-1”"),
        (LATE.replace(b"roles: agent", b"categories: Toys"), 0, "in the category “Toys”"),
        (LATE.replace(b"kind: say", b"kind: sing"), 9, "Choose what kind of step it is."),
        (LATE.replace(b"roles: agent", b"key: Not A Key"), 1, "can be no key"),
        (LATE.replace(b"soon", b"\xff"), 0, "not UTF-8"),
        (LATE.replace(b"Never", b"![x](pictures/abc.png)"), 0, "The picture abc.png is not"),
    ],
)
def test_a_file_is_refused_for_itself_and_says_why(desk, nadia, content, line, words):
    outcomes = import_files(
        files={"late-delivery.md": content, "other.md": b"---\ntitle: Other\n---\n"}, actor=nadia
    )
    assert said(outcomes) == [("late-delivery.md", "refused", line), ("other.md", "new", 0)]
    assert words in outcomes[0].why
    assert [one.title for one in Procedure.objects.all()] == ["Other"]


def test_two_files_of_one_procedure_and_a_retired_one_are_refused(desk, nadia):
    named = LATE.replace(b"title:", b"key: late\ntitle:")
    outcomes = import_files(files={"a.md": named, "b.md": named, "README.md": b"x"}, actor=nadia)
    assert said(outcomes) == [("a.md", "new", 0), ("b.md", "refused", 1)]
    made = Procedure.objects.get()
    retire_procedure(procedure=made, version=made.version, actor=nadia)
    [outcome] = import_files(files={"a.md": named}, actor=nadia)
    assert "is retired" in outcome.why


def picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def test_out_and_back_in_under_another_name_gives_the_same_bytes(desk, nadia):
    made = make.procedure(owner=nadia, title="Damaged on arrival")
    row = add_picture(procedure=made, stream=BytesIO(picture()), name="mug.png", actor=nadia)
    shown = StepDraft("do", "Look at it", f"![a mug](picture:{row.pk})")
    make.version(procedure=made, author=nadia, steps=(shown, make.WEIGH))
    archive = desk.get("/procedures/export/").content
    files = unpack_uploads([("procedures.zip", BytesIO(archive))])
    [image] = [name for name in files if name.startswith("pictures/")]
    assert sorted(files) == ["damaged-on-arrival.md", image]
    assert files[image] == picture()
    assert f"![a mug]({image})" in files["damaged-on-arrival.md"].decode()

    renamed = files.pop("damaged-on-arrival.md")
    renamed = renamed.replace(b"key: damaged-on-arrival", b"key: a-copy")
    files["a-copy.md"] = renamed.replace(b"title: Damaged on arrival", b"title: A copy")
    answer = desk.post("/procedures/import/", {"sent": sent("manual.zip", pack_files(files))})
    assert "New: its steps wait as a draft" in text(answer)
    copy = Procedure.objects.get(key="a-copy")
    assert Picture.objects.filter(procedure=copy).count() == 1
    assert (
        files_of([copy])["a-copy.md"].replace(b"change_note: From the file a-copy.md\n", b"")
        == (files["a-copy.md"])
    )
    assert desk.get(f"/procedures/{copy.pk}/file/")["Content-Type"] == "application/zip"


def test_one_without_pictures_is_a_plain_file(desk, nadia):
    made = make.procedure(owner=nadia, title="Late")
    answer = desk.get(f"/procedures/{made.pk}/file/")
    assert answer["Content-Disposition"] == 'attachment; filename="late.md"'
    assert text(answer).startswith("---\nkey: late\ntitle: Late\nowner: nadia@example.com\n")


def test_a_bad_zip_a_password_and_a_bomb_are_refused_in_words(desk):
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", b"\0" * (61 * 1024**2))
    for content, words in (
        (b"PK no zip", "cannot be read"),
        (bomb.getvalue(), "too large"),
    ):
        answer = desk.post("/procedures/import/", {"sent": sent("x.zip", content)})
        assert (answer.status_code, words in text(answer)) == (422, True)
    empty = desk.post("/procedures/import/", {"sent": sent("x.zip", pack_files({"a.txt": b"x"}))})
    assert "No procedure among the files" in text(empty)


def test_the_commands_write_a_folder_and_read_it_again(tmp_path: Path, nadia):
    make.procedure(owner=nadia, title="Late")
    call_command("export_procedures", tmp_path, stdout=StringIO())
    path = tmp_path / "late.md"
    before = path.read_bytes()
    (tmp_path / "gone.md").write_bytes(LATE)
    out = StringIO()
    call_command("export_procedures", tmp_path, stdout=out)
    assert "gone.md belongs to no procedure in use." in out.getvalue()
    assert path.read_bytes() == before
    (tmp_path / "gone.md").unlink()
    out = StringIO()
    call_command("import_procedures", tmp_path, "--as", "nadia@example.com", stdout=out)
    assert out.getvalue() == "late.md: Says what is there already\n"
    path.write_bytes(before.replace(b"kind: say", b"kind: sing"))
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("import_procedures", path, "--as", "nadia@example.com", stdout=out)
    assert stop.value.code == 1
    assert "late.md:7: Refused: “Say you are sorry”: Choose what kind" in out.getvalue()
    with pytest.raises(CommandError, match="is no active manager or admin"):
        call_command("import_procedures", tmp_path, "--as", "x@example.com")
