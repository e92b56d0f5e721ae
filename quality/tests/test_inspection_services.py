"""Opening, recording, signing, correcting and withdrawing, through the services."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import HistoryEntry
from purchases.models import Lot
from quality.models import Inspection
from quality.services import (
    clear_result,
    correct_inspection,
    decide_lot,
    explain_result,
    name_maker,
    open_inspection,
    openings_for,
    record_result,
    sign_inspection,
    withdraw_inspection,
)
from tests import make

pytestmark = pytest.mark.django_db


def state(lot: Lot) -> str:
    return Lot.objects.get(pk=lot.pk).state


def line(inspection: Inspection, name: str):
    return inspection.plan.characteristics.get(name=name)


def record(inspection: Inspection, **typed: str) -> None:
    names = {"mass": "Mass, dry", "glaze": "Glaze", "chips": "Chips"}
    for name, text in typed.items():
        record_result(
            inspection=inspection,
            characteristic=line(inspection, names[name]),
            typed=text,
            actor=inspection.inspector,
        )


def test_opening_copies_the_maker_and_puts_the_lot_in_inspection():
    lot = make.lot_to_inspect()
    inspector = make.inspector()
    opened = open_inspection(lot=lot, inspector=inspector)
    assert (opened.stage, opened.round, opened.maker, opened.verdict) == (
        "first",
        1,
        lot.maker,
        None,
    )
    assert state(lot) == "in_inspection"


def test_opening_again_goes_on_with_the_half_done_one():
    lot, inspector = make.lot_to_inspect(), make.inspector()
    opened = open_inspection(lot=lot, inspector=inspector)
    assert open_inspection(lot=lot, inspector=inspector).pk == opened.pk
    assert lot.inspections.count() == 1


@pytest.mark.parametrize("reason", ["maker", "plan", "rejected"])
def test_a_lot_that_this_person_cannot_inspect_is_refused_and_stays_as_it_was(reason):
    inspector = make.inspector()
    lot = make.lot_to_inspect(maker=inspector if reason == "maker" else make.user())
    if reason == "plan":
        lot = make.lot(maker=make.user())
    if reason == "rejected":
        decide_lot(lot=lot, decision="reject", reason="melted", actor=make.manager())
    before = state(lot)
    with pytest.raises(ValidationError):
        open_inspection(lot=lot, inspector=inspector)
    assert (state(lot), lot.inspections.count()) == (before, 0)


def test_a_result_is_kept_as_typed_with_its_exact_value_and_judged_here():
    inspection = make.inspection()
    result = record_result(
        inspection=inspection,
        characteristic=line(inspection, "Mass, dry"),
        typed="0,348",
        unit="kg",
        actor=inspection.inspector,
    )
    result.refresh_from_db()
    assert (result.typed, result.unit, result.value, result.conforms) == (
        "0,348",
        "kg",
        Decimal(348),
        False,
    )


def test_twelve_decimals_come_back_from_the_database_unrounded():
    inspection = make.inspection()
    result = record_result(
        inspection=inspection,
        characteristic=line(inspection, "Mass, dry"),
        typed="12.3456",
        unit="oz",
        actor=inspection.inspector,
    )
    result.refresh_from_db()
    assert result.value == Decimal("12.3456") * Decimal("28.349523125") == Decimal("349.9918726920")


def test_a_second_entry_replaces_the_first_and_a_changed_finding_loses_its_note():
    inspection = make.inspection()
    mass = line(inspection, "Mass, dry")
    who = inspection.inspector
    record(inspection, mass="348")
    explain_result(inspection=inspection, characteristic=mass, note="too thick", actor=who)
    record(inspection, mass="348")
    assert inspection.results.get().note == "too thick"
    record(inspection, mass="341")
    assert [(r.typed, r.note) for r in inspection.results.all()] == [("341", "")]


@pytest.mark.parametrize("typed", ["", "heavy", "34 cm"])
def test_an_unreadable_entry_is_refused_on_its_field_and_nothing_is_written(typed):
    inspection = make.inspection()
    with pytest.raises(ValidationError) as caught:
        record(inspection, mass=typed)
    assert list(caught.value.message_dict) == ["typed"]
    assert inspection.results.count() == 0


def test_only_the_inspector_records_and_signs():
    inspection, other = make.inspection(), make.inspector()
    mass = line(inspection, "Mass, dry")
    with pytest.raises(ValidationError, match="somebody else's"):
        record_result(inspection=inspection, characteristic=mass, typed="340", actor=other)
    record(inspection, mass="340", glaze="pass")
    with pytest.raises(ValidationError, match="somebody else's"):
        sign_inspection(inspection=inspection, actor=other)
    inspection.refresh_from_db()
    assert inspection.signed_at is None


def test_a_characteristic_of_another_plan_is_refused():
    inspection, other = make.inspection(), make.plan()
    with pytest.raises(ValidationError, match="not in this plan"):
        record_result(
            inspection=inspection,
            characteristic=other.characteristics.first(),
            typed="340",
            actor=inspection.inspector,
        )


def test_signing_computes_the_verdict_and_a_pass_releases_the_lot():
    inspection = make.inspection()
    record(inspection, mass="340", glaze="pass")
    signed = sign_inspection(inspection=inspection, actor=inspection.inspector, note=" fine ")
    assert (signed.verdict, signed.note) == ("pass", "fine")
    assert signed.signed_at >= signed.opened_at
    assert state(inspection.lot) == "released"


def test_a_fail_puts_the_lot_on_hold_and_says_what_was_found():
    inspection = make.inspection()
    record(inspection, mass="348", glaze="fail")
    sign_inspection(inspection=inspection, actor=inspection.inspector)
    lot = Lot.objects.get(pk=inspection.lot_id)
    assert lot.state == "on_hold"
    assert lot.state_reason == (
        "First inspection, round 1: Mass, dry: 348 g, 3 g over the upper limit; "
        "Glaze: Does not conform"
    )


def test_a_missing_required_line_cannot_be_signed_and_an_optional_one_can_stay_empty():
    inspection = make.inspection()
    record(inspection, mass="340", chips="1")
    with pytest.raises(ValidationError, match=r"required: Glaze\."):
        sign_inspection(inspection=inspection, actor=inspection.inspector)
    inspection.refresh_from_db()
    assert inspection.signed_at is None
    assert state(inspection.lot) == "in_inspection"


def test_an_inspection_without_any_result_cannot_be_signed():
    plan = make.plan(lines=(make.REMARKS,))
    lot = make.lot(product=plan.product, maker=make.user())
    inspection = make.inspection(lot=lot)
    with pytest.raises(ValidationError, match="Nothing was recorded"):
        sign_inspection(inspection=inspection, actor=inspection.inspector)


def test_a_summary_that_is_no_longer_true_is_not_signed():
    inspection = make.inspection()
    record(inspection, mass="340", glaze="pass")
    inspection.refresh_from_db()
    seen = inspection.version
    record(inspection, mass="348")
    with pytest.raises(ValidationError, match="changed since this summary"):
        sign_inspection(inspection=inspection, actor=inspection.inspector, version=seen)
    inspection.refresh_from_db()
    assert inspection.signed_at is None


def test_an_unknown_maker_stops_the_signature_until_it_is_named():
    lot = make.lot_to_inspect(maker=None)
    inspection = make.inspection(lot=lot)
    record(inspection, mass="340", glaze="pass")
    with pytest.raises(ValidationError, match="maker of lot"):
        sign_inspection(inspection=inspection, actor=inspection.inspector)
    with pytest.raises(ValidationError, match="cannot be its maker"):
        name_maker(lot=lot, maker=inspection.inspector, actor=inspection.inspector)
    maker = make.user()
    name_maker(lot=lot, maker=maker, actor=inspection.inspector)
    signed = sign_inspection(inspection=inspection, actor=inspection.inspector)
    assert (signed.maker, signed.verdict) == (maker, "pass")
    with pytest.raises(ValidationError, match="known already"):
        name_maker(lot=lot, maker=make.user(), actor=inspection.inspector)


def test_a_signed_inspection_takes_no_more_results():
    signed = make.signed_inspection()
    with pytest.raises(ValidationError, match="is signed"):
        record(signed, mass="341")
    with pytest.raises(ValidationError, match="is signed"):
        clear_result(
            inspection=signed, characteristic=line(signed, "Glaze"), actor=signed.inspector
        )
    assert signed.results.count() == 2


def test_the_second_pair_of_eyes_is_offered_to_others_only_and_once():
    first = make.signed_inspection()
    other, third = make.inspector(), make.inspector()
    assert [o.stage for o in openings_for(lot=first.lot, inspector=first.inspector)] == [
        "re_inspection"
    ]
    second = open_inspection(lot=first.lot, inspector=other)
    assert (second.stage, second.first, second.first_inspector, second.round) == (
        "second",
        first,
        first.inspector,
        1,
    )
    assert state(first.lot) == "in_inspection"
    assert [o.stage for o in openings_for(lot=first.lot, inspector=third)] == ["re_inspection"]


def test_a_disagreement_holds_the_lot_until_a_third_decides():
    first = make.signed_inspection()
    second = make.signed_inspection(lot=first.lot, mass="348")
    assert (second.stage, second.verdict, state(first.lot)) == ("second", "fail", "on_hold")
    for taken in (first.inspector, second.inspector):
        stages = [o.stage for o in openings_for(lot=first.lot, inspector=taken)]
        assert stages == ["re_inspection"]
    third = make.signed_inspection(lot=first.lot)
    assert (third.stage, third.first, third.second_inspector) == (
        "third",
        first,
        second.inspector,
    )
    assert state(first.lot) == "released"


def test_a_passing_second_does_not_lift_the_hold_of_a_failed_first():
    first = make.signed_inspection(mass="348")
    second = make.signed_inspection(lot=first.lot)
    assert (second.stage, second.verdict, state(first.lot)) == ("second", "pass", "on_hold")


def test_a_passing_new_round_lifts_the_hold_and_the_old_round_is_kept():
    first = make.signed_inspection(mass="348")
    again = make.signed_inspection(lot=first.lot, inspector=first.inspector, stage="re_inspection")
    assert (again.round, again.verdict, state(first.lot)) == (2, "pass", "released")
    assert Lot.objects.get(pk=first.lot_id).state_reason == ""
    first.refresh_from_db()
    assert first.verdict == "fail"


def test_an_inspection_begun_before_the_hold_does_not_lift_it():
    lot = make.lot_to_inspect()
    early = make.inspection(lot=lot)
    decide_lot(lot=lot, decision="hold", reason="customer found a crack", actor=make.manager())
    record(early, mass="340", glaze="pass")
    sign_inspection(inspection=early, actor=early.inspector)
    lot.refresh_from_db()
    assert (lot.state, lot.state_reason) == ("on_hold", "customer found a crack")


def test_a_fail_of_an_older_round_still_holds_the_lot():
    lot = make.lot_to_inspect()
    slow = make.inspection(lot=lot)
    make.signed_inspection(lot=lot)
    make.signed_inspection(lot=lot, stage="re_inspection")
    assert state(lot) == "in_inspection"
    record(slow, mass="348", glaze="pass")
    sign_inspection(inspection=slow, actor=slow.inspector)
    assert state(lot) == "on_hold"


def test_a_correction_is_a_new_record_that_replaces_the_old_once_signed():
    wrong = make.signed_inspection(mass="348")
    correction = correct_inspection(inspection=wrong, actor=wrong.inspector)
    assert (correction.corrects, correction.stage, correction.results.count()) == (
        wrong,
        "first",
        2,
    )
    assert list(Inspection.objects.in_force()) == [wrong]
    record(correction, mass="341")
    sign_inspection(inspection=correction, actor=wrong.inspector)
    assert [i.pk for i in Inspection.objects.in_force()] == [correction.pk]
    assert state(wrong.lot) == "released"
    wrong.refresh_from_db()
    assert (wrong.verdict, wrong.results.get(value=348).typed) == ("fail", "348")


def test_a_correction_is_made_by_the_same_person_and_not_twice():
    wrong = make.signed_inspection()
    with pytest.raises(ValidationError, match="who signed this"):
        correct_inspection(inspection=wrong, actor=make.inspector())
    opened = correct_inspection(inspection=wrong, actor=wrong.inspector)
    assert correct_inspection(inspection=wrong, actor=wrong.inspector).pk == opened.pk
    sign_inspection(inspection=opened, actor=wrong.inspector)
    with pytest.raises(ValidationError, match="corrected already"):
        correct_inspection(inspection=wrong, actor=wrong.inspector)


def test_a_withdrawn_correction_makes_room_for_another():
    wrong = make.signed_inspection()
    opened = correct_inspection(inspection=wrong, actor=wrong.inspector)
    withdraw_inspection(inspection=opened, actor=wrong.inspector)
    assert state(wrong.lot) == "released"
    assert correct_inspection(inspection=wrong, actor=wrong.inspector).pk != opened.pk


def test_withdrawing_puts_the_lot_back_and_is_told():
    inspection = make.inspection()
    withdraw_inspection(inspection=inspection, actor=inspection.inspector)
    assert state(inspection.lot) == "made"
    told = HistoryEntry.objects.get(subject_type="quality.inspection")
    assert (told.verb, told.subject_id, told.actor) == (
        "withdrawn",
        inspection.pk,
        inspection.inspector,
    )
    with pytest.raises(ValidationError, match="was withdrawn"):
        record(inspection, mass="340")


def test_withdrawing_is_for_the_inspector_and_managers_and_not_after_signing():
    inspection = make.inspection()
    with pytest.raises(ValidationError, match="somebody else's"):
        withdraw_inspection(inspection=inspection, actor=make.inspector())
    with pytest.raises(ValidationError, match="is signed"):
        withdraw_inspection(inspection=make.signed_inspection(), actor=make.manager())
    withdraw_inspection(inspection=inspection, actor=make.manager())
    inspection.refresh_from_db()
    assert inspection.withdrawn_at is not None
