"""`manage.py import_purchases FILE`"""

import io

import pytest
from django.core.management import CommandError, call_command

from purchases.models import Purchase
from tests import make

pytestmark = pytest.mark.django_db
GOOD = "order_number,ordered_at,sku\nA-1,2026-03-02,X\nA-2,2026-03-03,Y\n"


@pytest.fixture
def file(tmp_path):
    make.shop()
    path = tmp_path / "shop.csv"
    path.write_text(GOOD)
    return path


def run(file, *options: str) -> str:
    told = io.StringIO()
    call_command("import_purchases", str(file), *options, stdout=told)
    return told.getvalue()


def test_it_imports_and_says_what_it_did(file):
    told = run(file)
    assert "2 rows in" in told
    assert "created 2, changed 0, unchanged 0, rejected 0" in told
    assert "2 purchases made" in told
    assert Purchase.objects.count() == 2
    assert [path.name for path in file.parent.iterdir()] == ["shop.csv"]


def test_one_of_something_is_told_as_one(file):
    file.write_text("order_number,ordered_at,sku\nA-1,2026-03-02,X\n")
    told = run(file)
    assert "1 row in" in told
    assert "  1 purchase made\n  1 line made\n" in told


def test_a_second_time_it_says_unchanged(file):
    run(file)
    assert "created 0, changed 0, unchanged 2" in run(file)


def test_a_dry_run_keeps_nothing(file):
    told = run(file, "--dry-run")
    assert "Dry run: nothing was kept." in told
    assert "created 2" in told
    assert Purchase.objects.count() == 0


def test_rejected_rows_go_to_a_file_and_the_exit_code_is_1(file, tmp_path):
    file.write_text(GOOD + "A-3,soon,Z\n")
    with pytest.raises(SystemExit) as stopped:
        run(file, "--rejects", str(tmp_path / "bad.csv"))
    assert stopped.value.code == 1
    refused = (tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()
    assert refused[0] == "order_number,ordered_at,sku,line,column,value,reason"
    assert refused[1].startswith("A-3,soon,Z,4,ordered_at,soon,Write the moment")
    assert Purchase.objects.count() == 2


def test_by_default_they_stand_beside_the_file_and_can_be_imported_again(file):
    file.write_text(GOOD + "A-3,soon,Z\n")
    with pytest.raises(SystemExit):
        run(file)
    beside = file.with_name("shop.csv.rejected.csv")
    beside.write_text(beside.read_text(encoding="utf-8-sig").replace("soon", "2026-03-04", 1))
    assert "created 1" in run(beside)
    assert Purchase.objects.count() == 3


def test_columns_are_mapped(file):
    file.write_text("Nr,Wanneer\nA-1,2026-03-02\n")
    assert "created 1" in run(file, "--map", "order_number=Nr", "--map", "ordered_at=Wanneer")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"sku\nX\n", "no column for: order_number, ordered_at"),
        (b"PK\x03\x04" + b"\0" * 99, "not CSV"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_exit_code_1(file, content, message):
    file.write_bytes(content)
    with pytest.raises(CommandError, match=message) as refused:
        run(file)
    assert refused.value.returncode == 1
    assert [path.name for path in file.parent.iterdir()] == ["shop.csv"]


def test_a_missing_file_is_named(file):
    with pytest.raises(CommandError, match="nothing"):
        run(file.with_name("nothing.csv"))
    assert [path.name for path in file.parent.iterdir()] == ["shop.csv"]


def test_a_mapping_without_a_sign_is_explained(file):
    with pytest.raises(CommandError, match="COLUMN=HEADING"):
        run(file, "--map", "sku")


def test_a_terminal_gets_a_progress_bar(file):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    seen = Terminal()
    call_command("import_purchases", str(file), stdout=io.StringIO(), stderr=seen)
    assert "[##############################] 100% 2 rows" in seen.getvalue()


def test_without_a_shop_it_says_what_to_do(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text(GOOD)
    with pytest.raises(CommandError, match="There is no shop yet"):
        run(path)
