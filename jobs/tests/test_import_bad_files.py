"""Files that are no CSV, or naughty CSV: a clear message, and nothing lost."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files.models import StoredFile
from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.refusals import CsvRefused
from jobs.importing.kinds import ChunkResult, ImportKind
from jobs.models import ImportDraft
from purchases.importing import PURCHASES
from purchases.models import Customer, Purchase
from tests import make
from tests.importing import SHARED, import_bytes, import_file, import_text

BAD = SHARED / "bad"
pytestmark = [pytest.mark.django_db]
HEAD = "order_number,ordered_at,customer_name\n"
XLSX = b"PK\x03\x04\x14\x00\x06\x00" + b"\x00" * 400
FILES = [
    pytest.param(b"", "file is empty", id="empty"),
    pytest.param(b"\xef\xbb\xbf", "no row of column names", id="only a byte order mark"),
    pytest.param(XLSX, "not CSV", id="a spreadsheet"),
    pytest.param(b"%PDF-1.7 ...", "not CSV", id="a pdf"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not CSV", id="a picture"),
    pytest.param(b"<!doctype html><p>Sign in", "not CSV", id="a web page"),
    pytest.param(
        HEAD.encode() + "A-1,2026-03-02,Zo\xeb\n".encode("latin-1"),
        "not UTF-8: line 2 has the byte 0xEB",
        id="latin-1",
    ),
    pytest.param(HEAD.encode() + b"A-1,2026\x00,\n", "binary file", id="a NUL"),
    pytest.param(b"a,a\n1,2\n", "same name", id="two columns alike"),
    pytest.param(b"a,,b\n1,2,3\n", "no name", id="a nameless column"),
]


@pytest.mark.parametrize(("content", "message"), FILES)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(client, storage, content, message):
    client.force_login(make.manager())
    file = SimpleUploadedFile("f.csv", content)
    page = client.post("/imports/", {"kind": "purchases", "file": file}).content.decode()
    assert message in page
    assert (ImportDraft.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert not any(path.is_file() for path in storage.rglob("*"))


def test_a_hundred_megabytes_of_one_line_are_refused_at_the_first_of_them(storage):
    with pytest.raises(CsvRefused, match="longer than a million characters"):
        import_bytes(PURCHASES, b"x" * 100_000_000)
    assert Purchase.objects.count() == 0


def test_utf_16_and_a_byte_order_mark_are_read():
    text = HEAD + "A-1,2026-03-02,Zoë\n"
    for encoding in ("utf-16", "utf-8-sig"):
        import_bytes(PURCHASES, text.replace("A-1", encoding).encode(encoding))
    assert set(Customer.objects.values_list("name", flat=True)) == {"Zoë"}
    assert Purchase.objects.count() == 2


@pytest.mark.parametrize("sign", [";", "\t"])
def test_semicolons_and_tabs_separate_too(sign):
    import_text(PURCHASES, (HEAD + "A-1,2026-03-02,Els\n").replace(",", sign))
    assert Customer.objects.get().name == "Els"


def test_an_unclosed_quotation_mark_rejects_its_row_and_the_rest_is_told():
    report = import_text(PURCHASES, HEAD + 'A-1,2026-03-02,Els\nA-2,2026-03-02,"Els\n')
    assert (report.created, report.rejected) == (1, 1)
    assert "quotation mark" in report.examples[0]["reason"]


def test_a_quotation_mark_that_ruins_the_file_ends_the_import_at_the_limit():
    ruined = HEAD + 'A-1,2026-03-02,Els\nA-2,2026-03-02,"Els\n' + 'x"\n' * 40_000
    report = import_text(PURCHASES, ruined, most_rejected=5_000)
    assert report.gave_up
    assert 5_000 <= report.rejected < 7_000
    assert report.rows == report.rejected
    assert not Purchase.objects.exists()


@pytest.mark.parametrize("path", sorted(BAD.glob("csv_spectrum/csvs/*.csv")), ids=lambda p: p.name)
@pytest.mark.shared
def test_awkward_files_keep_every_cell(path):
    told = json.loads((path.parent.parent / "json" / f"{path.stem}.json").read_text())
    wanted = told if isinstance(told, list) else [told]
    if path.stem == "location_coordinates":
        # The two files of the collection disagree about this one cell.
        wanted[0]["Contact Phone Number"] = "2095257564"
    seen: list[dict[str, str]] = []

    def keep(records, context):
        seen.extend({name: value or "" for name, value in r.values.items()} for r in records)
        return ChunkResult(created=len(records))

    kind = ImportKind("any", "Any", "", lambda shop: [Column(n) for n in wanted[0]], keep)
    report = import_file(kind, path)

    assert report.rejected == 0
    assert seen == [{name: cell.strip() for name, cell in row.items()} for row in wanted]


@pytest.mark.parametrize("path", sorted(BAD.glob("csv_spectrum/csvs/*.csv")), ids=lambda p: p.name)
@pytest.mark.shared
def test_awkward_files_are_no_purchases_and_say_which_columns_are_missing(path):
    with pytest.raises(CsvRefused, match="no column for: order_number, ordered_at"):
        import_file(PURCHASES, path)
    assert Purchase.objects.count() == 0


@pytest.mark.shared
@pytest.mark.skipif(not BAD.exists(), reason="the sample data is not beside the checkout")
def test_naughty_strings_are_kept_or_rejected_with_a_reason_and_shown_safely(client):
    strings = json.loads((BAD / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    usable = [text for text in strings if "\0" not in text]
    rows = [f"A-{n},2026-03-02,{quoted(text)}" for n, text in enumerate(usable)]

    report = import_text(PURCHASES, HEAD + "\n".join(rows))

    assert report.created + report.rejected == len(usable)
    assert report.rejected <= 5
    client.force_login(make.agent())
    for page in ("/purchases/", "/customers/?sort=-name"):
        shown = client.get(page).content.decode()
        assert "<script>alert" not in shown
    for text in usable:
        client.get("/search/", {"q": text})


@pytest.mark.shared
@pytest.mark.skipif(not BAD.exists(), reason="the sample data is not beside the checkout")
def test_formulas_are_kept_as_text_and_made_harmless_in_the_rejected_rows(tmp_path):
    payload = (BAD / "csv_injection" / "csv-payload.txt").read_text().strip()
    row = f'A-1,never,"{payload.replace(chr(34), chr(34) * 2)}"'
    with (tmp_path / "r.csv").open("w+b") as refused:
        report = import_text(PURCHASES, HEAD + row.replace("\n", " "), rejects=refused)
        refused.seek(0)
        told = refused.read().decode("utf-8-sig")
    assert report.rejected == 1
    for line in told.splitlines():
        for cell in line.split(","):
            assert cell.strip('"')[:1] not in {"=", "@"}


def quoted(text: str) -> str:
    """A cell in quotation marks."""
    return '"' + text.replace('"', '""') + '"'
