"""The engine of imports, on a kind of its own that writes teams."""

import io
import threading
import tracemalloc

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Team
from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.refusals import CsvRefused
from helpdesk.lib.csvfiles.values import integer_parser, text_parser
from jobs.importing import spool
from jobs.importing.ahead import read_ahead
from jobs.importing.bulk import insert_rows, insert_values
from jobs.importing.kinds import ChunkResult, ImportKind
from jobs.importing.report import ImportReport
from purchases.importing.customers import CUSTOMER_COLUMNS
from purchases.models import Customer, Product
from tests.importing import import_bytes, import_text

pytestmark = pytest.mark.django_db
chunks: list[list[int]] = []


def columns(shop):
    return [
        Column("name", required=True, parse=text_parser(200)),
        Column("size", parse=integer_parser()),
    ]


def load_teams(records, context):
    chunks.append([record.line for record in records])
    result = ChunkResult()
    known = set(Team.objects.values_list("name", flat=True))
    for record in records:
        if record.values["size"] == 0:
            result.reject(context, record, "size", _("An empty team."))
        elif record.values["name"] in known:
            result.unchanged += 1
        else:
            known.add(Team.objects.create(name=record.values["name"]).name)
            result.created += 1
            result.counts["made"] += 1
    return result


MADE = ngettext_lazy("team made", "teams made")
TEAMS = ImportKind("teams", "Teams", "", columns, load_teams, counts={"made": MADE})
TOGETHER = ImportKind("teams", "Teams", "", columns, load_teams, together="name")


@pytest.fixture(autouse=True)
def fresh():
    chunks.clear()


def test_rows_go_in_by_chunks_in_the_order_of_the_file():
    report = import_text(TEAMS, "name,size\na,1\nb,2\nc,3\n", chunk_rows=2)
    assert chunks == [[2, 3], [4]]
    assert (report.rows, report.created, report.finished) == (3, 3, True)
    assert report.counts == {"made": 3}


def test_rows_that_belong_together_come_together_and_are_never_divided():
    import_text(TOGETHER, "name,size\na,1\nb,1\na,2\nc,1\nb,2\na,3\n", chunk_rows=2)
    assert chunks == [[2, 4, 7], [3, 6], [5]]


def test_a_group_too_large_for_memory_is_cut_and_said(monkeypatch):
    monkeypatch.setattr(spool, "MOST_TOGETHER", 2)
    report = import_text(TOGETHER, "name,size\na,1\na,2\na,3\nb,1\n")
    assert (report.rows, report.rejected) == (4, 1)
    assert report.examples[0]["line"] == 4


def test_bad_rows_are_written_down_with_line_column_value_and_reason():
    refused = io.BytesIO()
    report = import_text(TEAMS, "name,size\n,x\nb,0\nc,1\n", rejects=refused)
    told = refused.getvalue().decode("utf-8-sig").splitlines()
    assert (report.rejected, report.created) == (2, 1)
    assert told[0] == "name,size,line,column,value,reason"
    assert told[1].startswith(",x,2,name; size,; x,")
    assert told[2] == "b,0,3,size,0,An empty team."
    assert report.reasons == {
        "name: This must be filled in.": 1,
        "size: This is not a whole number.": 1,
        "size: An empty team.": 1,
    }


def test_what_the_database_refuses_is_one_row_and_not_the_chunk():
    names = [*"abcdef", "x" * 100, *"ghij"]
    Team.objects.create(name="c")

    def load(records, context):
        result = ChunkResult()
        for record in records:
            # Does not look first: the unique name is the database's to refuse.
            Team.objects.create(name=record.values["name"])
            result.created += 1
        return result

    kind = ImportKind("teams", "Teams", "", columns, load)
    report = import_text(kind, "name\n" + "\n".join(n for n in names if len(n) == 1))
    assert (report.created, report.rejected) == (9, 1)
    assert report.examples[0]["line"] == 4
    assert report.examples[0]["reason"].startswith("The database refused this row")


def test_a_dry_run_tells_the_same_and_keeps_nothing():
    report = import_text(TEAMS, "name,size\na,1\na,2\nb,0\n", dry_run=True, chunk_rows=1)
    assert (report.created, report.unchanged, report.rejected) == (1, 1, 1)
    assert Team.objects.count() == 0


def test_an_import_that_stopped_goes_on_where_it_was_with_all_its_counts():
    text = "name,size\na,1\nb,0\nc,1\nd,0\ne,1\n"
    refused = io.BytesIO()
    stopped = import_text(TEAMS, text, chunk_rows=2, rejects=refused, on_chunk=lambda report: False)
    assert (stopped.rows, stopped.finished) == (2, False)
    refused.write(b"half a row that was never counted")
    told = stopped.as_json()
    chunks.clear()

    report = import_text(
        TEAMS, text, chunk_rows=2, rejects=refused, report=ImportReport.from_json(told)
    )

    assert chunks == [[4, 5], [6]]
    assert (report.rows, report.created, report.rejected, report.finished) == (5, 3, 2, True)
    assert refused.getvalue().decode("utf-8-sig").splitlines() == [
        "name,size,line,column,value,reason",
        "b,0,3,size,0,An empty team.",
        "d,0,5,size,0,An empty team.",
    ]


def test_a_preview_reads_no_further_than_it_must():
    text = "name\n" + "\n".join(f"t{n}" for n in range(100))
    report = import_text(TEAMS, text, most_rows=10, chunk_rows=5)
    assert (report.rows, report.total) == (10, 100)


def test_a_file_of_rejected_rows_is_given_up_with_what_was_written_intact():
    text = "name,size\na,1\n" + "".join(f"t{n},0\n" for n in range(20)) + "z,1\n"
    refused = io.BytesIO()
    report = import_text(TEAMS, text, chunk_rows=4, most_rejected=6, rejects=refused)
    assert (report.rows, report.created, report.rejected) == (8, 1, 7)
    assert (report.finished, report.gave_up) == (True, True)
    assert len(refused.getvalue().decode("utf-8-sig").splitlines()) == 1 + 7
    assert report.rejects_size == len(refused.getvalue())
    assert report.outcome().startswith(
        "The import stopped before the end of the file: 7 rows were rejected"
    )
    assert "Rows that went in before, and stay: 1." in report.outcome()
    assert list(Team.objects.values_list("name", flat=True)) == ["a"]


def test_an_import_that_goes_on_counts_the_rejected_rows_of_before():
    text = "name,size\n" + "".join(f"t{n},0\n" for n in range(9))
    once = import_text(TEAMS, text, chunk_rows=3, most_rejected=6, on_chunk=lambda report: False)
    report = ImportReport.from_json(once.as_json())
    import_text(TEAMS, text, chunk_rows=3, most_rejected=6, report=report)
    assert (report.rejected, report.gave_up) == (6, True)


def test_a_file_that_ends_at_the_limit_was_read_to_its_end():
    text = "name,size\n" + "".join(f"t{n},0\n" for n in range(6))
    report = import_text(TEAMS, text, chunk_rows=3, most_rejected=6)
    assert (report.rejected, report.finished, report.gave_up) == (6, True, False)


def test_an_error_while_reading_reaches_whoever_asked():
    with pytest.raises(CsvRefused, match="not UTF-8"):
        import_bytes(TEAMS, b"name\na\n\xff\n")
    assert Team.objects.count() == 0


def test_a_missing_required_column_is_named_before_a_row_is_written():
    with pytest.raises(CsvRefused, match="no column for: name"):
        import_text(TEAMS, "size\n1\n")


def test_columns_can_be_mapped():
    report = import_text(TEAMS, "Ploeg,size\na,1\n", mapping={"name": "Ploeg"})
    assert (report.created, Team.objects.get().name) == (1, "a")


def test_memory_does_not_grow_with_the_file():
    rows = 40_000
    text = "name,size\n" + "\n".join(f"team {n},0" for n in range(rows))
    content = text.encode()
    tracemalloc.start()
    import_bytes(TOGETHER, content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 25_000_000


@pytest.mark.parametrize("text", ["a\tb", "c\\d", "e\nf\rg", "\\N", "'", '"', "ñ €", ""])
def test_rows_inserted_at_once_say_what_was_given(text):
    product = Product(sku=f"S{text}", name=text, name_folded=text)
    insert_rows([product])
    [key] = insert_values(
        Customer,
        CUSTOMER_COLUMNS,
        [(None, text, "", "", "", "", "", "", "", text, None, timezone.now(), 1)],
    )
    assert Product.objects.get(pk=product.pk).name == text
    customer = Customer.objects.get(pk=key)
    assert (customer.name, customer.note, customer.ref) == (text, text, None)


def test_whoever_stops_reading_leaves_no_thread_behind():
    closed = []

    def numbers():
        try:
            yield from range(1_000_000)
        finally:
            closed.append(True)

    with read_ahead(numbers()) as ahead:
        assert [next(ahead), next(ahead)] == [0, 1]
    assert closed == [True]
    assert "read-ahead" not in {thread.name for thread in threading.enumerate()}


def test_an_error_in_the_reading_thread_is_raised_where_it_is_read():
    def numbers():
        yield 1
        raise CsvRefused("line 7")

    with read_ahead(numbers()) as ahead, pytest.raises(CsvRefused, match="line 7"):
        list(ahead)
