"""Known-bad units: nobody who looks can tell, they count in no figure, and what is found is told."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import HistoryEntry
from purchases.models import Lot
from quality.models import Inspection, KnownBad, LotPart, Nonconformance, Switch
from quality.rules.finding import Finding
from quality.services import decide_lot
from quality.services.figures import figures_of
from quality.services.knownbad import UnitDraft, effectiveness, put_known_bad, take_out
from quality.services.pair_figures import pairs_of
from quality.services.result_figures import defects_of, measures_of
from quality.tests.rawsql import MOMENT, delete, insert, refused, update
from quality.tests.test_blind import TOKEN, reachable
from tests import benchwork, make

pytestmark = pytest.mark.django_db
UNITS = "/known-bad/"


def look(unit: KnownBad, *, glaze: str = "pass", mass: str = "340", stage: str = "") -> Inspection:
    """Somebody looks at the unit and signs."""
    made = make.inspection(lot=unit.lot, stage=stage)
    make.record(made, "Mass, dry", mass)
    make.record(made, "Glaze", glaze)
    return make.sign(made, "Looked twice." if made.stage == "third" else "")


def test_a_lead_puts_a_unit_in_the_queue_and_takes_it_out(client):
    product = make.plan().product
    maker, lead = make.user(), make.manager(name="Lea Lead")
    client.force_login(lead)
    typed = {"number": "PLD-9", "maker": maker.pk, "wrong": ["Glaze"], "note": "Pinhole inside"}
    assert client.post(f"{UNITS}new/{product.pk}/", typed)["Location"] == UNITS
    unit = KnownBad.objects.get()
    lot = unit.lot
    assert (lot.number, lot.maker, lot.quantity, lot.state) == ("PLD-9", maker, 1, "made")
    assert (unit.names, unit.note, unit.put_by) == (["Glaze"], "Pinhole inside", lead)
    page = client.get(f"/lots/{lot.pk}/").content.decode()
    assert "A known-bad unit that Lea Lead put in the queue: Glaze" in page

    client.post(f"{UNITS}{unit.pk}/out/")
    unit.refresh_from_db()
    lot.refresh_from_db()
    assert unit.taken_out_at is not None
    assert lot.state == "rejected"
    assert [one.verb for one in HistoryEntry.objects.about(unit)] == ["withdrawn", "created"]
    client.post(f"{UNITS}{unit.pk}/out/")
    assert HistoryEntry.objects.about(unit).count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [([], "Choose what is wrong"), (["Glaze", "Colour"], "Choose what is wrong")],
)
def test_what_is_wrong_is_of_the_plan(wrong, words):
    product = make.plan().product
    draft = UnitDraft(product=product, number="X", maker=make.user(), wrong=wrong)
    with pytest.raises(ValidationError, match=words):
        put_known_bad(draft=draft, actor=make.manager())
    assert not Lot.objects.filter(number="X").exists()


def test_a_product_without_a_plan_has_none_and_a_number_is_one_lots(client):
    bare = make.product()
    with pytest.raises(ValidationError, match="no active inspection plan"):
        benchwork.known_bad(product=bare)
    client.force_login(make.manager())
    assert client.get(f"{UNITS}new/{bare.pk}/").status_code == 302
    there = make.lot_to_inspect()
    typed = {"number": there.number, "maker": there.maker.pk, "wrong": ["Glaze"]}
    answer = client.post(f"{UNITS}new/{there.product.pk}/", typed)
    assert answer.status_code == 422
    assert "already has a lot with this number" in answer.content.decode()
    assert not KnownBad.objects.exists()


def test_an_inspector_reads_the_same_bytes_with_and_without_the_mark():
    """Everything in reach, before it is opened and while it is inspected."""
    product = make.plan().product
    lead, inspector = make.manager(), make.inspector()
    lot = make.lot(product=product, maker=make.user(), quantity=1)
    client = Client()
    client.force_login(inspector)
    for opened in (False, True):
        if opened:
            make.record(make.inspection(lot=lot, inspector=inspector), "Mass, dry", "340")
        plain = reachable(client, lot)
        with transaction.atomic():
            Lot.objects.filter(pk=lot.pk).update(state="made")
            if not opened:
                KnownBad.objects.create(lot=lot, wrong="Glaze", put_by=lead)
                marked = reachable(client, lot)
            transaction.set_rollback(True)
        assert f"/lots/{lot.pk}/" in plain
        if not opened:
            assert plain == marked
    unit = KnownBad.objects.create(
        lot=make.lot(product=product, maker=lot.maker, quantity=1), wrong="Glaze", put_by=lead
    )
    mine = make.inspection(lot=unit.lot, inspector=inspector)
    page = TOKEN.sub("", client.get(f"/bench/inspections/{mine.pk}/").content.decode())
    assert "known" not in page.lower()
    assert client.get(UNITS).status_code == 403


def test_it_waits_in_the_queue_of_inspectors_and_managers_may_not_open_it(client):
    unit = benchwork.known_bad()
    client.force_login(make.inspector())
    assert unit.lot.number in client.get("/bench/").content.decode()
    client.force_login(make.manager())
    assert unit.lot.number not in client.get("/bench/").content.decode()
    page = client.post("/bench/open/", {"code": unit.lot.number}).content.decode()
    assert "is a known-bad unit" in page
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("glaze", ["pass", "fail"])
def test_it_counts_in_no_figure_of_production_and_its_lot_goes_nowhere(client, glaze):
    product = make.plan(seconds="every").product
    unit = benchwork.known_bad(product=product)
    look(unit, glaze=glaze)
    look(unit, glaze="fail")
    if glaze == "pass":
        look(unit, glaze="fail")
    unit.lot.refresh_from_db()
    assert unit.lot.state == "in_inspection"
    assert not Nonconformance.objects.exists()
    assert not Switch.objects.exists()
    asked = {"now": timezone.now(), "zone": make.shop().zone}
    figures = figures_of(product, **asked)
    assert (figures.first_pass.whole, figures.loops, figures.minutes) == (0, [], None)
    assert defects_of(product, **asked) == pairs_of(product, now=asked["now"]) == []
    assert [one.number for one in measures_of(product, **asked)] == [0]
    client.force_login(make.manager())
    assert client.get("/board/inspections/").context["page"].count_text == "0"
    export = b"".join(client.get("/inspections/figures/export/")).decode()
    assert unit.lot.number not in export


def test_what_somebody_reports_of_it_by_hand_is_no_time_for_the_same_fault(client):
    product = make.plan().product
    benchwork.nonconformance(lot=benchwork.known_bad(product=product).lot, quantity=1)
    one = benchwork.nonconformance(lot=make.lot(product=product, maker=make.user()))
    client.force_login(make.manager())
    for address in (f"/lots/{one.lot_id}/", f"/nonconformances/{one.pk}/"):
        assert "for the same fault" not in client.get(address).content.decode()
    again = benchwork.nonconformance(lot=one.lot)
    page = client.get(f"/nonconformances/{again.pk}/").content.decode()
    assert "Second time for the same fault: Crack" in page


def test_what_was_found_and_overlooked_is_told_by_line_and_by_person(client):
    product = make.plan().product
    for number in range(3):
        unit = benchwork.known_bad(product=product, wrong=["Glaze", "Mass, dry"])
        look(unit, glaze="fail", mass="348" if number else "340")
    # A new round by somebody else counts as another look.
    look(unit, glaze="pass", mass="348", stage="re_inspection")
    found = effectiveness(product)
    assert found.by_line == [
        ("Glaze", "", Finding(3, 4)),
        ("Mass, dry", "", Finding(3, 4)),
    ]
    assert [one.looked_at for _name, one in found.by_person] == [2, 2, 2, 2]
    assert all(one.cannot_tell for _name, one in found.by_person)
    client.force_login(make.manager())
    page = client.get(UNITS).content.decode()
    for words in ("overlooked: Mass, dry", "found all of it", "cannot tell yet", "3 of 4"):
        assert words in page, words
    page = client.get("/inspections/figures/", {"product": product.pk, "show": "pairs"})
    assert "3 of 4" in page.content.decode()


def test_a_share_has_wilsons_interval():
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I: 81 of 263 and 0 of 20."""
    low, high = Finding(81, 263).bounds
    assert (low, high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
    low, high = Finding(0, 20).bounds
    assert (low, high) == (0.0, pytest.approx(0.1611, abs=5e-5))
    assert (Finding(0, 0).share, Finding(0, 0).cannot_tell) == (None, True)
    assert not Finding(81, 263).cannot_tell


def test_it_is_never_released_by_decision_and_not_taken_out_while_looked_at():
    unit = benchwork.known_bad()
    lead = make.manager()
    opened = make.inspection(lot=unit.lot)
    with pytest.raises(ValidationError, match="inspecting it now"):
        take_out(unit=unit, actor=lead)
    decide_lot(lot=unit.lot, decision="hold", reason="Wait", actor=lead)
    with pytest.raises(ValidationError, match="never released"):
        decide_lot(lot=unit.lot, decision="release", reason="Good", actor=make.manager())
    assert not LotPart.objects.exists()
    assert opened.signed_at is None


def test_the_database_refuses_it_too():
    unit = benchwork.known_bad()
    lead, lot = make.manager(), make.lot()
    look(unit)
    row = {"wrong": "Glaze", "note": "", "put_by_id": lead.pk, "put_at": MOMENT}
    refused("lot_known_bad_not_released", update, "purchases_lot", unit.lot_id, state="released")
    refused(
        "lotpart_known_bad_not_released|lotpart_conceded_by_another",
        insert,
        "quality_lotpart",
        lot_id=unit.lot_id,
        outcome="released",
        serials="",
        concession=True,
        reason="Good",
        decided_by_id=lead.pk,
        decided_at=MOMENT,
    )
    refused("knownbad_frozen", update, "quality_knownbad", unit.pk, wrong="Mass, dry")
    said = row | {"lot_id": lot.pk, "wrong": ""}
    refused("knownbad_says_what_is_wrong", insert, "quality_knownbad", **said)
    inspected = make.signed_inspection().lot
    refused("knownbad_of_an_untouched_lot", insert, "quality_knownbad", **row, lot_id=inspected.pk)
    bought = make.lot()
    make.purchase(lots=(bought,))
    refused("knownbad_of_an_untouched_lot", insert, "quality_knownbad", **row, lot_id=bought.pk)
    early = {"taken_out_at": unit.put_at.replace(year=2020)}
    refused("knownbad_taken_out_after_put", update, "quality_knownbad", unit.pk, **early)
    KnownBad.objects.filter(pk=unit.pk).update(taken_out_at=timezone.now())
    refused("knownbad_taken_out_once", update, "quality_knownbad", unit.pk, taken_out_at=None)


def test_it_is_kept():
    unit = benchwork.known_bad()
    refused("knownbad_kept", delete, "quality_knownbad", unit.pk)


def test_the_list_costs_the_same_with_1_and_20_units(client, queries):
    product = make.plan().product
    client.force_login(make.manager())
    look(benchwork.known_bad(product=product))
    with queries() as one:
        client.get(UNITS)
    for _n in range(20):
        look(benchwork.known_bad(product=product), glaze="fail")
    with queries(exactly=len(one)):
        client.get(UNITS)
