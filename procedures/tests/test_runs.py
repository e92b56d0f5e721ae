"""Following a procedure on a ticket: offered, recorded, branched, deviated from, decided on."""

import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notices.models import Notice
from procedures.models import Procedure, Record, Run
from procedures.rules.drafts import BranchDraft, StepDraft
from procedures.rules.paths import PathStep, way_of
from procedures.services import RecordDraft, decide_deviation, record_step, start_run
from procedures.tests.rawsql import delete, refused, update
from tests import make
from tickets.models import Reason, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte() -> User:
    make.shop()
    return make.agent(name="Lotte Maes")


@pytest.fixture
def nadia() -> User:
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


@pytest.fixture
def reason() -> Reason:
    return make.reason(group="Goods", name="Cracked")


@pytest.fixture
def procedure(nadia: User, reason: Reason) -> Procedure:
    return make.procedure(owner=nadia, title="Damaged on arrival", reasons=(reason,))


@pytest.fixture
def ticket(lotte: User, reason: Reason) -> Ticket:
    return make.ticket(purchase=make.purchase(), owner=lotte, reason=reason)


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def begun(procedure: Procedure, ticket: Ticket, actor: User) -> Run:
    version = procedure.versions.get(state="published")
    return start_run(version=version, ticket=ticket, actor=actor)


def steps_of(run: Run) -> list:
    return list(run.version.steps.order_by("position"))


def test_a_ticket_of_its_reason_asks_for_it_and_others_only_lead_there(
    desk, procedure, ticket, reason
):
    page = text(desk.get(f"/tickets/{ticket.pk}/"))
    assert f'hx-get="/tickets/{ticket.pk}/procedures/" hx-trigger="load"' in page
    other = make.ticket(reason=make.reason(name="Late"))
    page = text(desk.get(f"/tickets/{other.pk}/"))
    assert 'hx-trigger="load" hx-swap="outerHTML"' not in page
    assert f'href="/tickets/{other.pk}/procedures/"' in page
    assert "Damaged on arrival" in text(desk.get(f"/tickets/{ticket.pk}/procedures/"))
    assert "No procedure applies by itself." in text(desk.get(f"/tickets/{other.pk}/procedures/"))
    found = text(desk.get(f"/tickets/{other.pk}/procedures/?q=damag"))
    assert "Damaged on arrival" in found


def test_a_group_stands_for_its_leaves_and_a_product_narrows(nadia, reason):
    bowl, mug = make.product(name="Bowl", category="Bowls"), make.product(name="Mug")
    of_group = make.procedure(owner=nadia, title="Goods", reasons=(reason.parent,))
    of_bowls = make.procedure(owner=nadia, title="Bowls", reasons=(reason,), categories=("Bowls",))
    of_mug = make.procedure(owner=nadia, title="Mugs", products=(mug,))
    make.procedure(owner=nadia, title="By hand only")
    make.procedure(owner=nadia, title="Not yet", reasons=(reason,), live=False)

    def found(**told: object) -> set[Procedure]:
        return set(Procedure.objects.matching(**{"reason": None, "product": None, **told}))

    assert found(reason=reason) == {of_group}
    assert found(reason=reason, product=bowl) == {of_group, of_bowls}
    assert found(product=mug) == {of_mug}
    assert found() == set()


def test_steps_are_recorded_one_after_the_other_until_it_is_done(desk, procedure, ticket, lotte):
    start = f"/tickets/{ticket.pk}/procedures/start/"
    version = procedure.versions.get()
    answer = desk.post(start, {"version": version.pk})
    assert answer["Location"] == f"/tickets/{ticket.pk}/procedures/"
    desk.post(start, {"version": version.pk})
    run = Run.objects.get()
    say, ask, weigh = steps_of(run)
    page = text(desk.get(answer["Location"]))
    assert "0 of 3 steps" in page
    assert "Before anything else." in page
    at = f"/procedures/runs/{run.pk}/steps/"
    desk.post(f"{at}{say.pk}/", {})
    refused_ = desk.post(f"{at}{ask.pk}/", {"answer": " "})
    assert (refused_.status_code, "Write what the customer answered." in text(refused_)) == (
        422,
        True,
    )
    desk.post(f"{at}{ask.pk}/", {"answer": "The handle."})
    run.refresh_from_db()
    assert run.ended_at is None
    desk.post(f"{at}{weigh.pk}/", {"value": "340,5"})
    run.refresh_from_db()
    assert run.ended_at is not None
    rows = run.records.order_by("pk").values_list("step", "way", "answer", "value", "recorded_by")
    assert list(rows) == [
        (say.pk, "done", "", None, lotte.pk),
        (ask.pk, "done", "The handle.", None, lotte.pk),
        (weigh.pk, "done", "", Decimal("340.5"), lotte.pk),
    ]
    page = text(desk.get(f"/tickets/{ticket.pk}/procedures/"))
    assert "3 of 3 steps" in page
    assert "340.5 g" in page


def test_a_form_sent_twice_records_once(desk, procedure, ticket, lotte):
    run = begun(procedure, ticket, lotte)
    page = text(desk.get(f"/tickets/{ticket.pk}/procedures/"))
    key = page.split('name="form_key" value="')[1].split('"')[0]
    for _time in range(2):
        desk.post(f"/procedures/runs/{run.pk}/steps/{steps_of(run)[0].pk}/", {"form_key": key})
    assert run.records.count() == 1


def test_the_answer_of_a_decision_says_which_steps_follow(desk, nadia, lotte, ticket, reason):
    steps = (
        StepDraft(
            "decide", "Whole?", branches=(BranchDraft("Yes", ends=True), BranchDraft("No", "Send"))
        ),
        StepDraft("do", "Apologise twice"),
        StepDraft("do", "Send"),
    )
    made = make.procedure(owner=nadia, steps=steps, reasons=(reason,))
    run = begun(made, ticket, lotte)
    whole, apologise, send = steps_of(run)
    no = whole.branches.get(label="No")
    at = f"/procedures/runs/{run.pk}/steps/{whole.pk}/"
    assert "Choose an answer." in text(desk.post(at, {}))
    desk.post(at, {"branch": no.pk})
    page = text(desk.get(f"/tickets/{ticket.pk}/procedures/"))
    assert ("Apologise twice" in page, "1 of 2 steps" in page) == (False, True)
    desk.post(f"/procedures/runs/{run.pk}/steps/{send.pk}/", {})
    run.refresh_from_db()
    assert run.ended_at is not None
    assert not apologise.records.exists()


def test_the_way_is_not_at_its_end_before_a_decision_is_taken():
    steps = [
        PathStep(1, 1, required=False, decides=True, leads={7: None, 8: 3}),
        PathStep(2, 2, required=True, decides=False, leads={}),
        PathStep(3, 3, required=True, decides=False, leads={}),
    ]
    assert way_of(steps, recorded=set(), answers={}) == ([1, 2, 3], False)
    assert way_of(steps, recorded={1}, answers={1: 7}) == ([1], True)
    assert way_of(steps, recorded={1}, answers={1: 8}) == ([1, 3], False)
    assert way_of(steps, recorded={1, 3}, answers={1: 8}) == ([1, 3], True)
    assert way_of([], recorded=set(), answers={}) == ([], False)


def test_a_deviation_says_why_and_a_critical_one_asks_a_second_person(
    desk, procedure, ticket, lotte, nadia
):
    run = begun(procedure, ticket, lotte)
    say, _ask, weigh = steps_of(run)
    at = f"/procedures/runs/{run.pk}/steps/"
    page = desk.post(f"{at}{say.pk}/", {"deviation": "skipped"})
    assert (page.status_code, "Say in one sentence why" in text(page)) == (422, True)
    desk.post(f"{at}{say.pk}/", {"deviation": "skipped", "why": "She was in a hurry."})
    assert not Notice.objects.exists()
    page = desk.post(f"{at}{weigh.pk}/", {"value": "350"})
    assert "Say in one sentence why" in text(page)
    desk.post(f"{at}{weigh.pk}/", {"value": "350", "why": "The new glaze is heavier."})
    record = Record.objects.get(step=weigh)
    assert (record.way, record.value) == ("outside", Decimal(350))
    assert record.word_due_at is not None
    run.refresh_from_db()
    assert run.ended_at is not None, "nothing waits for the word"
    told = Notice.objects.get(person=nadia)
    assert "Lotte Maes deviated from “Weigh the new one” and asks for your word" in told.sentence
    assert "a second person is asked" in text(desk.get(f"/tickets/{ticket.pk}/procedures/"))


def test_a_manager_says_their_word_and_who_deviated_cannot(client, procedure, ticket, nadia, lotte):
    run = begun(procedure, ticket, lotte)
    draft = RecordDraft(deviation="replaced", why="Measured by eye.")
    record = record_step(run=run, step=steps_of(run)[2], draft=draft, actor=lotte)
    at = f"/procedures/deviations/{record.pk}/"
    client.force_login(lotte)
    assert "A manager or an admin who did not do it says their word." in text(client.get(at))
    assert "Another person decides" in text(client.post(at, {"agreed": "yes"}))
    client.force_login(nadia)
    assert "Weigh the new one" in text(client.get("/procedures/deviations/"))
    assert "Say why not" in text(client.post(at, {"agreed": "no"}))
    page = client.post(at, {"agreed": "no", "note": "The scales stand beside it."}, follow=True)
    assert "Said. Lotte Maes is told." in text(page)
    record.refresh_from_db()
    assert (record.agreed, record.decided_by) == (False, nadia)
    told = Notice.objects.get(person=lotte).sentence
    assert told == "Nadia El Amrani does not agree with your deviation from “Weigh the new one”."
    with pytest.raises(ValidationError, match="decided on this already"):
        decide_deviation(record=record, agreed=True, note="", actor=nadia)
    assert "Nothing waits for a word" in text(client.get("/procedures/deviations/"))


def test_publishing_meanwhile_rewrites_no_run(desk, procedure, ticket, lotte, nadia):
    run = begun(procedure, ticket, lotte)
    make.version(procedure=procedure, author=nadia, steps=(make.SAY_SORRY,))
    page = text(desk.get(f"/tickets/{ticket.pk}/procedures/"))
    assert "version 1" in page
    desk.post(f"/procedures/runs/{run.pk}/steps/{steps_of(run)[0].pk}/", {})
    assert run.records.count() == 1
    with pytest.raises(ValidationError, match="not in force any more"):
        start_run(version=run.version, ticket=make.ticket(), actor=lotte)
    newer = procedure.versions.get(state="published")
    with pytest.raises(ValidationError, match="belongs to another version"):
        record_step(run=run, step=newer.steps.get(), draft=RecordDraft(), actor=lotte)


def test_two_people_work_on_one_run_and_the_later_record_counts(
    desk, procedure, ticket, lotte, nadia
):
    run = begun(procedure, ticket, lotte)
    assert begun(procedure, ticket, nadia) == run
    ask = steps_of(run)[1]
    for who, said in ((lotte, "The lid."), (nadia, "The handle.")):
        record_step(run=run, step=ask, draft=RecordDraft(answer=said), actor=who)
    page = text(desk.get(f"/tickets/{ticket.pk}/procedures/"))
    assert ("The handle." in page, "The lid." in page) == (True, False)


@pytest.mark.usefixtures("storage")
def test_a_photo_is_kept_as_a_picture_of_ours(desk, nadia, lotte, ticket, reason):
    made = make.procedure(owner=nadia, steps=(StepDraft("photo", "Show it"),), reasons=(reason,))
    run = begun(made, ticket, lotte)
    at = f"/procedures/runs/{run.pk}/steps/{steps_of(run)[0].pk}/"
    assert "Take the photo" in text(desk.post(at, {}))
    picture = make.picture()
    picture.name = "crack.png"
    desk.post(at, {"photo": picture})
    shown = desk.get(f"/procedures/records/{Record.objects.get().pk}/photo/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    b"".join(shown)


def test_a_fragment_comes_alone_and_costs_the_same_for_many_steps(desk, nadia, lotte, reason):
    counts = []
    for number in (1, 200):
        ticket = make.ticket(reason=reason)
        steps = tuple(StepDraft("do", f"Step {n}") for n in range(number))
        begun(make.procedure(owner=nadia, steps=steps), ticket, lotte)
        address = f"/tickets/{ticket.pk}/procedures/"
        desk.get(address, headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as captured:
            page = desk.get(address, headers={"HX-Request": "true"}).content.decode()
        assert page.lstrip().startswith("<section")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_report_says_how_cases_with_a_deviation_ended(client, procedure, nadia, lotte, reason):
    for n, net in enumerate((6, 1, 2)):
        purchase = make.purchase()
        run = begun(procedure, make.ticket(purchase=purchase, reason=reason), lotte)
        type(purchase).objects.filter(pk=purchase.pk).update(
            gross_interactions=net, net_interactions=net
        )
        draft = RecordDraft(deviation="skipped", why="Hurry.") if n == 0 else RecordDraft()
        record_step(run=run, step=steps_of(run)[0], draft=draft, actor=lotte)
    client.force_login(nadia)
    page = text(client.get("/procedures/deviations/report/"))
    assert "6.0 in 1 with" in page
    assert "1.5 in 2 as written" in page
    assert "too few to compare" in page


def test_the_database_keeps_what_was_recorded(procedure, ticket, lotte, nadia):
    run = begun(procedure, ticket, lotte)
    say, _ask, weigh = steps_of(run)
    table = "procedures_record"
    draft = RecordDraft(deviation="skipped", why="Hurry.")
    record = record_step(run=run, step=weigh, draft=draft, actor=lotte)
    refused("procedure_record_frozen", update, table, record.pk, why="Other.")
    refused("procedure_deviation_decided_whole", update, table, record.pk, agreed=True)
    now = record.recorded_at
    told = {"agreed": True, "decided_at": now}
    refused(
        "procedure_deviation_decided_by_another",
        update,
        table,
        record.pk,
        **told,
        decided_by_id=lotte.pk,
    )
    refused(
        "procedure_deviation_refused_says_why",
        update,
        table,
        record.pk,
        **{**told, "agreed": False},
        decided_by_id=nadia.pk,
    )
    decide_deviation(record=record, agreed=True, note="", actor=nadia)
    refused("procedure_deviation_decided_once", update, table, record.pk, decision="Hm.")
    other = make.version(procedure=procedure, author=nadia)
    refused(
        "procedure_run_keeps_its_version", update, "procedures_run", run.pk, version_id=other.pk
    )
    refused(
        "procedure_run_ends_after_start", update, "procedures_run", run.pk, ended_at="2020-01-01"
    )

    def make_record(**fields: object) -> None:
        with transaction.atomic():
            Record.objects.create(**{"run": run, "step": say, "recorded_by": lotte, **fields})

    refused("procedure_record_way_known", make_record, way="great", why="x")
    refused("procedure_deviation_says_why", make_record, way="skipped")
    refused("procedure_word_for_deviations_only", make_record, way="done", word_due_at=now)
    refused("procedure_record_of_its_version", make_record, way="done", step=other.steps.first())
    refused(
        "procedure_critical_deviation_waits_for_a_word",
        make_record,
        way="skipped",
        why="x",
        step=weigh,
    )
    make_record(way="done", form_key="k")
    refused("procedure_record_once_per_form", make_record, way="done", form_key="k")


def test_the_database_keeps_runs_and_their_answers(procedure, ticket, lotte, nadia):
    run = begun(procedure, ticket, lotte)
    version = run.version

    def make_run(**fields: object) -> None:
        with transaction.atomic():
            Run.objects.create(**{"version": version, "started_by": lotte, **fields})

    refused("procedure_run_on_one_thing", make_run)
    refused("procedure_run_on_one_thing", make_run, ticket=make.ticket(), call_key="k")
    refused("procedure_run_once_per_ticket", make_run, ticket=ticket)
    make_run(call_key="k")
    refused("procedure_run_once_per_call", make_run, call_key="k")
    draft = make.version(procedure=procedure, author=nadia, live=False)
    refused("procedure_run_of_a_published_version", make_run, version=draft, call_key="l")
    for table, row in (("procedures_run", run),):
        refused("procedure_run_kept", delete, table, row.pk)
    record = record_step(run=run, step=steps_of(run)[0], draft=RecordDraft(), actor=lotte)
    refused("procedure_record_kept", delete, "procedures_record", record.pk)
    deciding = make.procedure(
        owner=nadia,
        steps=(StepDraft("decide", "A?", branches=(BranchDraft("Y"), BranchDraft("N"))),),
    )
    branch = deciding.versions.get().steps.get().branches.first()
    refused(
        "procedure_record_branch_of_its_step",
        Record.objects.create,
        run=run,
        step=steps_of(run)[0],
        way="done",
        branch=branch,
        recorded_by=lotte,
    )
