"""What we write for a spreadsheet: neutralised cells and the report of rejected rows."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.neutralising import SafeWriter, neutralise, restore
from helpdesk.lib.csvfiles.reading import open_table
from helpdesk.lib.csvfiles.refusals import Rejection
from helpdesk.lib.csvfiles.rejects import RejectsWriter

BAD = settings.BASE_DIR.parent / "shared/data/bad"
FORMULA_STARTS = tuple("=+-@\t\r\n")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+32475123456", "'+32475123456"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("-5,25", "-5,25"),
        ("plain - text", "plain - text"),
        ("'quoted'", "'quoted'"),
        ("'=1", "''=1"),
        ("", ""),
        (None, ""),
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"),
    ],
)
def test_a_cell_never_begins_like_a_formula(value: object, cell: str) -> None:
    assert neutralise(value) == cell


@given(st.text(alphabet="'=+-@ \t\r\n15,a"))
def test_what_was_neutralised_can_be_restored_exactly(text: str) -> None:
    assert restore(neutralise(text)) == text


def written(*rows: list[object]) -> str:
    stream = io.BytesIO()
    with SafeWriter(stream) as writer:
        for row in rows:
            writer.row(row)
    return stream.getvalue().decode("utf-8")


@pytest.mark.shared
def test_known_attacks_become_text() -> None:
    path = BAD / "csv_injection/csv-payload.txt"
    if not path.exists():
        pytest.skip("the sample data beside the checkout is absent")
    attacks = path.read_text("utf-8").splitlines()
    cells = next(csv.reader(io.StringIO(written(list(attacks)).removeprefix("\ufeff"))))
    assert len(cells) == len(attacks)
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]


@pytest.mark.shared
def test_naughty_strings_come_back_from_our_own_files() -> None:
    path = BAD / "naughty_strings/blns.json"
    if not path.exists():
        pytest.skip("the sample data beside the checkout is absent")
    naughty = [text for text in json.loads(path.read_text("utf-8")) if "\0" not in text]
    data = written(["number", "note"], *([n, text] for n, text in enumerate(naughty)))
    table = open_table(io.BytesIO(data.encode()), (Column("number"), Column("note")))
    chunks = list(table.chunks())
    assert [r.reason for chunk in chunks for r in chunk.rejections] == []
    found = [restore(row.values["note"]) for chunk in chunks for row in chunk.rows]
    assert found == naughty


def report(header: tuple[str, ...], *rejections: Rejection) -> list[list[str]]:
    stream = io.BytesIO()
    with RejectsWriter(stream, header) as writer:
        writer.write(*rejections)
        assert writer.count == 1
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))


def test_a_rejected_row_is_written_with_its_own_cells_and_all_its_reasons() -> None:
    cells = ("A1", "=cmd()", "soon")
    rows = report(
        ("number", "name", "date"),
        Rejection(7, "name", "=cmd()", "Not a name.", cells),
        Rejection(7, "date", "soon", "Not a date.", cells),
    )
    assert rows == [
        ["number", "name", "date", "line", "column", "value", "reason"],
        ["A1", "'=cmd()", "soon", "7", "name; date", "'=cmd(); soon", "Not a name. Not a date."],
    ]


def test_a_mended_report_that_is_rejected_again_carries_only_the_new_reasons() -> None:
    header = ("number", "line", "column", "value", "reason")
    rows = report(header, Rejection(2, "", "1", "Too few cells.", ("A1", "7", "x", "y", "old")))
    assert rows[0] == list(header)
    assert rows[1] == ["A1", "2", "", "1", "Too few cells."]


def test_a_file_with_a_column_of_its_own_called_line_keeps_it() -> None:
    rows = report(("line", "number"), Rejection(2, "", "", "Bad.", ("L1",)))
    assert rows == [
        ["line", "number", "rejected_line", "column", "value", "reason"],
        ["L1", "", "2", "", "", "Bad."],
    ]
