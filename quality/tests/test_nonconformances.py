"""From what was found to what is closed: through the services and over HTTP."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from purchases.models import Lot
from quality.models import CorrectiveAction, Disposition, Nonconformance
from quality.rules.repeats import Moved, Share, repeated
from quality.services import open_inspection
from quality.services.effects import moved
from quality.services.nonconformances import (
    check_action,
    close_nonconformance,
    decide_disposition,
    finish_action,
    note_on_nonconformance,
    second_disposition,
    undecided,
    what_is_missing,
)
from tests import benchwork, make

pytestmark = pytest.mark.django_db


def test_a_failed_inspection_is_written_down_by_itself_once_with_what_was_found():
    lot = make.lot_to_inspect(quantity=100)
    failed = make.signed_inspection(lot=lot, mass="348")
    one = Nonconformance.objects.get()
    assert (one.inspection, one.source, one.fault, one.quantity, one.found_by) == (
        failed,
        "inspection",
        "Mass, dry",
        100,
        failed.inspector,
    )
    assert "3 g over the upper limit" in one.what


def test_the_worst_class_and_the_fault_chosen_are_what_it_is_written_down_as():
    lines = (
        make.LineDraft("Colour", "pass_fail", severity="minor", faults="dull\nspotted"),
        make.LineDraft("Crack", "pass_fail", severity="critical"),
    )
    product = make.plan(lines=lines).product
    opened = make.inspection(lot=make.lot(product=product, maker=make.user()))
    for name in ("Colour", "Crack"):
        make.record(opened, name, "fail")
    opened.results.filter(characteristic__name="Colour").update(fault="spotted")
    make.sign(opened)
    one = Nonconformance.objects.get()
    assert (one.severity, one.fault) == ("critical", "spotted")


@pytest.mark.parametrize(
    ("masses", "expected"),
    [(("348",), 0), (("348", "348"), 1), (("348", "340"), 0), (("340", "348"), 0)],
)
def test_nothing_is_written_down_before_the_pair_is_settled(masses, expected):
    lot = make.lot_to_inspect(seconds="every")
    for mass in masses:
        make.signed_inspection(lot=lot, mass=mass)
    assert Nonconformance.objects.count() == expected


@pytest.mark.parametrize(("mass", "expected"), [("340", 0), ("348", 1)])
def test_after_a_dispute_it_is_what_the_third_says(mass, expected):
    lot = make.lot_to_inspect(seconds="every")
    for each in ("340", "348", mass):
        last = make.signed_inspection(lot=lot, mass=each)
    found = Nonconformance.objects.all()
    assert [one.inspection for one in found] == [last] * expected


def test_two_lines_decide_on_all_of_them_and_no_more():
    one, boss = benchwork.nonconformance(), make.manager()
    benchwork.disposition(nonconformance=one, by=boss, kind="scrap", quantity=3)
    benchwork.disposition(nonconformance=one, by=boss, kind="use_as_is", quantity=7)
    assert undecided(one) == 0
    with pytest.raises(ValidationError, match="decided on already"):
        benchwork.disposition(nonconformance=one, by=boss, kind="scrap", quantity=1)
    assert sorted(Disposition.objects.values_list("kind", "quantity")) == [
        ("scrap", 3),
        ("use_as_is", 7),
    ]


@pytest.mark.parametrize("who", ["maker", "inspector", "reader"])
def test_who_may_not_decide_is_told_who_can(who):
    maker = make.manager(name="Mo Maker")
    one = benchwork.nonconformance(lot=make.lot_to_inspect(maker=maker))
    make.manager(name="Wil Will")
    people = {"maker": maker, "inspector": make.inspector()}
    person = people.get(who) or make.manager(read_only=True)
    with pytest.raises(ValidationError, match="Wil Will"):
        decide_disposition(nonconformance=one, kind="scrap", quantity=1, reason="x", actor=person)
    assert Disposition.objects.count() == 0


def test_a_critical_one_holds_only_with_a_second_signature_by_another():
    one, boss, other = benchwork.nonconformance(severity="critical"), make.manager(), make.manager()
    line = benchwork.disposition(nonconformance=one, by=boss)
    assert not Disposition.objects.in_force().exists()
    with pytest.raises(ValidationError, match="decided this yourself"):
        second_disposition(disposition=line, actor=boss)
    second_disposition(disposition=line, actor=other)
    assert list(Disposition.objects.in_force()) == [line]
    with pytest.raises(ValidationError, match="second signature already"):
        second_disposition(disposition=line, actor=make.manager())


def test_rework_waits_on_the_bench_for_a_new_round_and_the_old_one_is_kept(client):
    lot = make.lot_to_inspect(number="L-REWORK")
    first = make.signed_inspection(lot=lot, mass="348")
    client.force_login(make.inspector())
    assert "L-REWORK" not in client.get("/bench/").content.decode()
    benchwork.disposition(nonconformance=Nonconformance.objects.get(), kind="rework")
    page = client.get("/bench/").content.decode()
    assert "L-REWORK" in page
    assert "after rework" in page
    again = open_inspection(lot=lot, inspector=make.inspector())
    assert (again.round, Disposition.objects.get().checked_in) == (2, again)
    assert "L-REWORK" not in client.get("/bench/").content.decode()
    make.signed_inspection(lot=lot, inspector=again.inspector)
    first.refresh_from_db()
    assert (first.verdict, Lot.objects.get(pk=lot.pk).state) == ("fail", "released")


def test_the_third_time_for_the_same_fault_is_the_loudest_line(client):
    lot = make.lot_to_inspect()
    for stage in ("", "re_inspection", "re_inspection"):
        make.signed_inspection(lot=lot, mass="348", stage=stage)
    client.force_login(make.manager())
    last = Nonconformance.objects.latest("pk")
    for address in (f"/lots/{lot.pk}/", f"/nonconformances/{last.pk}/"):
        page = client.get(address).content.decode()
        assert "Third time for the same fault: Mass, dry" in page
        assert page.index("td-loud") < page.index("<h1")
    page = client.get(f"/nonconformances/{last.pk}/").content.decode()
    assert "3 rounds of inspection on this lot" in page
    first = Nonconformance.objects.earliest("pk")
    assert "td-loud" not in client.get(f"/nonconformances/{first.pk}/").content.decode()


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (1, ""),
        (2, "Second time for the same fault: X"),
        (3, "Third time for the same fault: X"),
        (9, "9 times already for the same fault: X"),
    ],
)
def test_how_often_in_words(times, words):
    assert repeated(times, "X") == words


def test_it_is_closed_only_when_all_is_decided_cured_and_seen_to_help():
    one, boss = benchwork.nonconformance(), make.manager()
    benchwork.disposition(nonconformance=one)
    tomorrow = timezone.localdate() + timedelta(days=1)
    action = benchwork.action(nonconformance=one, check_on=tomorrow)
    with pytest.raises(ValidationError) as caught:
        close_nonconformance(nonconformance=one, actor=boss)
    assert caught.value.messages == [
        "Say what the cause was.",
        "Check on its day whether each action helped.",
    ]
    note_on_nonconformance(
        nonconformance=one, containment="", cause="Dried too fast", version=1, actor=boss
    )
    with pytest.raises(ValidationError, match="not done yet"):
        check_action(action=action, worked=True, finding="ok", actor=boss)
    finish_action(action=action, actor=boss)
    with pytest.raises(ValidationError, match="Too early"):
        check_action(action=action, worked=True, finding="ok", actor=boss)
    useless = benchwork.action(nonconformance=one)
    finish_action(action=useless, actor=boss)
    check_action(action=useless, worked=False, finding="Still cracks", actor=boss)
    one.refresh_from_db()
    assert what_is_missing(one) == ["Check on its day whether each action helped."]
    assert Nonconformance.objects.get().closed_at is None


def test_an_action_that_helped_lets_it_be_closed_and_then_nothing_changes():
    one, boss = benchwork.nonconformance(), make.manager()
    benchwork.disposition(nonconformance=one)
    action = benchwork.action(nonconformance=one)
    finish_action(action=action, actor=boss)
    check_action(action=action, worked=True, finding="None in 40 lots", actor=boss)
    note_on_nonconformance(nonconformance=one, containment="", cause="x", version=1, actor=boss)
    close_nonconformance(nonconformance=one, actor=boss)
    one.refresh_from_db()
    assert (one.closed_by, one.closed_at is not None) == (boss, True)
    with pytest.raises(ValidationError, match="is closed"):
        benchwork.disposition(nonconformance=one, quantity=1)


def test_a_stale_cause_is_not_saved():
    one = benchwork.nonconformance()
    note_on_nonconformance(
        nonconformance=one, containment="set aside", cause="", version=1, actor=make.manager()
    )
    with pytest.raises(ValidationError, match="Somebody else"):
        note_on_nonconformance(
            nonconformance=one, containment="", cause="x", version=1, actor=make.manager()
        )
    one.refresh_from_db()
    assert (one.containment, one.cause) == ("set aside", "")


def test_the_measure_counts_lots_before_the_action_and_since():
    lot = make.lot_to_inspect()
    make.signed_inspection(lot=lot, mass="348")
    for mass in ("340", "348"):
        make.signed_inspection(lot=make.lot(product=lot.product, maker=lot.maker), mass=mass)
    action = benchwork.action(nonconformance=Nonconformance.objects.earliest("pk"))
    action.done_on = timezone.localdate() + timedelta(days=1)
    assert (moved(action).before, moved(action).after) == (Share(2, 3), Share(0, 0))
    action.measure = "first_pass"
    assert moved(action).before == Share(1, 3)
    action.done_on = timezone.localdate() - timedelta(days=1)
    assert (moved(action).before, moved(action).after) == (Share(0, 0), Share(1, 3))


def test_it_moved_only_when_the_intervals_leave_no_doubt():
    low, high = Share(10, 81).bounds()
    assert (round(low, 4), round(high, 4)) == (0.0685, 0.2126)
    assert Moved(Share(20, 40), Share(1, 60), wanted=-1).can_tell
    assert not Moved(Share(2, 4), Share(0, 6), wanted=-1).can_tell
    assert not Moved(Share(20, 40), Share(1, 60), wanted=1).can_tell
    assert not Moved(Share(0, 0), Share(0, 0), wanted=1).can_tell


# Over HTTP -----------------------------------------------------------------------------------


def said(**more: object) -> dict[str, object]:
    return {
        "fault": "Crack",
        "what": "Two handles",
        "severity": "critical",
        "quantity": "2",
        "containment": "set aside",
        "interaction": "",
    } | more


def test_an_agent_reports_what_a_customer_said_and_comes_back_to_the_purchase(client):
    lot = make.lot_to_inspect()
    purchase = make.purchase(lots=(lot,))
    heard = make.interaction(purchase=purchase, summary="The handle came off.")
    client.force_login(make.agent())
    page = client.get(reverse("purchase_page", args=[purchase.pk])).content.decode()
    address = reverse("nonconformance_new", args=[lot.pk]) + f"?purchase={purchase.pk}"
    assert address.replace("&", "&amp;") in page
    assert "The handle came off." in client.get(address).content.decode()
    response = client.post(address, said(interaction=heard.pk))
    assert response.url == reverse("purchase_page", args=[purchase.pk])
    one = Nonconformance.objects.get()
    assert (one.source, one.interaction, one.severity) == ("interaction", heard, "critical")


def test_from_the_page_of_a_contact_its_words_are_filled_in(client):
    lot = make.lot_to_inspect()
    purchase = make.purchase(lots=(lot,))
    heard = make.interaction(purchase=purchase, summary="The handle came off.")
    for number in range(25):
        make.interaction(purchase=purchase, summary=f"Later {number}")
    client.force_login(make.agent())
    lots = reverse("lot_fragment", args=[purchase.pk]) + f"?interaction={heard.pk}"
    assert lots in client.get(reverse("interaction_page", args=[heard.pk])).content.decode()
    address = reverse("nonconformance_new", args=[lot.pk])
    address += f"?purchase={purchase.pk}&interaction={heard.pk}"
    assert address.replace("&", "&amp;") in client.get(lots).content.decode()
    page = client.get(address).content.decode()
    assert f'<option value="{heard.pk}" selected>' in page
    assert "The handle came off.</textarea>" in page
    # One of another lot fills in nothing.
    foreign = make.interaction(purchase=make.purchase(lots=(make.lot(),)), summary="Other")
    page = client.get(address.replace(f"n={heard.pk}", f"n={foreign.pk}")).content.decode()
    assert "Other" not in page


def test_a_manager_reports_from_a_flag_and_nobody_from_one_of_another_lot(client):
    lot = make.lot_to_inspect()
    flag = benchwork.flag(purchase=make.purchase(lots=(lot,)))
    boss = make.manager()
    client.force_login(boss)
    page = client.get(reverse("flag_page", args=[flag.pk])).content.decode()
    lots = reverse("lot_fragment", args=[flag.purchase_id]) + f"?flag={flag.pk}"
    assert lots in page
    address = reverse("nonconformance_new", args=[lot.pk]) + f"?flag={flag.pk}"
    told = address.replace("?", f"?purchase={flag.purchase_id}&amp;")
    assert told in client.get(lots).content.decode()
    made = client.post(address, said())
    one = Nonconformance.objects.get()
    assert (one.source, one.flag) == ("flag", flag)
    assert made.url == reverse("nonconformance_page", args=[one.pk])
    other = make.lot_to_inspect()
    address = reverse("nonconformance_new", args=[other.pk]) + f"?flag={flag.pk}"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("wrong", [{"quantity": "0"}, {"quantity": "101"}, {"what": ""}])
def test_a_report_that_cannot_be_is_refused_with_what_was_typed(client, wrong):
    lot = make.lot_to_inspect(quantity=100)
    client.force_login(make.inspector())
    response = client.post(reverse("nonconformance_new", args=[lot.pk]), said() | wrong)
    assert response.status_code == 422
    assert "set aside" in response.content.decode()
    assert Nonconformance.objects.count() == 0


def test_an_inspector_reports_nothing_while_a_second_is_owed(client):
    lot = make.lot_to_inspect(seconds="every")
    first = make.signed_inspection(lot=lot)
    client.force_login(first.inspector)
    address = reverse("nonconformance_new", args=[lot.pk])
    assert client.post(address, said()).url == reverse("lot_page", args=[lot.pk])
    assert Nonconformance.objects.count() == 0


def test_all_of_it_in_the_browser_from_found_to_closed(client):
    boss, other = make.manager(name="Bo"), make.manager(name="Ot")
    one = benchwork.nonconformance(severity="critical", quantity=2)
    today = timezone.localdate().isoformat()

    def post(name: str, pk: int, who: object = boss, **data: object):
        client.force_login(who)
        return client.post(reverse(name, args=[pk]), data, follow=True)

    page = post("nonconformance_decide", one.pk, kind="scrap", quantity="9", reason="x")
    assert page.status_code == 422
    page = post("nonconformance_decide", one.pk, kind="scrap", quantity="2", reason="broken")
    assert "a second signature is missing; Ot" in page.content.decode()
    line = Disposition.objects.get()
    assert "Signed as second person" in post("disposition_second", line.pk, other).content.decode()
    post("nonconformance_note", one.pk, cause="Dried too fast", version=one.version)
    post(
        "nonconformance_act",
        one.pk,
        what="Dry slower",
        owner=boss.pk,
        due_on=today,
        check_on=today,
        measure="same_fault",
    )
    action = CorrectiveAction.objects.get()
    assert "Check on its day" in post("nonconformance_close", one.pk).content.decode()
    post("action_finish", action.pk)
    post("action_check", action.pk, worked="yes", finding="")
    assert CorrectiveAction.objects.get().checked_on is None
    post("action_check", action.pk, worked="yes", finding="None since")
    assert "closed by Bo" in post("nonconformance_close", one.pk).content.decode()
    page = client.get("/nonconformances/?state=closed").content.decode()
    assert one.fault in page
    assert one.fault not in client.get("/nonconformances/").content.decode()


def test_the_list_costs_the_same_with_1_and_20(client, queries):
    client.force_login(make.manager())
    benchwork.nonconformance()
    with queries() as few:
        client.get("/nonconformances/")
    for _ in range(20):
        benchwork.nonconformance()
    with queries(exactly=len(few)):
        client.get("/nonconformances/")
