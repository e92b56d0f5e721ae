"""What the database itself refuses of nonconformances, dispositions and actions, by raw SQL."""

from datetime import date

import pytest

from quality.models import CorrectiveAction, Disposition, Nonconformance
from quality.tests.rawsql import MOMENT, delete, insert, refused, update
from tests import benchwork, make

pytestmark = pytest.mark.django_db
FOUND, DISPOSITION, ACTION = (
    f"quality_{name}" for name in ("nonconformance", "disposition", "correctiveaction")
)
DAY = date(2026, 11, 20)


def found(lot, **columns):
    row = {"lot_id": lot.pk, "source": "person", "fault": "Crack", "fault_folded": "crack"}
    row |= {"what": "Cracked", "severity": "major", "quantity": 10, "containment": "", "cause": ""}
    return row | {"found_at": MOMENT, "version": 1} | columns


def decided(one, person, **columns):
    row = {"nonconformance_id": one.pk, "kind": "scrap", "quantity": 10, "reason": "broken"}
    return row | {"decided_by_id": person.pk, "decided_at": MOMENT} | columns


def agreed(one, person, **columns):
    row = {"nonconformance_id": one.pk, "what": "Slower", "owner_id": person.pk, "due_on": DAY}
    row |= {"measure": "same_fault", "check_on": DAY, "made_by_id": person.pk, "made_at": MOMENT}
    return row | {"finding": ""} | columns


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("nonconformance_source_is_named", {"source": "flag"}),
        ("nonconformance_source_is_named", {"source": "inspection"}),
        ("nonconformance_source_is_named", {"source": "rumour"}),
        ("nonconformance_severity_known", {"severity": "awful"}),
        ("nonconformance_quantity_positive", {"quantity": 0}),
        ("nonconformance_says_what", {"what": ""}),
        ("nonconformance_says_what", {"fault": ""}),
        (
            "nonconformance_closed_has_cause|nonconformance_closed_when_checked",
            {"closed_at": MOMENT},
        ),
    ],
)
def test_a_finding_out_of_shape(constraint, columns):
    lot = make.lot()
    refused(constraint, insert, FOUND, **found(lot, **columns))
    assert Nonconformance.objects.count() == 0
    insert(FOUND, **found(lot))


def test_what_was_found_stays_and_is_kept():
    one = benchwork.nonconformance()
    for columns in ({"what": "x"}, {"severity": "minor"}, {"quantity": 1}, {"source": "flag"}):
        refused("nonconformance_found_frozen", update, FOUND, one.pk, **columns)
    refused("nonconformance_kept", delete, FOUND, one.pk)


@pytest.mark.parametrize("missing", ["decision", "second", "action", "check", "cause", "nothing"])
def test_it_is_not_closed_before_all_of_it_is_done(missing):
    one = benchwork.nonconformance(severity="critical")
    boss = make.manager()
    second = {} if missing == "second" else {"seconded_by_id": make.manager().pk}
    second |= {"seconded_at": MOMENT} if second else {}
    if missing != "decision":
        insert(DISPOSITION, **decided(one, boss, **second))
    checked = {"done_on": DAY, "checked_on": DAY, "checked_by_id": boss.pk, "worked": True}
    checked |= {"finding": "None since"}
    if missing != "action":
        insert(ACTION, **agreed(one, boss, **({} if missing == "check" else checked)))
    cause = "" if missing == "cause" else "Dried too fast"
    closed = {"closed_at": MOMENT, "closed_by_id": boss.pk, "cause": cause}
    if missing == "nothing":
        update(FOUND, one.pk, **closed)
        refused("nonconformance_closed_frozen", update, FOUND, one.pk, cause="x")
        refused("disposition_of_an_open_one", insert, DISPOSITION, **decided(one, boss))
        return
    name = "closed_has_cause" if missing == "cause" else "closed_when_checked"
    refused(f"nonconformance_{name}", update, FOUND, one.pk, **closed)


@pytest.mark.parametrize("who", ["maker", "inspector", "reader"])
def test_a_disposition_by_somebody_who_may_not_decide_or_second(who):
    maker = make.manager()
    one = benchwork.nonconformance(lot=make.lot_to_inspect(maker=maker), severity="critical")
    people = {"maker": maker, "inspector": make.inspector()}
    person = people.get(who) or make.manager(read_only=True)
    refused("disposition_by_the_authorised", insert, DISPOSITION, **decided(one, person))
    line = benchwork.disposition(nonconformance=one)
    second = {"seconded_by_id": person.pk, "seconded_at": MOMENT}
    refused("disposition_seconded_by_the_authorised", update, DISPOSITION, line.pk, **second)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("disposition_kind_known", {"kind": "eat"}),
        ("disposition_quantity_positive", {"quantity": 0}),
        ("disposition_has_reason", {"reason": ""}),
        ("disposition_within_found", {"quantity": 11}),
        ("disposition_seconded_by_another", {"seconded_at": MOMENT}),
    ],
)
def test_a_disposition_out_of_shape(constraint, columns):
    one, boss = benchwork.nonconformance(), make.manager()
    refused(constraint, insert, DISPOSITION, **decided(one, boss, **columns))
    assert Disposition.objects.count() == 0
    insert(DISPOSITION, **decided(one, boss))


def test_nobody_seconds_what_they_decided_and_what_is_signed_stays():
    one, boss = benchwork.nonconformance(severity="critical"), make.manager()
    line = benchwork.disposition(nonconformance=one, by=boss)
    own = {"seconded_by_id": boss.pk, "seconded_at": MOMENT}
    refused("disposition_seconded_by_another", update, DISPOSITION, line.pk, **own)
    update(DISPOSITION, line.pk, **own | {"seconded_by_id": make.manager().pk})
    third = {"seconded_by_id": make.manager().pk}
    refused("disposition_seconded_once", update, DISPOSITION, line.pk, **third)
    refused("disposition_frozen", update, DISPOSITION, line.pk, quantity=1)
    refused("disposition_kept", delete, DISPOSITION, line.pk)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("correctiveaction_says_what", {"what": ""}),
        ("correctiveaction_measure_known", {"measure": "mood"}),
        ("correctiveaction_checked_after_due", {"check_on": date(2026, 11, 19)}),
        ("correctiveaction_check_is_whole", {"worked": True}),
        (
            "correctiveaction_check_is_whole",
            {"done_on": DAY, "checked_on": date(2026, 11, 19), "worked": True, "finding": "x"},
        ),
    ],
)
def test_an_action_out_of_shape(constraint, columns):
    one, boss = benchwork.nonconformance(), make.manager()
    if "checked_on" in columns:
        columns["checked_by_id"] = boss.pk
    refused(constraint, insert, ACTION, **agreed(one, boss, **columns))
    insert(ACTION, **agreed(one, boss))
    row = CorrectiveAction.objects.get()
    refused("correctiveaction_frozen", update, ACTION, row.pk, due_on=date(2027, 1, 1))
    refused("correctiveaction_kept", delete, ACTION, row.pk)


def test_what_was_seen_of_an_action_stays():
    one, boss = benchwork.nonconformance(), make.manager()
    checked = {"done_on": DAY, "checked_on": DAY, "checked_by_id": boss.pk, "worked": False}
    insert(ACTION, **agreed(one, boss, **checked) | {"finding": "Still cracks"})
    row = CorrectiveAction.objects.get()
    refused("correctiveaction_checked_once", update, ACTION, row.pk, worked=True)
