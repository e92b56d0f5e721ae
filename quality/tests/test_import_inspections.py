"""inspections.csv: signed when they were made, second persons kept apart, importing twice safe."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from purchases.models import Lot, Product
from quality.importing import INSPECTIONS
from quality.models import Inspection
from tests import make
from tests.importing import import_text

pytestmark = pytest.mark.django_db

HEAD = "external_id,lot_number,sku,inspected_at,maker,inspector,verdict,stage,note\n"
FIRST = "i1,L-1,MUG,2026-03-01T10:00:00Z,Jonas Maes,Ria Peeters,pass,first,\n"


def load(*rows: str, **about: object):
    return import_text(INSPECTIONS, HEAD + "".join(rows), **about)


def reasons(report) -> list[str]:
    return [str(example["reason"]) for example in report.examples]


def test_a_row_becomes_a_signed_inspection_of_a_lot_that_is_made():
    report = load(FIRST)
    one = Inspection.objects.get()
    moment = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    assert (report.created, report.rejected) == (1, 0)
    assert (one.external_id, one.stage, one.round, one.verdict) == ("i1", "first", 1, "pass")
    assert (one.opened_at, one.signed_at, one.plan) == (moment, moment, None)
    assert (one.maker.name, one.inspector.name) == ("Jonas Maes", "Ria Peeters")
    assert not one.inspector.is_active
    lot = Lot.objects.select_related("product").get()
    assert (lot.number, lot.product.sku, lot.maker) == ("L-1", "MUG", one.maker)
    assert (lot.state, lot.state_since) == ("released", moment)


def test_importing_twice_changes_nothing():
    rows = (
        FIRST,
        FIRST.replace("i1", "i2").replace("pass,first", "fail,2nd").replace("Ria", "Tom"),
    )
    load(*rows)
    before = (list(Inspection.objects.values()), list(Lot.objects.values()), User.objects.count())
    report = load(*rows)
    after = (list(Inspection.objects.values()), list(Lot.objects.values()), User.objects.count())
    assert (report.created, report.changed, report.unchanged, report.rejected) == (0, 0, 2, 0)
    assert before == after


def test_a_signed_row_that_differs_is_rejected_and_stays():
    load(FIRST)
    report = load(FIRST.replace(",pass,", ",fail,"))
    assert (report.rejected, report.unchanged) == (1, 0)
    assert Inspection.objects.get().verdict == "pass"


def test_people_match_by_email_then_name():
    ria = make.inspector(name="Ria Peeters", email="ria@example.com")
    jonas = make.user(name="Jonas Maes")
    load(FIRST, FIRST.replace("i1", "i2").replace("Ria Peeters", "RIA@example.com"))
    assert {one.inspector for one in Inspection.objects.all()} == {ria}
    assert {one.maker for one in Inspection.objects.all()} == {jonas}


def test_lookalikes_of_known_people_are_told():
    make.inspector(name="Ria Peeters")
    report = load(FIRST.replace("Ria Peeters", "Ria Peters"))
    assert [tuple(pair) for pair in report.lookalikes] == [("Ria Peters", "Ria Peeters")]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (FIRST.replace("Ria Peeters", "jonas  MAES"), "The inspector is the maker."),
        (FIRST.replace(",first,", ",second,"), "no first inspection"),
        (FIRST.replace(",MUG,", ",,"), "No lot has this number"),
        (FIRST.replace(",pass,", ",perhaps,"), "It must be one of"),
        (FIRST.replace(",first,", ",ninth,"), "It must be one of"),
        (FIRST.replace("2026-03-01T10:00:00Z", "soon"), "Write the moment"),
        (FIRST.replace("i1", ""), "must be filled in"),
        (FIRST.replace("Jonas Maes", ""), "must be filled in"),
        (FIRST.replace("Jonas Maes", "\x01\x02"), "must be filled in"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_good_ones_go_in(row, says):
    good = "g1,L-9,BOWL,2026-03-01,Jonas Maes,Tom Claes,fail,,cracked\n"
    report = load(row, good)
    assert (report.created, report.rejected) == (1, 1)
    assert says in reasons(report)[0]
    assert Inspection.objects.get().external_id == "g1"


def test_a_second_who_is_the_first_is_rejected():
    report = load(FIRST, FIRST.replace("i1", "i2").replace(",first,", ",second,"))
    assert (report.created, report.rejected) == (1, 1)
    assert reasons(report) == ["The second inspector is the first."]


def test_a_second_pairs_with_the_latest_first_wherever_the_rows_stand():
    second = "s,L-1,MUG,2026-03-03T10:00:00Z,Jonas Maes,Tom Claes,pass,second,\n"
    later = FIRST.replace("i1", "i2").replace("03-01", "03-02").replace("Ria Peeters", "Els Daan")
    report = load(second, later, FIRST)
    assert (report.created, report.rejected) == (3, 0)
    pair = Inspection.objects.get(stage="second")
    assert (pair.first.external_id, pair.first_inspector.name) == ("i2", "Els Daan")


def test_a_second_may_come_in_a_later_file():
    load(FIRST)
    second = FIRST.replace("i1", "s").replace("Ria", "Tom").replace(",first,", ",second,")
    assert load(second).created == 1
    assert Inspection.objects.get(stage="second").first.external_id == "i1"


def test_rounds_follow_the_moments_and_the_last_one_says_what_the_lot_is():
    again = FIRST.replace("i1", "r").replace("03-01", "03-05").replace(",first,", ",Re-Inspection,")
    load(again, FIRST.replace(",pass,", ",fail,"))
    assert [(one.external_id, one.round) for one in Inspection.objects.order_by("round")] == [
        ("i1", 1),
        ("r", 2),
    ]
    assert Lot.objects.get().state == "released"


def test_a_fail_holds_the_lot_and_a_later_file_lifts_it():
    load(FIRST.replace("pass,first,", "fail,first,crack"))
    lot = Lot.objects.get()
    assert (lot.state, lot.state_reason) == ("on_hold", "First inspection, round 1: crack")
    load(FIRST.replace("i1", "r").replace("03-01", "03-05").replace(",first,", ",rework,"))
    lot.refresh_from_db()
    assert (lot.state, lot.state_reason) == ("released", "")


def test_a_known_lot_needs_no_sku_unless_two_products_share_its_number():
    lot = make.lot(number="L-1")
    assert load(FIRST.replace(",MUG,", ",,")).created == 1
    lot.refresh_from_db()
    assert lot.maker.name == "Jonas Maes"
    make.lot(number="L-1")
    report = load(FIRST.replace("i1", "i2").replace(",MUG,", ",,"))
    assert "Several products have this lot" in reasons(report)[0]


def test_a_row_that_names_another_maker_than_the_lots_is_rejected():
    lot = make.lot(number="L-1", maker=make.user(name="Els Daan"))
    report = load(FIRST.replace(",MUG,", f",{lot.product.sku},"))
    assert reasons(report) == ["The lot was made by Els Daan."]
    assert Inspection.objects.count() == 0


def test_a_dry_run_writes_nothing():
    report = load(FIRST, dry_run=True)
    assert report.created == 1
    assert (Inspection.objects.count(), Lot.objects.count(), Product.objects.count()) == (0, 0, 0)


def test_the_queries_of_a_chunk_do_not_grow_with_its_rows(queries):
    def rows(count: int, start: int) -> list[str]:
        return [
            FIRST.replace("i1", f"n{n}").replace("L-1", f"L-{n}")
            for n in range(start, start + count)
        ]

    load(*rows(2, 0))
    with queries() as few:
        load(*rows(2, 10))
    with queries() as many:
        load(*rows(200, 100))
    # SQLite takes 999 values in a statement, so some rows more are some statements more.
    assert len(many) <= len(few) + 10


def test_the_command_says_by_its_exit_code_whether_rows_were_rejected(tmp_path):
    make.shop()
    path = tmp_path / "inspections.csv"
    path.write_text(HEAD + FIRST)
    call_command("import_inspections", str(path), stdout=StringIO(), stderr=StringIO())
    assert Inspection.objects.count() == 1
    path.write_text(HEAD + FIRST.replace("i1", "i2").replace("Ria Peeters", "Jonas Maes"))
    with pytest.raises(SystemExit) as ended:
        call_command("import_inspections", str(path), stdout=StringIO(), stderr=StringIO())
    assert ended.value.code == 1
